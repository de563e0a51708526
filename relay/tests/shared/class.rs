//! A whole class as clients of one select server in the teacher's lab.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use protocol::room::{Answer, Ask, Direct};
use protocol::{FromClient, FromRelay, LabReport, LabRequest, Share, WireRequest, WireSpec};
use relay::Limits;
use syscall::{Call, CallId, Domain, Errno, Fd, HostId, Returned, SocketType, TaskId};
use tokio::task::JoinSet;
use tokio::time::timeout;

use crate::common::{FD, Relay, start, with_hosts};
use crate::mate::{Mate, recv, send};

const TCP: Call = Call::Socket { domain: Domain::Inet, kind: SocketType::Stream };
const SERVER: &str = "10.0.0.2:7000";
/// The server's process.
const THERE: TaskId = TaskId(1);

fn limits() -> Limits {
    Limits { calls_per_second: 5000, calls_burst: 5000, ..Limits::default() }
}

/// A teacher whose server listens.
async fn serving(relay: &Relay) -> Mate {
    let (mut teacher, _) = Mate::teaches(relay).await;
    teacher.directs(Direct::Serve { on: true }).await;
    teacher.offers(Share::Class).await;
    teacher.request(LabRequest::Start { task: THERE, host: HostId(1) }).await;
    for call in
        [TCP, Call::Bind { fd: FD, address: SERVER.parse().unwrap() }, Call::Listen { fd: FD, backlog: 300 }]
    {
        teacher.call_as(THERE, call).await.unwrap();
    }
    teacher
}

/// A learner who is connected to the server.
async fn client(relay: &Relay, code: &str, nickname: &str) -> Mate {
    let (mut mate, _) = Mate::joins(relay, code, nickname).await;
    mate.visits(Share::Class).await.unwrap();
    mate.ok(TCP).await;
    mate.ok(Call::Connect { fd: FD, address: SERVER.parse().unwrap() }).await;
    mate
}

/// Serves until so many clients have come and gone: a line is answered in capitals. All that was said.
async fn serve(teacher: &mut Mate, clients: usize) -> BTreeSet<String> {
    let (mut open, mut gone, mut lines) = (BTreeSet::new(), 0, BTreeSet::new());
    while gone < clients {
        let read: Vec<Fd> = [FD].into_iter().chain(open.iter().copied()).collect();
        let select = Call::Select { read, write: vec![], except: vec![], timeout_us: None };
        let Returned::Selected { read, .. } = teacher.call_as(THERE, select).await.unwrap() else { panic!() };
        for fd in read {
            if fd == FD {
                let accepted = teacher.call_as(THERE, Call::Accept { fd }).await.unwrap();
                let Returned::Accepted { fd, .. } = accepted else { panic!("{accepted:?}") };
                open.insert(fd);
                continue;
            }
            let Returned::Data(data) = teacher.call_as(THERE, recv(fd)).await.unwrap() else { panic!() };
            let line = String::from_utf8(data.to_vec()).unwrap();
            if line.is_empty() {
                teacher.call_as(THERE, Call::Close { fd }).await.unwrap();
                open.remove(&fd);
                gone += 1;
            } else {
                teacher.call_as(THERE, send(fd, &line.to_uppercase())).await.unwrap();
                lines.insert(line);
            }
        }
    }
    lines
}

/// So many learners each say a line and hear the answer; one of them goes without a word instead.
async fn all_are_answered(relay: Relay, learners: usize) {
    let relay = Arc::new(relay);
    let mut teacher = serving(&relay).await;
    let mut class = JoinSet::new();
    for number in 0..learners {
        let (relay, code) = (Arc::clone(&relay), teacher.code.clone());
        class.spawn(async move {
            let mut mate = client(&relay, &code, &format!("Learner {number}")).await;
            if number == 0 {
                return mate.client.finish().await;
            }
            mate.ok(send(FD, &format!("line {number}"))).await;
            assert_eq!(mate.text(FD).await, format!("LINE {number}"));
            mate.ok(Call::Close { fd: FD }).await;
        });
    }
    let lines = timeout(Duration::from_secs(120), serve(&mut teacher, learners)).await.unwrap();
    assert_eq!(lines.len(), learners - 1);
    while let Some(done) = class.join_next().await {
        done.unwrap();
    }
}

#[tokio::test]
async fn two_hundred_learners_are_clients_of_one_select_server() {
    all_are_answered(start(limits()).await, 200).await;
}

#[tokio::test]
async fn thirty_are_over_a_wire() {
    let Some(relay) = with_hosts(limits()).await else { return };
    all_are_answered(relay, 30).await;
}

#[tokio::test]
async fn a_guest_of_a_class_sees_its_own_connection_alone_and_has_nothing_to_say_to_the_wire() {
    let Some(relay) = with_hosts(limits()).await else { return };
    let teacher = serving(&relay).await;
    let mut ada = client(&relay, &teacher.code.clone(), "Ada").await;
    let mut ben = client(&relay, &teacher.code.clone(), "Ben").await;
    let wire = WireRequest::Set(WireSpec { held: true, ..WireSpec::default() });
    ada.request(LabRequest::Wire(wire)).await;
    assert!(ada.refused().await.contains("teacher"));
    for mate in [&mut ada, &mut ben] {
        mate.ok(send(FD, "hello")).await;
        mate.ok(Call::Gethostname).await;
    }
    let connections = |mate: &Mate| {
        let of = |report: &LabReport| match report {
            LabReport::Happened { event } => event.range.map(|range| range.connection),
            _ => None,
        };
        mate.lab.iter().filter_map(of).collect::<BTreeSet<_>>()
    };
    let (of_ada, of_ben) = (connections(&ada), connections(&ben));
    assert_eq!((of_ada.len(), of_ben.len()), (1, 1));
    assert!(of_ada.is_disjoint(&of_ben));
    assert!(connections(&teacher).is_superset(&of_ada) || connections(&teacher).is_empty());
}

#[tokio::test]
async fn when_the_teacher_lets_nobody_in_any_more_all_are_out_and_the_server_reads_fin() {
    let relay = start(limits()).await;
    let mut teacher = serving(&relay).await;
    let mut ada = client(&relay, &teacher.code.clone(), "Ada").await;
    let accepted = teacher.call_as(THERE, Call::Accept { fd: FD }).await.unwrap();
    let Returned::Accepted { fd, .. } = accepted else { panic!("{accepted:?}") };
    assert_eq!(ada.call(Call::Close { fd: Fd(4) }).await, Err(Errno::EBADF));
    teacher.directs(Direct::Serve { on: false }).await;
    assert!(timeout(Duration::from_secs(1), ada.closed()).await.unwrap().contains("room"));
    assert_eq!(teacher.call_as(THERE, recv(fd)).await, Ok(Returned::Data("".into())));
    assert!(ada.visits(Share::Class).await.unwrap_err().contains("no clients"));
}

#[tokio::test]
async fn a_second_page_that_serves_takes_the_class_and_the_first_can_neither_keep_nor_end_that() {
    let relay = start(limits()).await;
    let (mut first, code) = Mate::teaches(&relay).await;
    let secret = first.secret.clone();
    first.directs(Direct::Serve { on: true }).await;
    first.offers(Share::Class).await;
    let (mut ada, _) = Mate::joins(&relay, &code, "Ada").await;
    ada.visits(Share::Class).await.unwrap();
    let mut second = Mate::at(&relay).await;
    assert_eq!(second.ask(Ask::Teach { code: code.clone(), secret }).await, Answer::Teaching);
    second.directs(Direct::Serve { on: true }).await;
    assert!(timeout(Duration::from_secs(1), ada.closed()).await.unwrap().contains("room"));
    first.request(LabRequest::Offer { share: Share::Class }).await;
    assert!(first.refused().await.contains("Another page"));
    second.offers(Share::Class).await;
    ada.visits(Share::Class).await.unwrap();
    // What the first page says at its end is said of its own lab alone.
    first.directs(Direct::Serve { on: false }).await;
    first.client.finish().await;
    ada.ok(TCP).await;
}

#[tokio::test]
async fn a_server_of_two_may_be_asked_for_three_sessions_bytes_and_not_more() {
    const SHARE: u64 = 20_000;
    let relay = start(Limits { session_bytes: SHARE, ..limits() }).await;
    let mut teacher = serving(&relay).await;
    let code = teacher.code.clone();
    let _class = [client(&relay, &code, "Ada").await, client(&relay, &code, "Ben").await];
    let mut alone = Mate::at(&relay).await;
    alone.opens().await;
    let (one, three) = (spends(&mut alone).await, spends(&mut teacher).await);
    assert!((SHARE - 1000..=SHARE).contains(&one), "{one}");
    assert!((3 * SHARE - 2000..=3 * SHARE).contains(&three), "{three}");
}

/// Makes calls that fail until the relay closes the session; how many bytes they were, but the last.
async fn spends(mate: &mut Mate) -> u64 {
    let (data, fd) = ("x".repeat(500), Fd(99));
    let mut spent = 0;
    for id in 1_000.. {
        let call = send(fd, &data);
        let request = LabRequest::Submit { id: CallId(id), task: TaskId(0), call };
        let message = FromClient::Lab(request);
        if mate.client.try_send(&message).await.is_none() {
            break;
        }
        loop {
            match mate.client.try_receive().await {
                Some(FromRelay::Lab { report: LabReport::Completed { .. }, .. }) => break,
                Some(_) => {}
                None => return spent,
            }
        }
        spent += protocol::encode(&message).len() as u64;
    }
    spent
}

#[tokio::test]
async fn who_is_taken_out_of_the_room_loses_the_lab_at_once_even_without_reading_that() {
    let relay = start(limits()).await;
    let mut teacher = serving(&relay).await;
    let code = teacher.code.clone();
    let (mut ada, learner) = Mate::joins(&relay, &code, "Ada").await;
    ada.visits(Share::Class).await.unwrap();
    ada.ok(TCP).await;
    ada.ok(Call::Connect { fd: FD, address: SERVER.parse().unwrap() }).await;
    let Ok(Returned::Accepted { fd, .. }) = teacher.call_as(THERE, Call::Accept { fd: FD }).await else {
        panic!()
    };
    // The connection breaks; the session stays for a minute, and nobody hears what the room says.
    drop(ada);
    teacher.directs(Direct::Remove { learner }).await;
    let end = timeout(Duration::from_secs(2), teacher.call_as(THERE, recv(fd))).await.unwrap();
    assert_eq!(end, Ok(Returned::Data("".into())));
}

#[tokio::test]
async fn a_guest_that_floods_the_server_delays_nobody_else_and_asks_nothing_of_the_lab_itself() {
    let relay = start(limits()).await;
    let mut teacher = serving(&relay).await;
    let code = teacher.code.clone();
    let mut flood = client(&relay, &code, "Flood").await;
    let mut ada = client(&relay, &code, "Ada").await;
    let mut fds = Vec::new();
    for _ in 0..2 {
        let Ok(Returned::Accepted { fd, .. }) = teacher.call_as(THERE, Call::Accept { fd: FD }).await else {
            panic!()
        };
        fds.push(fd);
    }
    // More than it may have under way, and far more than the server reads: the rest waits or is refused.
    let bytes = "x".repeat(4096);
    for _ in 0..1000 {
        flood.client.submit(send(FD, &bytes)).await;
    }
    for round in 0..20 {
        let line = format!("line {round}");
        ada.ok(send(FD, &line)).await;
        let heard = timeout(Duration::from_secs(5), teacher.call_as(THERE, recv(fds[1]))).await.unwrap();
        assert_eq!(heard, Ok(Returned::Data(line.as_str().into())));
    }
    for request in [
        LabRequest::Capture,
        LabRequest::Tell { peer: 0, text: "1".into() },
        LabRequest::Offer { share: Share::Class },
    ] {
        ada.request(request).await;
        assert!(!ada.refused().await.is_empty());
    }
    assert_eq!(
        ada.call_as(THERE, recv(fds[0])).await,
        Err(Errno::EBADF),
        "the server's process is no guest's"
    );
}
