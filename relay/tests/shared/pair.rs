//! Two learners of a room in one lab.

use std::time::Duration;

use protocol::room::{Direct, LearnerId};
use protocol::{LabReport, LabRequest, Share, WireRequest, WireSpec};
use relay::Limits;
use syscall::{Call, Domain, Errno, Fd, How, Returned, SocketType};
use tokio::time::timeout;

use crate::common::{FD, Relay, start, with_hosts};
use crate::mate::{Mate, recv, send};

const TCP: Call = Call::Socket { domain: Domain::Inet, kind: SocketType::Stream };
const SERVER: &str = "10.0.0.1:80";

/// A teacher who has proposed two learners to each other.
async fn proposed(relay: &Relay) -> (Mate, [(Mate, LearnerId); 2]) {
    let (mut teacher, code) = Mate::teaches(relay).await;
    let ada = Mate::joins(relay, &code, "Ada").await;
    let ben = Mate::joins(relay, &code, "Ben").await;
    teacher.directs(Direct::Pair { one: ada.1, other: ben.1 }).await;
    (teacher, [ada, ben])
}

/// The same when both have agreed, and the other is a guest of the one.
async fn joined(relay: &Relay) -> (Mate, [(Mate, LearnerId); 2]) {
    let (teacher, [mut ada, mut ben]) = proposed(relay).await;
    ada.0.agrees(true).await;
    ben.0.agrees(true).await;
    ada.0.offers(Share::Pair).await;
    ben.0.visits(Share::Pair).await.unwrap();
    (teacher, [ada, ben])
}

/// Ada's end of a connection that Ben makes.
async fn connected(ada: &mut Mate, ben: &mut Mate) -> Fd {
    let address = SERVER.parse().unwrap();
    ada.ok(TCP).await;
    ada.ok(Call::Bind { fd: FD, address }).await;
    ada.ok(Call::Listen { fd: FD, backlog: 4 }).await;
    ben.ok(TCP).await;
    ben.ok(Call::Connect { fd: FD, address }).await;
    match ada.ok(Call::Accept { fd: FD }).await {
        Returned::Accepted { fd, .. } => fd,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn two_learners_are_each_others_client_and_server_and_half_close() {
    let relays = [Some(start(Limits::default()).await), with_hosts(Limits::default()).await];
    for relay in relays.into_iter().flatten() {
        let (_teacher, [(mut ada, _), (mut ben, _)]) = joined(&relay).await;
        let fd = connected(&mut ada, &mut ben).await;
        ben.ok(send(FD, "a question")).await;
        ben.ok(Call::Shutdown { fd: FD, how: How::Write }).await;
        assert_eq!(ada.text(fd).await, "a question");
        assert_eq!(ada.text(fd).await, "", "a half-close");
        ada.ok(send(fd, "an answer")).await;
        ada.ok(Call::Close { fd }).await;
        assert_eq!(ben.text(FD).await, "an answer");
        assert_eq!(ben.text(FD).await, "");
        ben.ok(Call::Close { fd: FD }).await;
        ada.ok(Call::Close { fd: FD }).await;
        // And the other way round.
        let address = "10.0.0.2:80".parse().unwrap();
        ben.ok(TCP).await;
        ben.ok(Call::Bind { fd: FD, address }).await;
        ben.ok(Call::Listen { fd: FD, backlog: 4 }).await;
        ada.ok(TCP).await;
        ada.ok(Call::Connect { fd: FD, address }).await;
        let Returned::Accepted { fd, .. } = ben.ok(Call::Accept { fd: FD }).await else { panic!() };
        ada.ok(send(FD, "hello")).await;
        assert_eq!(ben.text(fd).await, "hello");
        let wire = WireRequest::Set(WireSpec { delay_us: 1000, ..WireSpec::default() });
        ben.request(LabRequest::Wire(wire)).await;
        if ben.client.mode == "loopback" {
            assert!(!ben.refused().await.is_empty());
            continue;
        }
        for mate in [&mut ada, &mut ben] {
            mate.hears(|report| matches!(report, LabReport::Happened { .. }).then_some(())).await;
        }
        let whose = ben.hears(|report| match report {
            LabReport::Holds { task, .. } => Some(*task),
            _ => None,
        });
        assert_eq!(whose.await, Some(syscall::TaskId(0)));
    }
}

#[tokio::test]
async fn without_the_consent_of_both_there_is_no_way_in() {
    let relay = start(Limits::default()).await;
    let mut outside = Mate::at(&relay).await;
    assert!(outside.visits(Share::Pair).await.unwrap_err().contains("no room"));
    let (mut teacher, [(mut ada, first), (mut ben, _)]) = proposed(&relay).await;
    ada.opens().await;
    let offer = LabRequest::Offer { share: Share::Pair };
    for (agrees, visit) in [(false, "no partner"), (true, "no partner")] {
        if agrees {
            ada.agrees(true).await;
        }
        ada.request(offer.clone()).await;
        assert!(ada.refused().await.contains("no partner"));
        assert!(ben.visits(Share::Pair).await.unwrap_err().contains(visit));
    }
    ben.agrees(true).await;
    assert!(ben.visits(Share::Pair).await.unwrap_err().contains("no lab to visit"), "none is on offer");
    assert!(ada.visits(Share::Pair).await.unwrap_err().contains("first host"));
    ada.opens().await;
    ada.request(offer).await;
    ada.ok(Call::Gethostname).await;
    for share in [Share::Pair, Share::Class] {
        assert!(teacher.visits(share).await.is_err());
    }
    assert!(ben.visits(Share::Class).await.unwrap_err().contains("no clients"));
    ben.visits(Share::Pair).await.unwrap();
    // Consent is withdrawn, by either or by the teacher.
    teacher.directs(Direct::Unpair { learner: first }).await;
    assert!(timeout(Duration::from_secs(1), ben.closed()).await.unwrap().contains("room"));
    assert_eq!(ben.call(TCP).await, Err(Errno::ENETDOWN));
    ada.ok(TCP).await;
}

#[tokio::test]
async fn a_guest_is_told_within_a_second_when_the_owner_goes_and_the_owner_goes_on_when_a_guest_does() {
    let relay = start(Limits::default()).await;
    let (mut teacher, [(mut ada, first), (mut ben, _)]) = joined(&relay).await;
    let fd = connected(&mut ada, &mut ben).await;
    let waits = ada.client.submit(recv(fd)).await;
    ben.client.finish().await;
    assert_eq!(ada.ended(waits).await, Ok(Returned::Data("".into())), "FIN, as of a process that exits");
    let says = |report: &LabReport| match report {
        LabReport::Notice { says } if says.contains("left") => Some(()),
        _ => None,
    };
    ada.hears(says).await;
    assert_eq!(ada.call(send(fd, "x")).await, Ok(Returned::Count(1)));

    let (mut cyd, third) = Mate::joins(&relay, &teacher.code.clone(), "Cyd").await;
    teacher.directs(Direct::Pair { one: first, other: third }).await;
    ada.agrees(true).await;
    cyd.agrees(true).await;
    assert!(cyd.visits(Share::Pair).await.is_err(), "what was on offer to another is not");
    ada.request(LabRequest::Offer { share: Share::Pair }).await;
    ada.ok(Call::Gethostname).await;
    cyd.visits(Share::Pair).await.unwrap();
    cyd.ok(TCP).await;
    let waits = cyd.client.submit(Call::Accept { fd: FD }).await;
    ada.client.finish().await;
    let told = async {
        let reason = cyd.closed().await;
        (cyd.ended(waits).await, reason)
    };
    let (ended, reason) = timeout(Duration::from_secs(1), told).await.unwrap();
    assert!(ended.is_err() && reason.contains("ended"), "{ended:?} {reason}");
}
