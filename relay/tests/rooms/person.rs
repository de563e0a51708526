//! Somebody at a relay: a client that asks of rooms, and remembers what it was told.
#![allow(dead_code, reason = "each test uses a part")]

use std::net::SocketAddr;
use std::time::Duration;

use protocol::room::{
    Answer, Ask, Did, Direct, Learn, LearnerId, Place, Refusal, RoomReport, RoomRequest, RoomSettings, Row,
    Teaching, Tile, View,
};
use protocol::{FromClient, FromRelay};

use tokio_tungstenite::connect_async;

use crate::common::{Client, Relay, request};

pub(crate) const DEVICE: &str = "0123456789abcdef";

pub(crate) struct Person {
    pub(crate) client: Client,
    pub(crate) next: u32,
    /// All that was told but answers, the newest last.
    pub(crate) told: Vec<RoomReport>,
}

/// Why not.
pub(crate) fn why(answer: &Answer) -> Option<Refusal> {
    match answer {
        Answer::Refused { why, .. } => Some(*why),
        _ => None,
    }
}

pub(crate) fn row(n: u64, what: Did) -> Row {
    Row { n, at: 1_800_000_000_000 + n, page: "/lessons/the-send".into(), what }
}

pub(crate) fn verdict(n: u64, passed: bool) -> Row {
    row(n, Did::Verdict { exercise: "drain".into(), passed, says: format!("row {n}") })
}

impl Person {
    /// With a session of their own.
    pub(crate) async fn at(relay: &Relay) -> Self {
        Self::with(relay.session().await)
    }

    /// At the relay of this address, with a session of their own.
    pub(crate) async fn at_address(address: SocketAddr) -> Self {
        let (ws, _) = connect_async(request(address, &[])).await.unwrap();
        let mut client = Client::of(ws);
        assert!(!client.hello(None).await);
        Self::with(client)
    }

    pub(crate) fn with(client: Client) -> Self {
        Self { client, next: 1, told: Vec::new() }
    }

    /// A room's teacher, with its code and secret.
    pub(crate) async fn opens(relay: &Relay) -> (Self, String, String) {
        let mut teacher = Self::at(relay).await;
        let settings = RoomSettings { title: "Sockets".into(), ..RoomSettings::default() };
        match teacher.ask(Ask::Open { settings }).await {
            Answer::Opened { code, secret } => (teacher, code, secret),
            other => panic!("{other:?}"),
        }
    }

    /// A learner of that name, with their number and return key.
    pub(crate) async fn joins(relay: &Relay, code: &str, nickname: &str) -> (Self, LearnerId, String) {
        let mut learner = Self::at(relay).await;
        match learner.join(code, nickname).await {
            Answer::Joined { learner: id, key: Some(key), .. } => (learner, id, key),
            other => panic!("{other:?}"),
        }
    }

    pub(crate) async fn join(&mut self, code: &str, nickname: &str) -> Answer {
        self.ask(Ask::Join { code: code.into(), nickname: nickname.into() }).await
    }

    pub(crate) async fn returns(&mut self, code: &str, key: &str) -> Answer {
        self.ask(Ask::Return { code: code.into(), key: key.into() }).await
    }

    pub(crate) async fn teach(&mut self, code: &str, secret: &str) -> Answer {
        self.ask(Ask::Teach { code: code.into(), secret: secret.into() }).await
    }

    pub(crate) async fn learn(&mut self, learn: Learn) -> Answer {
        self.ask(Ask::Learn(learn)).await
    }

    pub(crate) async fn direct(&mut self, direct: Direct) -> Answer {
        self.ask(Ask::Direct(direct)).await
    }

    pub(crate) async fn save(&mut self, rows: Vec<Row>) -> Answer {
        self.learn(Learn::Save { device: DEVICE.into(), rows }).await
    }

    pub(crate) async fn goes(&mut self, figure: &str, step: u32) {
        let place = Place {
            page: "/lessons/the-send".into(),
            figure: figure.into(),
            step,
            of: 40,
            link: "v1.abc".into(),
        };
        assert_eq!(self.learn(Learn::At { place }).await, Answer::Done);
    }

    /// Says it without waiting for the answer; the request's number.
    pub(crate) async fn say(&mut self, ask: Ask) -> u32 {
        let id = self.next;
        self.next += 1;
        self.client.send(&FromClient::Room(RoomRequest { id, ask })).await;
        id
    }

    pub(crate) async fn ask(&mut self, ask: Ask) -> Answer {
        let id = self.say(ask).await;
        self.answer(id).await
    }

    /// Asks it, and forgets what else is told; none where the connection ends before the answer.
    pub(crate) async fn try_ask(&mut self, ask: Ask) -> Option<Answer> {
        let wanted = self.next;
        self.next += 1;
        self.client.try_send(&FromClient::Room(RoomRequest { id: wanted, ask })).await?;
        loop {
            let FromRelay::Room { seq, report } = self.client.try_receive().await? else {
                panic!("no report")
            };
            self.client.last = seq;
            self.client.try_send(&FromClient::Ack { through: seq }).await?;
            match report {
                RoomReport::Answer { id, answer } if id == wanted => return Some(answer),
                _ => {}
            }
        }
    }

    /// The answer to that request.
    pub(crate) async fn answer(&mut self, wanted: u32) -> Answer {
        loop {
            match self.hear().await {
                RoomReport::Answer { id, answer } if id == wanted => return answer,
                RoomReport::Answer { id, answer } => panic!("{id}: {answer:?}"),
                report => self.told.push(report),
            }
        }
    }

    /// The next that a room says.
    pub(crate) async fn hear(&mut self) -> RoomReport {
        loop {
            match self.client.receive().await {
                FromRelay::Room { seq, .. } if seq <= self.client.last => {}
                FromRelay::Room { seq, report } => {
                    assert_eq!(seq, self.client.last + 1, "reports are numbered without a gap");
                    self.client.last = seq;
                    self.client.send(&FromClient::Ack { through: seq }).await;
                    return report;
                }
                other => panic!("{other:?}"),
            }
        }
    }

    /// What is so among all that was told, in order, or will be.
    async fn until<T>(&mut self, mut is: impl FnMut(&RoomReport) -> Option<T>) -> T {
        let mut seen = 0;
        loop {
            while let Some(report) = self.told.get(seen) {
                seen += 1;
                if let Some(found) = is(report) {
                    self.told.drain(..seen);
                    return found;
                }
            }
            let report = self.hear().await;
            self.told.push(report);
        }
    }

    /// The next that was told, or will be.
    pub(crate) async fn next_told(&mut self) -> RoomReport {
        self.until(|report| Some(report.clone())).await
    }

    /// A view of which this is true.
    pub(crate) async fn sees(&mut self, is: impl Fn(&View) -> bool) -> View {
        self.until(|report| match report {
            RoomReport::View(view) if is(view) => Some((**view).clone()),
            _ => None,
        })
        .await
    }

    /// The room as a teacher is told of it, once this is true.
    pub(crate) async fn oversees(&mut self, is: impl Fn(&Teaching) -> bool) -> Teaching {
        self.until(|report| match report {
            RoomReport::Teaching(teaching) if is(teaching) => Some((**teaching).clone()),
            _ => None,
        })
        .await
    }

    /// A tile of which this is true.
    pub(crate) async fn tile(&mut self, is: impl Fn(&Tile) -> bool) -> Tile {
        self.until(|report| match report {
            RoomReport::Tiles { tiles, .. } => tiles.iter().find(|tile| is(tile)).cloned(),
            _ => None,
        })
        .await
    }

    /// Waits until this learner is gone from the board.
    pub(crate) async fn gone(&mut self, learner: LearnerId) {
        self.until(|report| match report {
            RoomReport::Tiles { gone, .. } => gone.contains(&learner).then_some(()),
            _ => None,
        })
        .await;
    }

    /// The next message.
    pub(crate) async fn message(&mut self) -> (u32, String, bool) {
        self.until(|report| match report {
            RoomReport::Message { message, text, all } => Some((*message, text.clone(), *all)),
            _ => None,
        })
        .await
    }

    /// Where the learner is whom this teacher looks at.
    pub(crate) async fn looks(&mut self, is: impl Fn(&Place) -> bool) -> (LearnerId, Place) {
        self.until(|report| match report {
            RoomReport::Looking { learner, place } if is(place) => Some((*learner, place.clone())),
            _ => None,
        })
        .await
    }

    /// Waits until they are put out; whether for good.
    pub(crate) async fn out(&mut self) -> bool {
        self.until(|report| match report {
            RoomReport::Out { for_good, .. } => Some(*for_good),
            _ => None,
        })
        .await
    }

    /// A whole export, once it was answered by Done.
    pub(crate) async fn exported(&mut self) -> Vec<u8> {
        let mut file = Vec::new();
        loop {
            let (part, left) = self
                .until(|report| match report {
                    RoomReport::Exported { part, left } => Some((part.to_vec(), *left)),
                    _ => None,
                })
                .await;
            file.extend(part);
            if left == 0 {
                return file;
            }
        }
    }

    /// What was told and not looked at, and what comes in that time.
    pub(crate) async fn overhears(&mut self, time: Duration) -> Vec<RoomReport> {
        while let Ok(report) = tokio::time::timeout(time, self.hear()).await {
            self.told.push(report);
        }
        std::mem::take(&mut self.told)
    }
}
