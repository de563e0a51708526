//! What tests of the board start from.

use protocol::room::{LearnerId, Place, RoomSettings, Teaching, Tile};

/// When the tests are: 14 November 2026, 10:43 UTC.
pub(crate) const NOW: u64 = 1_794_652_980_000;

/// A learner at work.
pub(crate) fn tile(id: u32, nickname: &str) -> Tile {
    Tile {
        learner: LearnerId(id),
        nickname: nickname.into(),
        present: true,
        place: Place {
            page: "/lessons/how-much-did-send-take".into(),
            figure: "partial-send".into(),
            step: 12,
            of: 48,
            link: String::new(),
        },
        last: None,
        stuck: None,
        hand: None,
        active: NOW - 20_000,
        attempts: 3,
        right: (2, 3),
        finished: 1,
        pair: None,
        rows: 14,
    }
}

/// A room that is open.
pub(crate) fn teaching() -> Teaching {
    Teaching {
        code: "K3LP27QX".into(),
        settings: RoomSettings { title: "Sockets, group 2".into(), days: 14, ..RoomSettings::default() },
        now: NOW,
        opened: NOW - 38 * 60_000,
        until: NOW + 14 * 86_400_000,
        addresses: vec!["http://127.0.0.1:8080".into(), "http://192.168.1.20:8080".into()],
        question: None,
        follow: None,
        looks_at: None,
        missing: vec![],
        serves: false,
        served_elsewhere: false,
        bytes: 20_480,
    }
}
