//! Somebody in a room: a client that asks, and hears what it is told.

use protocol::room::{Answer, Ask, Did, LearnerId, RoomReport, RoomSettings, Row};

use crate::relay::{Problem, Relay};

/// Somebody's browser; all may have the same, since rows are told apart by learner too.
pub(super) fn device() -> String {
    "0123456789abcdef".into()
}

/// The row of this number, as long as most are.
pub(super) fn row(n: u64) -> Row {
    let what = match n % 4 {
        0 => Did::Predicted {
            question: "the-partial-send/2".into(),
            said: format!("{n} bytes"),
            right: n.is_multiple_of(8),
        },
        1 => Did::Ran { figure: "the-partial-send".into(), live: false },
        2 => Did::Verdict {
            exercise: "drain-the-buffer".into(),
            passed: n.is_multiple_of(8),
            says: "The second send answered 2048, and the program sent the rest again from the start.".into(),
        },
        _ => Did::Spent { seconds: 30 },
    };
    Row { n, at: 1_800_000_000_000 + n, page: "/lessons/the-partial-send".into(), what }
}

pub(super) struct Person {
    relay: Relay,
    next: u32,
    /// Which learner; 0 of a teacher.
    pub(super) learner: LearnerId,
}

impl Person {
    /// Somebody who is in no room.
    pub(super) async fn at(address: &str) -> Result<Self, Problem> {
        Ok(Self { relay: Relay::hello(address).await?, next: 1, learner: LearnerId(0) })
    }

    /// A new room's teacher, with its code.
    pub(super) async fn opens(address: &str, settings: RoomSettings) -> Result<(Self, String), Problem> {
        let mut teacher = Self::at(address).await?;
        match teacher.ask(Ask::Open { settings }).await? {
            Answer::Opened { code, .. } => Ok((teacher, code)),
            other => Err(format!("no room: {other:?}").into()),
        }
    }

    /// A new learner of that room.
    pub(super) async fn joins(address: &str, code: &str, nickname: &str) -> Result<Self, Problem> {
        let mut learner = Self::at(address).await?;
        let join = Ask::Join { code: code.into(), nickname: nickname.into() };
        match learner.ask(join).await? {
            Answer::Joined { learner: id, .. } => Ok(Self { learner: id, ..learner }),
            other => Err(format!("not joined: {other:?}").into()),
        }
    }

    /// Asks this; its number.
    pub(super) async fn say(&mut self, ask: Ask) -> Result<u32, Problem> {
        let id = self.next;
        self.next += 1;
        self.relay.ask(id, ask).await?;
        Ok(id)
    }

    /// The next that is told. May be given up while it waits.
    pub(super) async fn hear(&mut self) -> Result<RoomReport, Problem> {
        self.relay.hear().await
    }

    /// Acknowledges what was told, now and then.
    pub(super) async fn acknowledge(&mut self) -> Result<(), Problem> {
        self.relay.acknowledge().await
    }

    /// Asks this and waits for the answer.
    pub(super) async fn ask(&mut self, ask: Ask) -> Result<Answer, Problem> {
        let wanted = self.say(ask).await?;
        loop {
            let report = self.hear().await?;
            self.acknowledge().await?;
            match report {
                RoomReport::Answer { id, answer } if id == wanted => return Ok(answer),
                _ => {}
            }
        }
    }
}
