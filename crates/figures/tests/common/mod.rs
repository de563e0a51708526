//! What tests of figures start from.

use scene::LiveSpec;

/// A live run of the partial send, over a wire or over loopback.
pub(crate) fn live(scenario: &str) -> LiveSpec {
    LiveSpec {
        id: "live".into(),
        title: "For real".into(),
        scenario: toml::from_str(scenario).expect("the fixture is a scenario"),
        run: "Sender".into(),
        peer_program: "Receiver".into(),
        peer: "sleepy".into(),
        rcvbuf: Some(4096),
        holds: vec![],
        guess: None,
        read: 4096,
    }
}
