//! The run of the class's server as a state machine: wishes, and what room and lab say, go in; what is to be done comes out.

use std::collections::{BTreeMap, VecDeque};

use protocol::{Answered, LabRequest, LabSpec, Share, WireSpec};
use syscall::{Call, CallId, Fd, HostId, Observed, Outcome, Returned, TaskId};

use super::program::Program;
use crate::room::{HeardLab, LabReport, Made};
use crate::texts;

/// The server's process: a second one, beside the lab's first.
const SERVER: TaskId = TaskId(1);
const HOST: HostId = HostId(1);
/// How many calls are shown.
const SHOWN: usize = 8;
/// Between two calls of a slow server, in milliseconds.
const SLOW_MS: u32 = 1_000;

/// How fast the server goes on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Pace {
    /// As fast as the kernel answers.
    #[default]
    Full,
    /// A call a second.
    Slow,
    /// A call whenever the teacher says so.
    ByHand,
}

/// What happened.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Input {
    /// The teacher starts it.
    Start,
    /// The teacher stops it.
    Stop,
    /// The teacher sets its pace.
    Pace(Pace),
    /// The teacher lets it make its next call.
    Next,
    /// The time asked for with [`Output::Wait`] is over.
    Waited,
    /// The room lets the class in, or does not any more.
    Lets(bool),
    /// The room refuses to let the class in: a sentence.
    Refused(String),
    /// The room says that the class is a client of this lab, or not; and whether of another.
    Serves {
        /// Of this.
        here: bool,
        /// Of another.
        elsewhere: bool,
    },
    /// From the session's lab.
    Lab(HeardLab),
}

/// What is to be done.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Output {
    /// Ask the room to let the class in, or no longer.
    Let(bool),
    /// Ask the session's lab.
    Lab(LabRequest),
    /// Say [`Input::Waited`] after so many milliseconds.
    Wait(u32),
}

/// Where it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum At {
    /// Not started, or stopped; a sentence why, where nobody here stopped it.
    Off(Option<String>),
    /// The room is asked to let the class in.
    Asks,
    /// The lab is being made.
    Opens,
    /// It runs.
    Runs,
}

/// The run.
#[derive(Debug)]
pub(crate) struct Run {
    at: At,
    pace: Pace,
    /// Whether the room has said that the class is let in here.
    serves: bool,
    /// Whether it is a client of another page's server.
    elsewhere: bool,
    program: Program,
    /// The call under way.
    pending: Option<(CallId, Call)>,
    /// The call that is to be made next, once it is time.
    next: Option<Call>,
    calls: u64,
    /// The number of the last call of the runs before: the relay passes over one that it has seen in the session.
    before: u64,
    made: VecDeque<Made>,
    /// What the kernel holds for each descriptor of the server.
    held: BTreeMap<Fd, Observed>,
}

impl Default for Run {
    fn default() -> Self {
        Self {
            at: At::Off(None),
            pace: Pace::default(),
            serves: false,
            elsewhere: false,
            program: Program::new(),
            pending: None,
            next: None,
            calls: 0,
            before: 0,
            made: VecDeque::new(),
            held: BTreeMap::new(),
        }
    }
}

impl Run {
    /// Where it is.
    pub(crate) fn at(&self) -> &At {
        &self.at
    }

    /// Whether another page's server has the class.
    pub(crate) fn is_elsewhere(&self) -> bool {
        self.elsewhere
    }

    /// How fast it goes on.
    pub(crate) fn pace(&self) -> Pace {
        self.pace
    }

    /// The program.
    pub(crate) fn program(&self) -> &Program {
        &self.program
    }

    /// The call that has not come back, or else the one that is next.
    pub(crate) fn in_call(&self) -> Option<(&Call, bool)> {
        let under_way = self.pending.as_ref().map(|(_, call)| (call, true));
        under_way.or_else(|| self.next.as_ref().map(|call| (call, false)))
    }

    /// Calls that have ended.
    pub(crate) fn calls(&self) -> u64 {
        self.calls
    }

    /// The last of them, the newest first.
    pub(crate) fn made(&self) -> impl Iterator<Item = &Made> {
        self.made.iter().rev()
    }

    /// What the kernel holds for a descriptor.
    pub(crate) fn held(&self, fd: Fd) -> Option<&Observed> {
        self.held.get(&fd)
    }

    /// Take in what happened; what is to be done, in order.
    pub(crate) fn handle(&mut self, input: Input) -> Vec<Output> {
        let mut out = vec![];
        match input {
            Input::Start => {
                if matches!(self.at, At::Off(_)) {
                    let before = self.before + self.calls + 1;
                    *self = Self { at: At::Asks, pace: self.pace, before, ..Self::default() };
                    out.push(Output::Let(true));
                }
            }
            Input::Stop => self.stop(None, &mut out),
            Input::Pace(pace) => {
                self.pace = pace;
                match pace {
                    Pace::Full => self.submit(&mut out),
                    Pace::Slow if self.next.is_some() => out.push(Output::Wait(SLOW_MS)),
                    Pace::Slow | Pace::ByHand => {}
                }
            }
            Input::Next => self.submit(&mut out),
            Input::Waited if self.pace == Pace::Slow => self.submit(&mut out),
            Input::Waited => {}
            Input::Lets(true) if self.at == At::Asks => {
                self.at = At::Opens;
                let lab = LabSpec { hosts: 2, peers: vec![], wire: WireSpec::default() };
                out.push(Output::Lab(LabRequest::Open { lab }));
            }
            Input::Refused(says) if self.at == At::Asks => self.at = At::Off(Some(says)),
            Input::Lets(_) | Input::Refused(_) => {}
            Input::Serves { here, elsewhere } => {
                self.elsewhere = elsewhere;
                if self.serves && !here {
                    self.end(Some(texts::server::TAKEN_OVER.into()), &mut out);
                }
                // What the room said before it was asked may still come.
                self.serves = here && matches!(self.at, At::Opens | At::Runs);
            }
            Input::Lab(HeardLab::Arrived { same }) => self.arrived(same, &mut out),
            Input::Lab(HeardLab::Report(report)) => self.told(report, &mut out),
        }
        out
    }

    /// Ends it, and lets nobody in any more.
    fn stop(&mut self, why: Option<String>, out: &mut Vec<Output>) {
        if self.end(why, out) {
            out.push(Output::Let(false));
        }
    }

    /// Ends it; whether it was on.
    fn end(&mut self, why: Option<String>, out: &mut Vec<Output>) -> bool {
        if let At::Off(_) = self.at {
            return false;
        }
        (self.at, self.serves) = (At::Off(why), false);
        (self.pending, self.next) = (None, None);
        out.push(Output::Lab(LabRequest::Close));
        true
    }

    /// The connection to the relay is there again.
    fn arrived(&mut self, same: bool, out: &mut Vec<Output>) {
        match (&self.at, same) {
            (At::Off(_), _) => {}
            // Whatever was on its way may not have arrived: a call is made once, however often it is asked for.
            (At::Runs, true) => {
                if let Some((id, call)) = self.pending.clone() {
                    out.push(Output::Lab(LabRequest::Submit { id, task: SERVER, call }));
                }
            }
            (At::Asks | At::Opens | At::Runs, _) => {
                let says = texts::server::CONNECTION_BROKE;
                // With the session that let the class in, that is over too.
                self.end(Some(says.into()), out);
            }
        }
    }

    fn told(&mut self, report: LabReport, out: &mut Vec<Output>) {
        match report {
            LabReport::Opened {} if self.at == At::Opens => {
                self.at = At::Runs;
                out.push(Output::Lab(LabRequest::Start { task: SERVER, host: HOST }));
                self.go_on(out);
            }
            LabReport::Completed { id, outcome, by, here } => self.completed(id, &outcome, by, here, out),
            LabReport::Holds { task: Some(SERVER), fd, observed } => drop(self.held.insert(fd, observed)),
            LabReport::Refused { reason } | LabReport::Closed { reason }
                if matches!(self.at, At::Opens | At::Runs) =>
            {
                self.stop(Some(reason), out);
            }
            LabReport::Opened {}
            | LabReport::Peer {}
            | LabReport::Happened {}
            | LabReport::Holds { .. }
            | LabReport::Captured {}
            | LabReport::Notice {}
            | LabReport::Refused { .. }
            | LabReport::Closed { .. } => {}
        }
    }

    fn completed(
        &mut self,
        id: CallId,
        outcome: &Outcome,
        by: Answered,
        here: Option<Observed>,
        out: &mut Vec<Output>,
    ) {
        let Some((_, call)) = self.pending.take_if(|(pending, _)| *pending == id) else { return };
        self.calls += 1;
        if self.made.len() == SHOWN {
            self.made.pop_front();
        }
        self.made.push_back(short(Made::new(self.calls, &call, outcome, by), &call, outcome));
        if let (Call::Close { fd }, _) | (Call::Accept { .. }, Ok(Returned::Accepted { fd, .. })) =
            (&call, outcome)
        {
            self.held.remove(fd);
        }
        if let (Some(fd), Some(here)) = (call.fd(), here) {
            self.held.insert(fd, here);
        }
        self.program.ended(&call, outcome);
        // Not before: a client's connect would be refused, which is no mistake of its own.
        if let (Call::Listen { .. }, Ok(_)) = (&call, outcome) {
            out.push(Output::Lab(LabRequest::Offer { share: Share::Class }));
        }
        self.go_on(out);
    }

    /// The next call, at its time.
    fn go_on(&mut self, out: &mut Vec<Output>) {
        self.next = self.program.next();
        match self.pace {
            _ if self.next.is_none() => {
                let says = self.program.failure().map(|(call, errno)| texts::server::ended_by(call, errno));
                self.stop(says, out);
            }
            Pace::Full => self.submit(out),
            Pace::Slow => out.push(Output::Wait(SLOW_MS)),
            Pace::ByHand => {}
        }
    }

    fn submit(&mut self, out: &mut Vec<Output>) {
        let Some(call) = self.next.take().filter(|_| self.at == At::Runs) else { return };
        let id = CallId(self.before + self.calls + 1);
        self.pending = Some((id, call.clone()));
        out.push(Output::Lab(LabRequest::Submit { id, task: SERVER, call }));
    }
}

/// Of lists, how many are in each: they are shown elsewhere.
fn short(mut made: Made, call: &Call, outcome: &Outcome) -> Made {
    let count = |read: &[Fd], write: &[Fd], except: &[Fd]| {
        texts::server::ready_for(read.len(), write.len(), except.len())
    };
    if let Call::Select { read, write, except, .. } = call {
        made.call = format!("select({})", count(read, write, except));
    }
    if let Ok(Returned::Selected { read, write, except }) = outcome {
        made.outcome = count(read, write, except);
    }
    made
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lab(report: LabReport) -> Input {
        Input::Lab(HeardLab::Report(report))
    }

    fn done(id: u64, outcome: Outcome) -> Input {
        lab(LabReport::Completed { id: CallId(id), outcome, by: Answered::Kernel, here: None })
    }

    fn submitted(out: &[Output]) -> Option<(u64, String)> {
        out.iter().find_map(|it| match it {
            Output::Lab(LabRequest::Submit { id, call, .. }) => Some((id.0, call.to_string())),
            _ => None,
        })
    }

    /// It waits in its first select.
    fn serving() -> Run {
        let mut run = Run::default();
        assert_eq!(run.handle(Input::Start), [Output::Let(true)]);
        // The tests count from 1.
        run.before = 0;
        assert!(matches!(run.handle(Input::Lets(true))[..], [Output::Lab(LabRequest::Open { .. })]));
        assert_eq!(submitted(&run.handle(lab(LabReport::Opened {}))).map(|(id, _)| id), Some(1));
        let offer = Output::Lab(LabRequest::Offer { share: Share::Class });
        assert!(!run.handle(done(1, Ok(Returned::Fd(Fd(3))))).contains(&offer));
        assert!(
            !run.handle(done(2, Ok(Returned::Done))).contains(&offer),
            "it is bound, and does not listen"
        );
        assert!(run.handle(done(3, Ok(Returned::Done))).contains(&offer), "it listens");
        assert_eq!(
            submitted(&run.handle(done(4, Ok(Returned::Done)))),
            Some((5, "select([3], [], [], no limit)".into()))
        );
        run
    }

    #[test]
    fn a_call_is_asked_for_again_under_its_number_where_the_session_goes_on() {
        let mut run = serving();
        let again = run.handle(Input::Lab(HeardLab::Arrived { same: true }));
        assert_eq!(submitted(&again), Some((5, "select([3], [], [], no limit)".into())));
        let out = run.handle(Input::Lab(HeardLab::Arrived { same: false }));
        assert!(submitted(&out).is_none());
        assert!(matches!(run.at(), At::Off(Some(says)) if says.contains("Start it again")));
    }

    #[test]
    fn by_hand_each_call_waits_for_the_teacher_and_slowly_for_a_second() {
        let mut run = serving();
        run.handle(Input::Pace(Pace::ByHand));
        let ready = Returned::Selected { read: vec![Fd(3)], write: vec![], except: vec![] };
        assert_eq!(run.handle(done(5, Ok(ready))), []);
        assert_eq!(run.in_call().map(|(call, under_way)| (call.name(), under_way)), Some(("accept", false)));
        assert_eq!(submitted(&run.handle(Input::Next)), Some((6, "accept(3)".into())));
        assert_eq!(run.handle(Input::Next), [], "one call at a time");
        run.handle(Input::Pace(Pace::Slow));
        assert_eq!(run.handle(done(6, Err(syscall::Errno::EAGAIN))), [Output::Wait(1000)]);
        assert!(submitted(&run.handle(Input::Waited)).is_some());
    }

    #[test]
    fn what_ends_the_lab_ends_the_server_and_lets_nobody_in() {
        let mut run = serving();
        let out = run.handle(lab(LabReport::Closed { reason: "nothing happened".into() }));
        assert_eq!(out, [Output::Lab(LabRequest::Close), Output::Let(false)]);
        assert_eq!(run.at(), &At::Off(Some("nothing happened".into())));
        let mut run = Run::default();
        run.handle(Input::Start);
        run.handle(Input::Refused("no".into()));
        assert_eq!(run.at(), &At::Off(Some("no".into())));
        assert_eq!(run.handle(Input::Stop), []);
    }

    #[test]
    fn what_the_room_said_before_it_let_the_class_in_ends_nothing_and_what_it_says_after_does() {
        let mut run = serving();
        let says = |here, elsewhere| Input::Serves { here, elsewhere };
        assert_eq!(run.handle(says(false, false)), []);
        assert_eq!(run.handle(says(true, false)), []);
        // It does not ask the room to let nobody in: the class is with the other.
        assert_eq!(run.handle(says(false, true)), [Output::Lab(LabRequest::Close)]);
        assert!(matches!(run.at(), At::Off(Some(why)) if why.contains("Another page")));
        assert!(run.is_elsewhere());
        // It is taken back, and what the room said meanwhile ends nothing.
        assert_eq!(run.handle(Input::Start), [Output::Let(true)]);
        assert_eq!(run.handle(says(true, false)), []);
        assert_eq!(run.handle(says(false, false)), []);
        assert_eq!(run.at(), &At::Asks);
    }

    #[test]
    fn bytes_that_wait_are_forgotten_with_their_descriptor() {
        let mut run = serving();
        let ready = Returned::Selected { read: vec![Fd(3)], write: vec![], except: vec![] };
        run.handle(done(5, Ok(ready)));
        let peer = "10.0.0.1:40000".parse().expect("an address");
        run.handle(done(6, Ok(Returned::Accepted { fd: Fd(4), peer })));
        let observed = Observed { inq: 9, ..Observed::default() };
        run.handle(lab(LabReport::Holds { task: Some(SERVER), fd: Fd(4), observed }));
        assert_eq!(run.held(Fd(4)).map(|held| held.inq), Some(9));
        run.handle(done(7, Ok(Returned::Selected { read: vec![Fd(4)], write: vec![], except: vec![] })));
        run.handle(done(8, Err(syscall::Errno::ECONNRESET)));
        assert_eq!(run.in_call().map(|(call, _)| call.to_string()), Some("close(4)".into()));
        run.handle(done(9, Ok(Returned::Done)));
        assert_eq!(run.held(Fd(4)), None);
    }
}
