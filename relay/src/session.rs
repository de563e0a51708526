//! A session's rules as a plain state machine: messages in, requests for the lab and messages out.
//!
//! It knows no socket, clock or task. Order of use: [`Session::receive`] for each message of the client,
//! [`Session::report`] for each report of the lab, then [`Session::next_unsent`] until it answers `None`.

use std::cell::RefCell;
use std::collections::VecDeque;

use axum::body::Bytes;
use protocol::room::Refusal;
use protocol::{FromClient, FromRelay, LabReport, LabRequest, RoomReport, RoomRequest};
use subtle::ConstantTimeEq as _;
use syscall::{CallId, Errno};

/// Numbers of calls stay below this: a JavaScript number holds them exactly.
const LARGEST_CALL: u64 = 1 << 53;

/// Why a WebSocket is closed: code and reason (RFC 6455 section 7.4; at most 123 bytes of reason).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Closing {
    /// The code.
    pub code: u16,
    /// The reason, a sentence.
    pub reason: String,
    /// The setting that says so, if one does.
    pub limit: Option<&'static str>,
}

impl Closing {
    /// The session is over, or goes on elsewhere.
    pub const NORMAL: u16 = 1000;
    /// The relay stops.
    pub const GOING_AWAY: u16 = 1001;
    /// Not what the protocol allows here.
    pub const PROTOCOL: u16 = 1002;
    /// Not a message.
    pub const MALFORMED: u16 = 1007;
    /// Larger than a message may be.
    pub const TOO_LARGE: u16 = 1009;
    /// A limit of the session is reached; it does not go on.
    pub const LIMIT: u16 = 1008;
    /// The client does not read what is sent to it, or guesses secrets.
    pub const TRY_LATER: u16 = 1013;
    /// The relay has an access token, and the client's is missing or wrong (4000 to 4999 are private use).
    pub const TOKEN: u16 = 4401;

    /// A pipe's connection cannot be made, or has broken.
    pub fn errno(errno: Errno, says: &str) -> Self {
        let number = u16::try_from(errno.linux()).unwrap_or(0).min(999);
        Self::new(protocol::CLOSE_ERRNO + number, format!("{errno}: {says}"))
    }

    /// With the reason cut to what a Close frame holds.
    pub fn new(code: u16, reason: impl Into<String>) -> Self {
        const MOST: usize = 123;
        let mut reason = reason.into();
        let end = (0..=MOST.min(reason.len())).rev().find(|i| reason.is_char_boundary(*i));
        reason.truncate(end.unwrap_or(0));
        Self { code, reason, limit: None }
    }

    /// The same, because of this setting.
    #[must_use]
    pub fn by(self, limit: &'static str) -> Self {
        Self { limit: Some(limit), ..self }
    }
}

impl Kept {
    /// What a kept report takes beside its message: its place in the queue, which may be twice as long as it is filled, and
    /// what is shared with whoever sends it. Measured; a report of a packet has hardly more bytes.
    const BOOKS: usize = 160;

    /// Bytes of memory.
    fn weight(&self) -> usize {
        self.message.len() + Self::BOOKS
    }
}

/// A message in as much memory as it is long, since it may be kept for as long as the session.
fn exactly(message: &FromRelay) -> Bytes {
    thread_local! {
        static WRITTEN: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
    }
    WRITTEN.with_borrow_mut(|written| {
        written.clear();
        protocol::encode_into(message, written);
        Bytes::copy_from_slice(written)
    })
}

/// What a client asks.
#[derive(Clone, Debug, PartialEq)]
pub enum Asked {
    /// Of its lab.
    Lab(LabRequest),
    /// Of its room.
    Room(RoomRequest),
}

/// The state of a session.
#[derive(Debug)]
pub struct Session {
    name: String,
    key: String,
    /// The highest number of a call so far: numbers rise, so one that is not higher was made before.
    highest: u64,
    /// Calls that have not ended.
    waiting: Vec<CallId>,
    /// The highest number of a request to its room so far; likewise.
    highest_request: Option<u32>,
    /// Such requests that have no answer.
    asking: Vec<u32>,
    /// Reports that the client has not acknowledged, by rising number.
    kept: VecDeque<Kept>,
    kept_bytes: usize,
    next_seq: u64,
    /// Every report up to this number was given to the WebSocket.
    sent: u64,
    /// The highest that `sent` ever was: reports may be sent again.
    reached: u64,
    unsent_bytes: usize,
    most_kept: usize,
    most_unsent: usize,
}

#[derive(Debug)]
struct Kept {
    seq: u64,
    call: Option<CallId>,
    message: Bytes,
}

impl Session {
    /// A fresh session. At most `most_kept` bytes of sent reports are kept, and `most_unsent` may wait to be sent.
    pub fn new(name: String, key: String, most_kept: usize, most_unsent: usize) -> Self {
        Self {
            name,
            key,
            highest: 0,
            waiting: Vec::new(),
            highest_request: None,
            asking: Vec::new(),
            kept: VecDeque::new(),
            kept_bytes: 0,
            next_seq: 1,
            sent: 0,
            reached: 0,
            unsent_bytes: 0,
            most_kept,
            most_unsent,
        }
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its secret.
    pub fn key(&self) -> &str {
        &self.key
    }

    /// Whether this is the secret, in a time that does not depend on how much of it is right.
    pub fn opens_with(&self, key: &str) -> bool {
        self.key.as_bytes().ct_eq(key.as_bytes()).into()
    }

    /// A message of the client behind its hello; what is asked of its lab or its room, if anything.
    ///
    /// # Errors
    /// If the message is not allowed here; the WebSocket is to be closed so.
    pub fn receive(&mut self, message: FromClient) -> Result<Option<Asked>, Closing> {
        match message {
            FromClient::Hello(_) => {
                Err(Closing::new(Closing::PROTOCOL, "hello is said once, as the first message"))
            }
            // It came before: its answer comes, or has come, or comes again.
            FromClient::Room(request)
                if self.highest_request.is_some_and(|highest| request.id <= highest) =>
            {
                Ok(None)
            }
            FromClient::Room(request) => {
                self.highest_request = Some(request.id);
                self.asking.push(request.id);
                Ok(Some(Asked::Room(request)))
            }
            FromClient::Ack { through } if through > self.reached => {
                Err(Closing::new(Closing::PROTOCOL, "ack of a report that was not sent"))
            }
            FromClient::Ack { through } => {
                self.forget(through);
                Ok(None)
            }
            FromClient::Lab(LabRequest::Submit { id, .. }) if id.0 > self.highest && id.0 >= LARGEST_CALL => {
                self.report(LabReport::refused_call(id, Errno::EINVAL, 0));
                Ok(None)
            }
            FromClient::Lab(LabRequest::Submit { id, .. }) if id.0 <= self.highest => {
                self.repeat(id);
                Ok(None)
            }
            FromClient::Lab(request) => {
                match &request {
                    LabRequest::Submit { id, .. } => {
                        self.highest = id.0;
                        self.waiting.push(*id);
                    }
                    // The lab that would have answered them is gone.
                    LabRequest::Open { .. } | LabRequest::Visit { .. } | LabRequest::Close => {
                        self.end_waiting();
                    }
                    _ => {}
                }
                Ok(Some(Asked::Lab(request)))
            }
        }
    }

    /// A call that was made before is not made again: its answer is sent again, or said to be unknown.
    fn repeat(&mut self, id: CallId) {
        if self.waiting.contains(&id) {
            return;
        }
        match self.kept.iter().find(|kept| kept.call == Some(id)) {
            Some(kept) if kept.seq > self.sent => {}
            // Everything from there on: reports stay in their order.
            Some(kept) => self.send_again_after(kept.seq - 1),
            None => self.report(LabReport::Refused {
                reason: format!(
                    "Call {id} was made before, and its answer is no longer kept. Use a higher number."
                ),
            }),
        }
    }

    fn end_waiting(&mut self) {
        for id in std::mem::take(&mut self.waiting) {
            self.report(LabReport::refused_call(id, Errno::ECANCELED, 0));
        }
    }

    /// A report of the lab, to be sent and kept until it is acknowledged.
    pub fn report(&mut self, report: LabReport) {
        if let LabReport::Closed { .. } = report {
            self.end_waiting();
        }
        let call = match &report {
            LabReport::Completed { id, .. } => {
                self.waiting.retain(|waiting| waiting != id);
                Some(*id)
            }
            _ => None,
        };
        self.keep(call, |seq| FromRelay::Lab { seq, report });
    }

    /// A report of the room, to be sent and kept in the same way.
    pub fn room_report(&mut self, report: RoomReport) {
        match &report {
            RoomReport::Answer { id, .. } => self.asking.retain(|asking| asking != id),
            // The room that would have answered them is gone for this session.
            RoomReport::Out { .. } => {
                for id in std::mem::take(&mut self.asking) {
                    let says = "This session is in no room any more.";
                    self.room_report(RoomReport::refused(id, Refusal::NoSuchRoom, says));
                }
            }
            _ => {}
        }
        self.keep(None, |seq| FromRelay::Room { seq, report });
    }

    /// How many requests to its room have no answer.
    pub fn asking(&self) -> usize {
        self.asking.len()
    }

    fn keep(&mut self, call: Option<CallId>, message: impl FnOnce(u64) -> FromRelay) {
        let seq = self.next_seq;
        self.next_seq += 1;
        let message = exactly(&message(seq));
        let kept = Kept { seq, call, message };
        self.kept_bytes += kept.weight();
        self.unsent_bytes += kept.weight();
        self.kept.push_back(kept);
    }

    /// The next message for the client.
    pub fn next_unsent(&mut self) -> Option<Bytes> {
        let first = self.kept.front()?.seq;
        let index = usize::try_from((self.sent + 1).saturating_sub(first)).ok()?;
        let kept = self.kept.get(index)?;
        self.sent = kept.seq;
        self.reached = self.reached.max(self.sent);
        self.unsent_bytes -= kept.weight();
        let message = kept.message.clone();
        while self.kept_bytes - self.unsent_bytes > self.most_kept {
            self.forget_first();
        }
        Some(message)
    }

    /// How many bytes wait to be sent.
    pub fn unsent_bytes(&self) -> usize {
        self.unsent_bytes
    }

    /// Whether half of what may wait to be sent does.
    pub fn is_half_full(&self) -> bool {
        self.unsent_bytes > self.most_unsent / 2
    }

    /// Whether more waits to be sent than may. While nobody is there, the oldest reports are forgotten instead.
    pub fn overflows(&self) -> bool {
        self.unsent_bytes > self.most_unsent
    }

    /// While nobody is there: forgets what is more than may wait.
    pub fn trim(&mut self) {
        while self.unsent_bytes > self.most_unsent {
            self.forget_first();
        }
    }

    /// Goes on behind report `last`; false if later ones were forgotten, or it was never sent.
    pub fn resume(&mut self, last: u64) -> bool {
        let first = self.kept.front().map_or(self.next_seq, |kept| kept.seq);
        if last >= self.next_seq || last + 1 < first {
            return false;
        }
        self.send_again_after(last);
        self.forget(last);
        true
    }

    fn send_again_after(&mut self, last: u64) {
        self.sent = last;
        self.unsent_bytes = self.kept.iter().filter(|kept| kept.seq > last).map(Kept::weight).sum();
    }

    fn forget(&mut self, through: u64) {
        while self.kept.front().is_some_and(|kept| kept.seq <= through) {
            self.forget_first();
        }
    }

    fn forget_first(&mut self) {
        if let Some(kept) = self.kept.pop_front() {
            self.kept_bytes -= kept.weight();
            if kept.seq > self.sent {
                self.unsent_bytes -= kept.weight();
                self.sent = kept.seq;
            }
        }
    }
}

#[cfg(test)]
mod any;

#[cfg(test)]
mod tests {
    use syscall::{Call, TaskId};

    use super::*;

    fn session() -> Session {
        Session::new("name".into(), "key".into(), 1000, 1000)
    }
    fn submit(id: u64) -> FromClient {
        FromClient::Lab(LabRequest::Submit { id: CallId(id), task: TaskId(0), call: Call::Fork })
    }
    fn answer(id: u64) -> LabReport {
        LabReport::refused_call(CallId(id), Errno::ENOSYS, 7)
    }
    fn sent(session: &mut Session) -> Vec<(u64, LabReport)> {
        let next = std::iter::from_fn(|| session.next_unsent());
        next.map(|bytes| match protocol::decode(&bytes).unwrap() {
            FromRelay::Lab { seq, report } => (seq, report),
            other => panic!("{other:?}"),
        })
        .collect()
    }

    #[test]
    fn a_call_number_that_was_used_is_not_done_again() {
        let mut session = session();
        assert!(session.receive(submit(5)).unwrap().is_some());
        assert!(session.receive(submit(5)).unwrap().is_none(), "while it waits");
        assert!(sent(&mut session).is_empty());
        session.report(answer(5));
        assert_eq!(sent(&mut session), [(1, answer(5))]);
        for lower in [5, 4] {
            assert!(session.receive(submit(lower)).unwrap().is_none());
        }
        let again = sent(&mut session);
        assert_eq!(again[0], (1, answer(5)), "the same report under the same number");
        assert!(matches!(&again[1], (2, LabReport::Refused { reason }) if reason.contains("Call 4")));
    }

    #[test]
    fn a_client_that_comes_back_gets_what_it_has_not_seen() {
        let mut session = session();
        for id in 1..=4 {
            session.receive(submit(id)).unwrap();
            session.report(answer(id));
        }
        assert_eq!(sent(&mut session).len(), 4);
        assert!(session.resume(2));
        assert_eq!(sent(&mut session), [(3, answer(3)), (4, answer(4))]);
        assert!(session.resume(4));
        assert!(sent(&mut session).is_empty());
        assert!(!session.resume(2), "acknowledged reports are forgotten");
        assert!(!session.resume(5), "never sent");
        assert!(!session.resume(u64::MAX));
    }

    #[test]
    fn acknowledged_reports_are_forgotten_and_others_only_when_too_many() {
        let mut session = session();
        session.report(answer(1));
        assert_eq!(
            session.receive(FromClient::Ack { through: 1 }).unwrap_err().code,
            Closing::PROTOCOL,
            "not sent yet"
        );
        sent(&mut session);
        session.receive(FromClient::Ack { through: 1 }).unwrap();
        assert_eq!((session.kept.len(), session.kept_bytes, session.unsent_bytes), (0, 0, 0));
        for id in 2..200 {
            session.report(answer(id));
            sent(&mut session);
        }
        assert!(session.kept_bytes <= 1000 && session.kept.len() > 3);
        assert!(!session.resume(1));
    }

    #[test]
    fn an_acknowledgement_may_cross_a_report_that_is_sent_again() {
        let mut session = session();
        for id in 1..=3 {
            session.receive(submit(id)).unwrap();
            session.report(answer(id));
        }
        sent(&mut session);
        session.receive(submit(1)).unwrap();
        session.receive(FromClient::Ack { through: 3 }).unwrap();
        assert!(sent(&mut session).is_empty(), "all have arrived");
        assert_eq!((session.kept_bytes, session.unsent_bytes), (0, 0));
    }

    #[test]
    fn what_waits_to_be_sent_is_counted_and_trimmed_while_nobody_is_there() {
        let mut session = session();
        while !session.overflows() {
            session.report(LabReport::Closed { reason: "x".repeat(90) });
        }
        assert!(session.unsent_bytes > 1000);
        session.trim();
        assert!(!session.overflows());
        let left = sent(&mut session);
        assert!(left.len() > 2);
        assert!(left.windows(2).all(|pair| pair[0].0 + 1 == pair[1].0));
        assert_eq!(session.unsent_bytes, 0);
    }

    #[test]
    fn a_request_to_a_room_is_made_once_and_answered_once_however_often_it_is_sent() {
        use protocol::room::{Answer, Ask};
        let mut session = session();
        let ask = |id| FromClient::Room(RoomRequest { id, ask: Ask::Leave });
        let done = |id| RoomReport::Answer { id, answer: Answer::Done };
        let sent = |session: &mut Session| -> Vec<_> {
            let next = std::iter::from_fn(|| session.next_unsent());
            next.map(|bytes| match protocol::decode(&bytes).unwrap() {
                FromRelay::Room { seq, report } => (seq, report),
                other => panic!("{other:?}"),
            })
            .collect()
        };
        assert!(session.receive(ask(0)).unwrap().is_some());
        assert!(session.receive(ask(0)).unwrap().is_none(), "while it waits");
        session.room_report(done(0));
        assert_eq!(sent(&mut session), [(1, done(0))]);
        assert!(session.receive(ask(0)).unwrap().is_none());
        assert!(sent(&mut session).is_empty());
        assert!(session.resume(0));
        assert_eq!(sent(&mut session), [(1, done(0))], "the same report under the same number");
        assert!(session.receive(ask(7)).unwrap().is_some());
        session.room_report(RoomReport::Out { says: "over".into(), for_good: true });
        assert_eq!(
            (sent(&mut session).len(), session.asking()),
            (2, 0),
            "who waits for a room that is gone is told"
        );
    }

    #[test]
    fn calls_that_wait_are_cancelled_when_their_lab_is_thrown_away() {
        let mut session = session();
        session.receive(submit(1)).unwrap();
        session.receive(FromClient::Lab(LabRequest::Close)).unwrap();
        let cancelled = LabReport::refused_call(CallId(1), Errno::ECANCELED, 0);
        assert_eq!(sent(&mut session), [(1, cancelled)]);
    }

    #[test]
    fn calls_that_wait_are_cancelled_when_their_lab_ends_by_itself() {
        let mut session = session();
        session.receive(submit(1)).unwrap();
        let closed = LabReport::Closed { reason: "silent".into() };
        session.report(closed.clone());
        let cancelled = LabReport::refused_call(CallId(1), Errno::ECANCELED, 0);
        assert_eq!(sent(&mut session), [(1, cancelled), (2, closed)]);
    }

    #[test]
    fn numbers_that_javascript_cannot_hold_are_refused() {
        let mut session = session();
        assert!(session.receive(submit(u64::MAX)).unwrap().is_none());
        assert!(matches!(sent(&mut session)[0].1, LabReport::Completed { outcome: Err(Errno::EINVAL), .. }));
        assert!(session.receive(submit(1)).unwrap().is_some(), "the refused number does not count");
    }

    #[test]
    fn the_key_must_be_the_whole_key() {
        let session = session();
        assert!(session.opens_with("key"));
        assert!(!session.opens_with("ke") && !session.opens_with("") && !session.opens_with("keyy"));
    }

    #[test]
    fn a_reason_is_cut_between_characters() {
        assert_eq!(Closing::new(1002, "ä".repeat(100)).reason.len(), 122);
    }
}
