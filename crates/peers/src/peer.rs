//! Any peer, by its name.

use std::collections::BTreeMap;

use rng::Rng;
use syscall::{Action, Call, Errno, Outcome, Program};

use crate::calculator::Calculator;
use crate::catalogue::Values;
use crate::chat::Chat;
use crate::clumper::Clumper;
use crate::dialler::{Dialler, Settings};
use crate::dribbler::Dribbler;
use crate::echo::Echo;
use crate::greedy::Greedy;
use crate::half_closer::HalfCloser;
use crate::http::Http;
use crate::listen::{BACKLOG, Listen, Place};
use crate::messages::{Framing, Order};
use crate::resetter::Resetter;
use crate::serve::Serve;
use crate::sleepy::Sleepy;
use crate::slow_accepter::slow_accepter;
use crate::splitter::Splitter;
use crate::vanisher::Vanisher;
use crate::{Wrong, about};

/// The peer of that name at that place, with these settings; what is not set has its default.
///
/// # Errors
/// If there is no such peer, or it has no such setting, or the setting cannot have that value.
pub fn build(
    name: &str,
    place: Place,
    settings: &BTreeMap<String, i64>,
    seed: u64,
) -> Result<Box<dyn Program + Send>, Wrong> {
    Ok(Box::new(Peer::new(name, place, settings, seed)?))
}

/// Any peer. Unlike what [`build`] answers it can be copied and hashed, as the simulator wants it.
///
/// A call that a signal interrupts is made again.
#[derive(Clone, Debug, Hash)]
pub struct Peer {
    kind: Kind,
    /// The call that it is in.
    call: Option<Call>,
}

#[derive(Clone, Debug, Hash)]
enum Kind {
    Echo(Serve<Echo>),
    Sleepy(Serve<Sleepy>),
    Dribbler(Serve<Dribbler>),
    Clumper(Serve<Clumper>),
    Splitter(Serve<Splitter>),
    Greedy(Serve<Greedy>),
    HalfCloser(Serve<HalfCloser>),
    Resetter(Serve<Resetter>),
    Vanisher(Serve<Vanisher>),
    Http(Serve<Http>),
    Calculator(Serve<Calculator>),
    Chat(Chat),
    Dialler(Dialler),
}

impl Peer {
    /// As [`build`].
    ///
    /// # Errors
    /// As [`build`].
    pub fn new(name: &str, place: Place, settings: &BTreeMap<String, i64>, seed: u64) -> Result<Self, Wrong> {
        let set = Values::check(name, settings)?;
        let (listen, rng) = (|| Listen::new(place, BACKLOG), Rng::new(seed));
        let framing = || Framing::of(set.count("framing"));
        let kind = match name {
            "echo" => Kind::Echo(Serve::new(listen(), Echo::new(set.count("chunk")))),
            "sleepy" => Kind::Sleepy(Serve::new(listen(), Sleepy::new(set.ms("nap_ms"), set.count("bytes")))),
            "dribbler" => {
                let dribbler = Dribbler::new(set.count("piece"), set.ms("gap_ms"), rng);
                Kind::Dribbler(Serve::new(listen(), dribbler))
            }
            "clumper" => Kind::Clumper(Serve::new(listen(), Clumper::new(set.count("messages"), framing()))),
            "splitter" => {
                let splitter = Splitter::new(framing(), set.count("place"), set.ms("gap_ms"), rng);
                Kind::Splitter(Serve::new(listen(), splitter))
            }
            "greedy" => {
                Kind::Greedy(Serve::new(listen(), Greedy::new(set.count("bytes"), set.count("chunk"))))
            }
            "half-closer" => Kind::HalfCloser(Serve::new(listen(), HalfCloser::new(set.count("bytes")))),
            "resetter" => Kind::Resetter(Serve::new(listen(), Resetter::new(set.count("bytes")))),
            "vanisher" => Kind::Vanisher(Serve::new(listen(), Vanisher::new(set.count("bytes")))),
            "slow-accepter" => Kind::Echo(slow_accepter(place, set.count("backlog"), set.ms("delay_ms"))),
            "http" => {
                let http = Http::new(set.count("piece"), set.ms("gap_ms"), set.count("drain") == 1);
                Kind::Http(Serve::new(listen(), http))
            }
            "calculator" => {
                Kind::Calculator(Serve::new(listen(), Calculator::new(Order::of(set.count("order")))))
            }
            "chat" => Kind::Chat(Chat::new(place, set.count("members"), rng)),
            "dialler" => {
                let settings = Settings {
                    times: set.count("times"),
                    at_once: set.count("at_once"),
                    gap_us: set.ms("gap_ms"),
                    finish: set.count("finish") == 1,
                    tries: set.count("tries"),
                };
                Kind::Dialler(Dialler::new(place, settings, rng))
            }
            other => return Err(Wrong::Name { asked: other.into() }),
        };
        debug_assert!(about(name).is_some(), "a peer that can be built is in the catalogue");
        Ok(Self { kind, call: None })
    }

    fn program(&mut self) -> &mut dyn Program {
        match &mut self.kind {
            Kind::Echo(program) => program,
            Kind::Sleepy(program) => program,
            Kind::Dribbler(program) => program,
            Kind::Clumper(program) => program,
            Kind::Splitter(program) => program,
            Kind::Greedy(program) => program,
            Kind::HalfCloser(program) => program,
            Kind::Resetter(program) => program,
            Kind::Vanisher(program) => program,
            Kind::Http(program) => program,
            Kind::Calculator(program) => program,
            Kind::Chat(program) => program,
            Kind::Dialler(program) => program,
        }
    }
}

impl Program for Peer {
    fn resume(&mut self, outcome: Option<Outcome>) -> Action {
        // On Linux a close that was interrupted has closed (close(2)).
        if let (Some(Err(Errno::EINTR)), Some(call)) = (&outcome, &self.call)
            && !matches!(call, Call::Close { .. })
        {
            return crate::calls::action(call.clone());
        }
        let action = self.program().resume(outcome);
        self.call = match &action {
            Action::Call { call, .. } => Some(call.clone()),
            Action::Line(_) | Action::Exit(_) => None,
        };
        action
    }
}
