//! Whether the time of an answer tells a code that is nobody's from one whose room is closed.

use std::time::{Duration, Instant};

use clap::Args;
use protocol::room::{Answer, Ask, RoomSettings};

use super::person::Person;
use crate::learners::quantile;
use crate::relay::Problem;

/// No room has it: of the code's letters, and not made up by a relay that has just started.
const NOBODYS: &str = "22222222";

#[derive(Args)]
pub(crate) struct Codes {
    /// Where the relay listens; it bears that many wrong codes.
    #[arg(long)]
    relay: String,
    /// How often each code is tried.
    #[arg(long)]
    rounds: u32,
}

/// Prints rows `codes,wrong|closed_p50|p99_ms,0,…`: from asking to join to the refusal, the two codes in turn.
pub(crate) async fn codes(options: &Codes) -> Result<(), Problem> {
    let settings = RoomSettings { closed: true, ..RoomSettings::default() };
    let (_teacher, closed) = Person::opens(&options.relay, settings).await?;
    let mut times = [("wrong", NOBODYS, Vec::new()), ("closed", &closed, Vec::new())];
    let mut somebody = Person::at(&options.relay).await?;
    for _ in 0..options.rounds {
        for (_, code, times) in &mut times {
            let join = Ask::Join { code: (*code).into(), nickname: "Eve".into() };
            times.push(refused(&mut somebody, join).await?);
        }
    }
    for (what, _, times) in &mut times {
        for (unit, share) in [("p50_ms", 0.5), ("p99_ms", 0.99)] {
            println!("codes,{what}_{unit},0,{:.3}", quantile(times, share).as_secs_f64() * 1e3);
        }
    }
    Ok(())
}

async fn refused(somebody: &mut Person, join: Ask) -> Result<Duration, Problem> {
    let began = Instant::now();
    match somebody.ask(join).await? {
        Answer::Refused { .. } => Ok(began.elapsed()),
        other => Err(format!("not refused: {other:?}").into()),
    }
}
