//! Questions that are ready to be asked: each about something that many take for true.

use serde::{Deserialize, Serialize};

/// Questions that a board offers under one heading.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Offers {
    /// The heading.
    pub heading: String,
    /// The questions.
    pub questions: Vec<Offer>,
}

/// A question that a board offers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Offer {
    /// The question, as plain text.
    pub text: String,
    /// What may be said.
    pub choices: Vec<String>,
    /// The place of the right choice.
    pub right: usize,
}

impl From<&Ready> for Offer {
    fn from(it: &Ready) -> Self {
        let choices = it.choices.iter().map(ToString::to_string).collect();
        Self { text: it.text.into(), choices, right: it.right }
    }
}

/// A question with its choices.
pub struct Ready {
    /// The question.
    pub text: &'static str,
    /// What may be said.
    pub choices: &'static [&'static str],
    /// The place of the right choice.
    pub right: usize,
}

/// The questions, as the board offers them and the teacher's guide explains them. What is right was measured on Linux, or follows
/// from what a stream is; tests play what the simulator can.
pub const READY: [Ready; 8] = [
    Ready {
        text: "A non-blocking socket: send buffer 4096, the other end’s receive buffer 4096, and nobody reads. What does send(20,000 bytes) do?",
        choices: &[
            "It takes all 20,000 bytes",
            "It takes a part and says how many",
            "It raises BlockingIOError and takes nothing",
            "It waits until somebody reads",
        ],
        right: 1,
    },
    Ready {
        text: "The same program, but the socket blocks, and the other end reads steadily. What does send(1,000,000 bytes) return on Linux?",
        choices: &["What fitted into the buffer", "1,000,000", "0", "None"],
        right: 1,
    },
    Ready {
        text: "One end sends b'hello', then b'world'. The other calls recv(1024) once. What may it get?",
        choices: &[
            "Only b'hello'",
            "Only b'helloworld'",
            "Either of them, or fewer bytes",
            "b'hello', and the rest is lost",
        ],
        right: 2,
    },
    Ready {
        text: "recv(1024) on a TCP socket returns b''. What does that say?",
        choices: &[
            "Nothing has arrived yet",
            "An empty message was sent",
            "The other end has finished sending",
            "The connection has failed",
        ],
        right: 2,
    },
    Ready {
        text: "A server calls listen(5) and never accepts. Six clients have connected. What happens to the seventh connect on Linux?",
        choices: &[
            "It is refused at once",
            "It waits, and tries again",
            "It succeeds at once",
            "The oldest of the six is thrown out",
        ],
        right: 1,
    },
    Ready {
        text: "The other host loses its power. Nothing of yours is on its way. What does your recv do, with nothing set about time?",
        choices: &[
            "It returns b''",
            "It raises ConnectionResetError",
            "It raises TimeoutError after two minutes",
            "It waits, without an end of its own",
        ],
        right: 3,
    },
    Ready {
        text: "The other end has closed its socket cleanly. What does your next send of one byte do?",
        choices: &[
            "It succeeds",
            "It raises BrokenPipeError",
            "It raises ConnectionResetError",
            "It returns 0",
        ],
        right: 0,
    },
    Ready {
        text: "send returned 5,000. What do you know?",
        choices: &[
            "The other program has read 5,000 bytes",
            "The other machine has 5,000 bytes",
            "5,000 bytes are on the wire",
            "Your own kernel has taken 5,000 bytes",
        ],
        right: 3,
    },
];

#[cfg(test)]
mod tests {
    use protocol::room::MOST_TEXT;
    use syscall::{Call, What};
    use world::World;

    use super::*;

    /// Plays a scenario as it goes by itself; what each of these calls returned.
    fn returned(scenario: &str, wanted: fn(&Call) -> bool) -> Vec<String> {
        let mut world =
            World::new(&toml::from_str(scenario).expect("a scenario")).expect("a scenario that runs");
        while world.step() {}
        let outcome = |what: &What| match what {
            What::Returned { call, outcome, .. } if wanted(call) => {
                Some(outcome.as_ref().map_or_else(ToString::to_string, ToString::to_string))
            }
            _ => None,
        };
        world.events().iter().filter_map(|event| outcome(&event.what)).collect()
    }

    #[test]
    fn a_send_that_has_room_for_a_part_takes_a_part() {
        let text = include_str!("../../../world/tests/fixtures/partial-send-loopback.toml");
        let sends = returned(text, |call| matches!(call, Call::Send { .. }));
        let first: u32 = sends[0].parse().expect("a count");
        assert!((1..20_000).contains(&first), "{sends:?}");
        assert_eq!(READY[0].choices[READY[0].right], "It takes a part and says how many");
    }

    #[test]
    fn after_the_other_end_has_closed_recv_is_empty_and_the_first_send_succeeds() {
        let text = r#"
network = "loopback"
hosts = ["here"]
[[programs]]
name = "Server"
host = "here"
file = "server.py"
source = "server"
steps = [
    { line = 1, do = { call = { socket = { domain = "AF_INET", kind = "SOCK_STREAM" } } } },
    { line = 1, do = { call = { bind = { fd = 3, address = "127.0.0.1:7000" } } } },
    { line = 1, do = { call = { listen = { fd = 3, backlog = 1 } } } },
    { line = 1, do = { call = { accept = { fd = 3 } } } },
    { line = 1, do = { call = { close = { fd = 4 } } } },
]
[[programs]]
name = "Client"
host = "here"
file = "client.py"
source = "client"
steps = [
    { line = 1, do = { data = { name = "data", len = 1 } } },
    { line = 1, do = { empty = { name = "got" } } },
    { line = 1, do = { call = { socket = { domain = "AF_INET", kind = "SOCK_STREAM" } } } },
    { line = 1, do = { call = { connect = { fd = 3, address = "127.0.0.1:7000" } } } },
    { line = 1, do = { sleep = { us = 100000 } } },
    { line = 1, do = { recv = { fd = 3, len = 1024, into = "got" } } },
    { line = 1, do = { send = { fd = 3, from = "data", count = "n" } } },
]
"#;
        let calls = returned(text, |call| matches!(call, Call::Recv { .. } | Call::Send { .. }));
        assert_eq!(calls.len(), 2, "{calls:?}");
        assert_eq!(calls[1], "1", "{calls:?}");
        assert_eq!(READY[3].choices[READY[3].right], "The other end has finished sending");
        assert_eq!(READY[6].choices[READY[6].right], "It succeeds");
    }

    #[test]
    fn each_question_is_one_that_a_room_takes() {
        for Ready { text, choices, right } in READY {
            assert!(text.len() <= MOST_TEXT && (2..=8).contains(&choices.len()), "{text}");
            assert!(choices.get(right).is_some_and(|right| !right.is_empty()), "{text}");
            assert!(choices.iter().all(|choice| choice.len() <= 200), "{text}");
        }
    }
}
