//! Whatever comes, in whatever pieces, and whatever the kernel answers: no peer panics, spins, or leaks a descriptor.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use common::{Client, Fake, Moods, peer};
use peers::CATALOGUE;
use proptest::prelude::*;
use syscall::Errno;

/// Calls after which a run is left alone.
const MOST: usize = 4000;

/// A peer's name, settings within their ranges, and its seed.
type AnyPeer = (&'static str, Vec<(&'static str, i64)>, u64);

fn any_peer() -> impl Strategy<Value = AnyPeer> {
    (0..CATALOGUE.len(), any::<[u8; 8]>(), any::<u64>()).prop_map(|(at, draws, seed)| {
        let about = &CATALOGUE[at];
        let settings = about.settings.iter().zip(draws).filter_map(|(setting, draw)| {
            let value = match draw % 4 {
                0 => setting.least,
                // Small ones are where something happens.
                1 => setting.least + i64::from(draw / 4),
                2 => setting.most,
                _ => return None,
            };
            Some((setting.name, value.min(setting.most)))
        });
        (about.name, settings.collect(), seed)
    })
}

/// Bytes such as peers look for, and any others.
fn bytes() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        proptest::collection::vec(any::<u8>(), 0..200),
        "[a-z\n\u{fc}\u{4e16} ]{0,80}".prop_map(String::into_bytes),
        proptest::collection::vec(proptest::collection::vec(any::<u8>(), 0..20), 0..6).prop_map(|frames| {
            frames.iter().flat_map(|f| [&(f.len() as u32).to_be_bytes()[..], f].concat()).collect()
        }),
        "(GET|HEAD|POST) [/a-z%]{1,9}( HTTP/[012].0)?\r?\n(A: b\r\n){0,2}(\r\n)?"
            .prop_map(String::into_bytes),
        "[-0-9]{1,3} [-+*/] [-0-9]{1,3}"
            .prop_map(|text| [&[0, 0, 0, text.len() as u8], text.as_bytes()].concat()),
    ]
}

fn client() -> impl Strategy<Value = Client> {
    let ends =
        prop_oneof![6 => Just(None), 1 => Just(Some(Errno::ECONNRESET)), 1 => Just(Some(Errno::ETIMEDOUT))];
    (proptest::collection::vec(bytes(), 0..5), ends, prop::bool::weighted(0.2)).prop_map(
        |(sends, ends, stays)| Client {
            sends: sends.into_iter().filter(|piece| !piece.is_empty()).collect(),
            ends,
            stays: stays && ends.is_none(),
            ..Client::default()
        },
    )
}

fn control() -> impl Strategy<Value = Vec<String>> {
    proptest::collection::vec("(accept\n|dial\n|[0-9]{1,4}\n|[a-z0-9\n]{0,90})", 0..6)
}

fn echo(data: &[u8]) -> Vec<u8> {
    data.to_vec()
}

fn fake(clients: Vec<Client>, control: &[String], moods: u64, fails: bool) -> Fake {
    let control: Vec<_> = control.iter().map(String::as_str).filter(|text| !text.is_empty()).collect();
    Fake {
        short: Some(Moods(moods)),
        fails: fails.then_some(Moods(moods ^ 1)),
        server: (moods.is_multiple_of(3)).then_some(echo as common::Server),
        control_ends: moods.is_multiple_of(5),
        ..Fake::new(clients, &control)
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    #[test]
    fn no_peer_panics_spins_or_uses_what_is_closed(
        (name, settings, seed) in any_peer(),
        clients in proptest::collection::vec(client(), 0..6),
        control in control(),
        moods in any::<u64>(),
        fails in any::<bool>(),
    ) {
        let run = || {
            let mut fake = fake(clients.clone(), &control, moods, fails);
            let exit = fake.run(&mut peer(name, &settings, seed), MOST);
            (exit, fake.said)
        };
        let first = run();
        prop_assert_eq!(&first, &run(), "the same seed and outcomes make the same calls");
    }

    #[test]
    fn what_comes_goes_back_exactly(
        at in 0..5_usize,
        mut client in client(),
        moods in any::<u64>(),
    ) {
        // These send everything back, however the stream is cut.
        let (name, settings): (_, &[(&str, i64)]) = [
            ("echo", &[("chunk", 7)][..]),
            ("dribbler", &[("piece", 3)]),
            ("clumper", &[]),
            ("splitter", &[("framing", 0)]),
            ("slow-accepter", &[("delay_ms", 1)]),
        ][at];
        (client.ends, client.stays) = (None, false);
        let sent: Vec<u8> = client.sends.iter().flatten().copied().collect();
        let mut fake = fake(vec![client], &[], moods, false);
        prop_assert_eq!(fake.run(&mut peer(name, settings, moods), 100_000), None);
        prop_assert_eq!(&fake.clients[0].got, &sent);
        prop_assert_eq!(fake.open(), 0);
    }

    #[test]
    fn every_connection_is_closed_when_its_client_has_finished(
        (name, mut settings, seed) in any_peer(),
        mut clients in proptest::collection::vec(client(), 1..6),
        moods in any::<u64>(),
    ) {
        // The vanisher never closes, which is the point of it; the dialler has no clients; a greedy one needs an end.
        prop_assume!(!matches!(name, "vanisher" | "dialler"));
        settings.retain(|(name, value)| !(matches!(*name, "nap_ms" | "delay_ms") && *value == 0) && *name != "bytes");
        match name {
            "greedy" => settings.push(("bytes", 10_000)),
            "sleepy" => settings.extend([("nap_ms", 1)]),
            "slow-accepter" => settings.extend([("delay_ms", 1)]),
            _ => {}
        }
        clients.iter_mut().for_each(|client| client.stays = false);
        let mut fake = fake(clients, &[], moods, false);
        prop_assert_eq!(fake.run(&mut peer(name, &settings, seed), 200_000), None);
        prop_assert_eq!(fake.open(), 0);
        prop_assert!(fake.clients.iter().all(|client| client.closed));
    }
}
