//! Whatever a wire does, a stream arrives whole and in order, or the connection ends with an error.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod common;

use common::{CLIENT, CONN, DONTWAIT, FD, HERE, Lab, SERVER, THERE};
use proptest::prelude::*;
use syscall::{Call, ConnectionId, Direction, Errno, Fd, How, Returned, SocketOption, TaskId};

/// What is sent: bytes that tell their place.
fn numbered(len: usize) -> Vec<u8> {
    (0_u32..).flat_map(u32::to_be_bytes).take(len).collect()
}

/// One way of a conversation.
struct Stream {
    sender: (TaskId, Fd),
    receiver: (TaskId, Fd),
    data: Vec<u8>,
    sent: usize,
    received: Vec<u8>,
    finished: bool,
}

impl Stream {
    fn new(sender: (TaskId, Fd), receiver: (TaskId, Fd), len: usize) -> Self {
        let (data, received) = (numbered(len), Vec::new());
        Self { sender, receiver, data, sent: 0, received, finished: false }
    }

    fn send(&mut self, lab: &mut Lab, chunk: usize) {
        let (task, fd) = self.sender;
        let rest = &self.data[self.sent..];
        if rest.is_empty() {
            return;
        }
        let data = rest[..chunk.min(rest.len())].to_vec().into();
        match lab.call(task, Call::Send { fd, data, flags: DONTWAIT }) {
            Ok(Returned::Count(n)) => self.sent += n as usize,
            Err(Errno::EAGAIN) => {}
            other => panic!("nobody gives up: {other:?}"),
        }
        if self.sent == self.data.len() {
            lab.shutdown(task, fd, How::Write).unwrap();
        }
    }

    fn receive(&mut self, lab: &mut Lab, len: u32) {
        let (task, fd) = self.receiver;
        match lab.call(task, Call::Recv { fd, len, flags: DONTWAIT }) {
            Ok(Returned::Data(data)) if data.is_empty() => self.finished = true,
            Ok(Returned::Data(data)) => self.received.extend_from_slice(&data),
            Err(Errno::EAGAIN) => {}
            other => panic!("nobody gives up: {other:?}"),
        }
        assert!(self.data.starts_with(&self.received), "bytes come in order, none twice, none invented");
    }
}

fn check_books(lab: &Lab) {
    for direction in [Direction::Forth, Direction::Back] {
        let s = lab.kernel.stream_info(ConnectionId(0), direction);
        assert!(s.acknowledged <= s.sent && s.sent <= s.written, "{s:?}");
        assert!(s.read <= s.arrived && s.arrived <= s.sent, "{s:?}");
        assert!(s.acknowledged <= s.arrived && s.window_edge <= s.promised_edge, "{s:?}");
    }
}

/// What the wire and the programs do next: a number each, told apart by `what`.
fn deed(lab: &mut Lab, streams: &mut [Stream; 2], what: u8, pick: usize, faults: &mut u32) {
    let wire = lab.wire();
    let at = |list: &[u32]| list.get(pick % list.len().max(1)).copied();
    match (what, at(&wire)) {
        (0..40, _) => streams[pick % 2].send(lab, 1 + pick % 5000),
        (40..80, _) => streams[pick % 2].receive(lab, 1 + (pick % 9000) as u32),
        (80..120, Some(id)) => assert!(lab.kernel.deliver(id)),
        (120..140, Some(id)) if *faults > 0 => {
            *faults -= 1;
            assert!(lab.kernel.lose(id));
        }
        (140..155, Some(id)) => assert!(lab.kernel.duplicate(id)),
        (155..170, Some(id)) => assert!(lab.kernel.delay(id)),
        (170..180, _) => {
            lab.kernel.fire_timer(if pick.is_multiple_of(2) { HERE } else { THERE });
        }
        (180..230, _) => lab.pass(1 + pick as u64 % 10),
        (230..=255, _) => {
            if let Some(&id) = lab.kernel.deliverable().first() {
                lab.kernel.deliver(id);
            }
        }
        _ => {}
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_stream_arrives_whole_and_in_order_through_loss_copies_and_reordering(
        deeds in prop::collection::vec((any::<u8>(), any::<usize>()), 0..600),
        buffers in prop::sample::select(vec![0, 1, 4096, 16_384, 65_536]),
        lens in (0_usize..60_000, 0_usize..9_000),
        delay in prop::sample::select(vec![50_u64, 1_000, 40_000]),
    ) {
        let mut lab = Lab::listening(delay, 1);
        lab.socket(CLIENT);
        if buffers > 0 {
            lab.set(SERVER, FD, SocketOption::SoRcvbuf, buffers);
            lab.set(CLIENT, FD, SocketOption::SoSndbuf, buffers);
        }
        lab.connect();
        lab.call(SERVER, Call::Accept { fd: FD }).unwrap();
        let (here, there) = ((CLIENT, FD), (SERVER, CONN));
        let mut streams = [Stream::new(here, there, lens.0 + 1), Stream::new(there, here, lens.1 + 1)];
        let mut faults = 60;
        for (what, pick) in deeds {
            deed(&mut lab, &mut streams, what, pick, &mut faults);
            check_books(&lab);
        }
        for _ in 0..20_000 {
            if streams.iter().all(|s| s.finished) {
                break;
            }
            for stream in &mut streams {
                stream.send(&mut lab, 4000);
                stream.receive(&mut lab, 8000);
            }
            lab.pass(50);
            check_books(&lab);
        }
        for stream in &streams {
            prop_assert_eq!(stream.received.len(), stream.data.len());
            prop_assert!(stream.finished);
        }
        lab.close(CLIENT, FD);
        lab.close(SERVER, CONN);
        lab.pass(200_000);
        prop_assert!(lab.wire().is_empty());
        prop_assert!(lab.kernel.timers(HERE).is_empty() && lab.kernel.timers(THERE).is_empty());
    }
}
