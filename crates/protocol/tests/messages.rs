//! Every message survives the way there and back; every other sequence of bytes is refused without a panic.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use proptest::collection::{btree_map, vec};
use proptest::option;
use proptest::prelude::*;
use protocol::{
    Answered, FromClient, FromRelay, Hello, KernelInfo, LabReport, LabRequest, LabSpec, Limits, PeerSpec,
    Resume, Share, WireRequest, WireSpec, decode, encode,
};
use syscall::{
    Address, Bytes, Call, CallId, ConnectionId, Direction, Domain, Errno, Event, Fd, HostId, How, MsgFlags,
    Observed, OptionValue, Outcome, Pid, PollFd, Readiness, RealCall, RealStep, RealSteps, Returned, Segment,
    SegmentFlags, SocketOption, SocketType, StreamRange, TaskId, TcpState, What, Woke,
};

fn fd() -> impl Strategy<Value = Fd> {
    any::<i32>().prop_map(Fd)
}
fn bytes() -> impl Strategy<Value = Bytes> {
    vec(any::<u8>(), 0..300).prop_map(Bytes::from)
}
fn address() -> impl Strategy<Value = Address> {
    any::<(std::net::IpAddr, u16)>().prop_map(Address::from)
}
fn flags() -> impl Strategy<Value = MsgFlags> {
    any::<[bool; 4]>().prop_map(|[dontwait, peek, waitall, nosignal]| MsgFlags {
        dontwait,
        peek,
        waitall,
        nosignal,
    })
}
fn readiness() -> impl Strategy<Value = Readiness> {
    any::<[bool; 7]>().prop_map(|[readable, writable, priority, error, hangup, peer_finished, invalid]| {
        Readiness { readable, writable, priority, error, hangup, peer_finished, invalid }
    })
}
fn option_name() -> impl Strategy<Value = SocketOption> {
    prop::sample::select(vec![SocketOption::SoSndbuf, SocketOption::SoError, SocketOption::TcpUserTimeout])
}
fn value() -> impl Strategy<Value = OptionValue> {
    prop_oneof![
        any::<i32>().prop_map(OptionValue::Int),
        any::<u64>().prop_map(OptionValue::TimeMicros),
        any::<(bool, u16)>().prop_map(|(on, seconds)| OptionValue::Linger { on, seconds }),
        option::of(errno()).prop_map(OptionValue::Error),
    ]
}
fn errno() -> impl Strategy<Value = Errno> {
    prop_oneof![prop::sample::select(Errno::ALL), (200..9999).prop_map(Errno::Other)]
}
fn domain() -> impl Strategy<Value = Domain> {
    prop::sample::select(vec![Domain::Unix, Domain::Inet, Domain::Inet6])
}
fn kind() -> impl Strategy<Value = SocketType> {
    prop::sample::select(vec![SocketType::Stream, SocketType::Dgram])
}

fn call() -> BoxedStrategy<Call> {
    let fds = || vec(fd(), 0..4);
    prop_oneof![
        (domain(), kind()).prop_map(|(domain, kind)| Call::Socket { domain, kind }),
        (fd(), address()).prop_map(|(fd, address)| Call::Bind { fd, address }),
        (fd(), any::<i32>()).prop_map(|(fd, backlog)| Call::Listen { fd, backlog }),
        fd().prop_map(|fd| Call::Accept { fd }),
        (fd(), address()).prop_map(|(fd, address)| Call::Connect { fd, address }),
        (fd(), bytes(), flags()).prop_map(|(fd, data, flags)| Call::Send { fd, data, flags }),
        (fd(), any::<u32>(), flags()).prop_map(|(fd, len, flags)| Call::Recv { fd, len, flags }),
        (fd(), bytes(), flags(), address()).prop_map(|(fd, data, flags, address)| Call::Sendto {
            fd,
            data,
            flags,
            address
        }),
        (fd(), any::<u32>(), flags()).prop_map(|(fd, len, flags)| Call::Recvfrom { fd, len, flags }),
        (fd(), prop::sample::select(vec![How::Read, How::Write, How::Both]))
            .prop_map(|(fd, how)| Call::Shutdown { fd, how }),
        fd().prop_map(|fd| Call::Close { fd }),
        fd().prop_map(|fd| Call::Dup { fd }),
        Just(Call::Fork),
        Just(Call::Pipe),
        (domain(), kind()).prop_map(|(domain, kind)| Call::Socketpair { domain, kind }),
        (fds(), fds(), fds(), option::of(any::<u64>()))
            .prop_map(|(read, write, except, timeout_us)| Call::Select { read, write, except, timeout_us }),
        (vec((fd(), readiness()), 0..4), option::of(any::<u64>())).prop_map(|(fds, timeout_us)| Call::Poll {
            fds: fds.into_iter().map(|(fd, events)| PollFd { fd, events }).collect(),
            timeout_us
        }),
        (fd(), option_name(), value()).prop_map(|(fd, option, value)| Call::Setsockopt { fd, option, value }),
        (fd(), option_name()).prop_map(|(fd, option)| Call::Getsockopt { fd, option }),
        fd().prop_map(|fd| Call::Getsockname { fd }),
        fd().prop_map(|fd| Call::Getpeername { fd }),
        (fd(), any::<bool>()).prop_map(|(fd, blocking)| Call::SetBlocking { fd, blocking }),
    ]
    .boxed()
}

fn outcome() -> BoxedStrategy<Outcome> {
    let fds = || vec(fd(), 0..4);
    let returned = prop_oneof![
        Just(Returned::Done),
        fd().prop_map(Returned::Fd),
        (fd(), address()).prop_map(|(fd, peer)| Returned::Accepted { fd, peer }),
        (fd(), fd()).prop_map(|(a, b)| Returned::Pair(a, b)),
        any::<u32>().prop_map(Returned::Count),
        bytes().prop_map(Returned::Data),
        (bytes(), address()).prop_map(|(data, from)| Returned::Datagram { data, from }),
        (fds(), fds(), fds()).prop_map(|(read, write, except)| Returned::Selected { read, write, except }),
        vec(readiness(), 0..4).prop_map(Returned::Polled),
        value().prop_map(Returned::Option),
        address().prop_map(Returned::Address),
        any::<u32>().prop_map(|pid| Returned::Forked(Pid(pid))),
    ];
    prop_oneof![returned.prop_map(Ok), errno().prop_map(Err)].boxed()
}

fn real_steps() -> impl Strategy<Value = RealSteps> {
    let made = ("[a-z]{4}", ".*", any::<Result<i64, ()>>(), errno(), any::<u64>(), any::<bool>());
    let made = made.prop_map(|(name, arguments, outcome, errno, at, helper)| {
        let outcome = outcome.map_err(|()| errno);
        RealStep::Made(RealCall { name: name.into(), arguments, outcome, at, helper })
    });
    let until = vec![Woke::Readable, Woke::Writable, Woke::Again, Woke::TimeOut, Woke::Stopped];
    let waited = (prop::sample::select(until), any::<u64>());
    let step = prop_oneof![made, waited.prop_map(|(until, us)| RealStep::Waited { until, us })];
    let steps = (vec(step.clone(), 0..3), any::<u32>(), vec(step, 0..3));
    steps.prop_map(|(first, between, last)| RealSteps { first, between, last })
}
fn observed() -> impl Strategy<Value = Option<Observed>> {
    let states = vec![Some(TcpState::Established), Some(TcpState::FinWait1), Some(TcpState::TimeWait), None];
    let fields = (any::<[u32; 4]>(), prop::sample::select(states));
    option::of(fields.prop_map(|([outq, outq_unsent, inq, mss], state)| Observed {
        outq,
        outq_unsent,
        inq,
        state,
        mss,
    }))
}

fn host() -> impl Strategy<Value = HostId> {
    any::<u16>().prop_map(HostId)
}

fn wire() -> impl Strategy<Value = WireSpec> {
    (any::<[u16; 4]>(), any::<u32>(), any::<[u64; 2]>(), any::<bool>()).prop_map(
        |([mtu, lose, duplicate, reorder], delay_us, [bytes_per_second, seed], held)| WireSpec {
            mtu,
            delay_us,
            bytes_per_second,
            lose,
            duplicate,
            reorder,
            seed,
            held,
        },
    )
}

fn share() -> impl Strategy<Value = Share> {
    prop::sample::select(vec![Share::Pair, Share::Class])
}
fn wire_request() -> impl Strategy<Value = WireRequest> {
    let packet = any::<u32>();
    prop_oneof![
        wire().prop_map(WireRequest::Set),
        packet.prop_map(|packet| WireRequest::Deliver { packet }),
        packet.prop_map(|packet| WireRequest::Lose { packet }),
        packet.prop_map(|packet| WireRequest::Duplicate { packet }),
        (packet, packet).prop_map(|(packet, by_us)| WireRequest::Delay { packet, by_us }),
        (host(), any::<bool>()).prop_map(|(host, connected)| WireRequest::Cable { host, connected }),
        (host(), any::<bool>()).prop_map(|(host, on)| WireRequest::Power { host, on }),
    ]
}

fn peer_spec() -> impl Strategy<Value = PeerSpec> {
    let settings = btree_map("[a-z]{1,8}", any::<i64>(), 0..3);
    (".*", host(), any::<u16>(), option::of(any::<u32>()), settings, any::<u64>()).prop_map(
        |(name, host, port, rcvbuf, settings, seed)| PeerSpec { name, host, port, rcvbuf, settings, seed },
    )
}

fn lab_spec() -> impl Strategy<Value = LabSpec> {
    (any::<u16>(), vec(peer_spec(), 0..3), wire()).prop_map(|(hosts, peers, wire)| LabSpec {
        hosts,
        peers,
        wire,
    })
}

fn segment() -> impl Strategy<Value = Segment> {
    let range = (any::<u32>(), any::<[u64; 3]>()).prop_map(|(connection, [start, end, ack])| {
        let direction = Direction::Back;
        (StreamRange { connection: ConnectionId(connection), direction, start, end }, ack)
    });
    (any::<[u32; 2]>(), range, any::<[bool; 6]>()).prop_map(
        |([id, window], (range, ack), [syn, with_ack, fin, rst, psh, retransmission])| {
            let flags = SegmentFlags { syn, ack: with_ack, fin, rst, psh };
            Segment { id, range, flags, ack, window, retransmission }
        },
    )
}

fn event() -> impl Strategy<Value = Event> {
    let what = prop_oneof![
        segment().prop_map(|segment| What::SegmentSent { segment }),
        segment().prop_map(|segment| What::SegmentLost { segment }),
        any::<bool>().prop_map(|on| What::HostPower { on }),
    ];
    (any::<u64>(), host(), what).prop_map(|(at, host, what)| Event::of_host(at, host, what))
}

fn from_client() -> impl Strategy<Value = FromClient> {
    let resume = (".*", ".*", any::<u64>()).prop_map(|(session, key, last)| Resume { session, key, last });
    let hello = (any::<u16>(), option::of(resume), option::of(".*"));
    let hello = hello.prop_map(|(version, resume, token)| Hello { version, resume, token });
    let lab = prop_oneof![
        lab_spec().prop_map(|lab| LabRequest::Open { lab }),
        (any::<u32>(), host()).prop_map(|(task, host)| LabRequest::Start { task: TaskId(task), host }),
        wire_request().prop_map(LabRequest::Wire),
        Just(LabRequest::Capture),
        share().prop_map(|share| LabRequest::Offer { share }),
        share().prop_map(|share| LabRequest::Visit { share }),
        (any::<u64>(), any::<u32>(), call()).prop_map(|(id, task, call)| LabRequest::Submit {
            id: CallId(id),
            task: TaskId(task),
            call
        }),
        any::<u64>().prop_map(|id| LabRequest::Cancel { id: CallId(id) }),
        (any::<u16>(), ".*").prop_map(|(peer, text)| LabRequest::Tell { peer, text }),
        Just(LabRequest::Close),
    ];
    prop_oneof![
        hello.prop_map(FromClient::Hello),
        lab.prop_map(FromClient::Lab),
        any::<u64>().prop_map(|through| FromClient::Ack { through }),
    ]
}

fn from_relay() -> impl Strategy<Value = FromRelay> {
    let report = prop_oneof![
        vec(address(), 0..3).prop_map(|peers| LabReport::Opened { peers }),
        event().prop_map(|event| LabReport::Happened { event }),
        (option::of(any::<u32>()), option::of(any::<u16>()), fd(), observed(), any::<u64>()).prop_map(
            |(task, peer, fd, observed, at)| LabReport::Holds {
                task: task.map(TaskId),
                peer,
                fd,
                observed: observed.unwrap_or_default(),
                at
            }
        ),
        (bytes(), any::<u64>()).prop_map(|(part, left)| LabReport::Captured { part, left }),
        (any::<u64>(), outcome(), real_steps(), observed(), observed(), any::<u64>()).prop_map(
            |(id, outcome, real, here, there, at)| LabReport::Completed {
                id: CallId(id),
                outcome,
                by: if real.is_empty() { Answered::Relay } else { Answered::Kernel },
                real,
                here,
                there,
                at
            }
        ),
        (any::<u16>(), call(), outcome(), any::<u32>(), observed(), any::<u64>()).prop_map(
            |(peer, call, outcome, received, here, at)| LabReport::Peer {
                peer,
                call,
                outcome,
                received,
                here,
                at
            }
        ),
        ".*".prop_map(|says| LabReport::Notice { says }),
        ".*".prop_map(|reason| LabReport::Refused { reason }),
        ".*".prop_map(|reason| LabReport::Closed { reason }),
    ];
    let kernel = any::<[String; 4]>().prop_map(|[system, release, mode, congestion]| KernelInfo {
        system,
        release,
        mode,
        congestion,
    });
    let limits = any::<[u32; 4]>().prop_map(|[sockets, calls_per_second, buffer, resume_s]| Limits {
        sockets,
        calls_per_second,
        buffer,
        resume_s,
    });
    prop_oneof![
        (".*", ".*", any::<bool>(), kernel, limits).prop_map(|(session, key, resumed, kernel, limits)| {
            FromRelay::Welcome { session, key, resumed, kernel, limits }
        }),
        ".*".prop_map(|url| FromRelay::Elsewhere { url }),
        (any::<u64>(), report).prop_map(|(seq, report)| FromRelay::Lab { seq, report }),
    ]
}

proptest! {
    #[test]
    fn what_a_client_says_arrives(message in from_client()) {
        prop_assert_eq!(decode::<FromClient>(&encode(&message)).unwrap(), message);
    }

    #[test]
    fn what_the_relay_says_arrives(message in from_relay()) {
        prop_assert_eq!(decode::<FromRelay>(&encode(&message)).unwrap(), message);
    }

    #[test]
    fn a_message_with_bytes_behind_it_or_cut_short_is_refused(message in from_client(), more in any::<u8>()) {
        let mut bytes = encode(&message);
        bytes.push(more);
        prop_assert!(decode::<FromClient>(&bytes).is_err());
        bytes.truncate(bytes.len() - 2);
        prop_assert!(decode::<FromClient>(&bytes).is_err());
    }

    #[test]
    fn any_bytes_are_a_message_or_an_error(bytes in vec(any::<u8>(), 0..200)) {
        let _ = decode::<FromClient>(&bytes);
        let _ = decode::<FromRelay>(&bytes);
    }

    #[test]
    fn a_damaged_message_is_a_message_or_an_error(
        message in from_client(),
        damage in vec((any::<prop::sample::Index>(), any::<u8>()), 1..5),
    ) {
        let mut bytes = encode(&message);
        for (at, byte) in damage {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        let _ = decode::<FromClient>(&bytes);
    }
}

/// Decoding runs on a thread with a small stack, so that recursion without bound would end the test.
#[test]
fn deep_nesting_and_huge_lengths_are_refused_within_a_small_stack() {
    let mut attacks = Vec::new();
    // Arrays, maps, tags and indefinite items in themselves, as a message and as an unknown field of one.
    for nested in [&[0x81][..], &[0xa1, 0x60], &[0xc1], &[0x9f], &[0xbf, 0x60], &[0x5f]] {
        let deep = nested.repeat(60_000 / nested.len());
        attacks.push(deep.clone());
        // {"hello": {"x": deep
        attacks.push([b"\xa1\x65hello\xa1\x61x".as_slice(), &deep].concat());
        // {"lab": {"submit": {"call": deep
        attacks.push([b"\xa1\x63lab\xa1\x66submit\xa1\x64call".as_slice(), &deep].concat());
    }
    // {"lab": {"tell": {"text": a text of 2^62 bytes; and a poll of 2^62 entries.
    attacks.push(b"\xa1\x63lab\xa1\x64tell\xa1\x64text\x7b\x40\0\0\0\0\0\0\0".to_vec());
    attacks
        .push(b"\xa1\x63lab\xa1\x66submit\xa1\x64call\xa1\x64poll\xa1\x63fds\x9b\x40\0\0\0\0\0\0\0".to_vec());
    let thread = std::thread::Builder::new().stack_size(256 << 10).spawn(move || {
        for attack in attacks {
            assert!(decode::<FromClient>(&attack).is_err());
            assert!(decode::<FromRelay>(&attack).is_err());
        }
    });
    thread.unwrap().join().expect("no attack ends the thread");
}
