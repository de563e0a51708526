//! Somebody of a class with a lab: a client that hears its room and its lab.

use protocol::room::{Answer, Ask, Direct, Learn, LearnerId, RoomReport, RoomRequest, RoomSettings};
use protocol::{FromClient, FromRelay, LabReport, LabRequest, LabSpec, Share, WireSpec};
use syscall::{Call, CallId, Fd, MsgFlags, Outcome, Returned, TaskId};

use crate::common::{Client, Relay};

pub(crate) struct Mate {
    pub(crate) client: Client,
    /// The room's, where they teach it.
    pub(crate) code: String,
    pub(crate) secret: String,
    asked: u32,
    room: Vec<RoomReport>,
    pub(crate) lab: Vec<LabReport>,
}

impl Mate {
    pub(crate) async fn at(relay: &Relay) -> Self {
        Self {
            client: relay.session().await,
            code: String::new(),
            secret: String::new(),
            asked: 0,
            room: Vec::new(),
            lab: Vec::new(),
        }
    }

    /// A room's teacher, and its code.
    pub(crate) async fn teaches(relay: &Relay) -> (Self, String) {
        let mut teacher = Self::at(relay).await;
        match teacher.ask(Ask::Open { settings: RoomSettings::default() }).await {
            Answer::Opened { code, secret } => {
                teacher.code.clone_from(&code);
                teacher.secret = secret;
                (teacher, code)
            }
            other => panic!("{other:?}"),
        }
    }

    pub(crate) async fn joins(relay: &Relay, code: &str, nickname: &str) -> (Self, LearnerId) {
        let mut learner = Self::at(relay).await;
        let join = Ask::Join { code: code.into(), nickname: nickname.into() };
        match learner.ask(join).await {
            Answer::Joined { learner: id, .. } => (learner, id),
            other => panic!("{other:?}"),
        }
    }

    async fn hear(&mut self) {
        let seq = match self.client.receive().await {
            FromRelay::Room { seq, report } => {
                self.room.push(report);
                seq
            }
            FromRelay::Lab { seq, report } => {
                self.lab.push(report);
                seq
            }
            other => panic!("{other:?}"),
        };
        // As a browser's page does; at every one, its own small packets would wait for the relay's ACK (Nagle).
        if seq.is_multiple_of(8) {
            self.client.send(&FromClient::Ack { through: seq }).await;
        }
    }

    pub(crate) async fn ask(&mut self, ask: Ask) -> Answer {
        self.asked += 1;
        let asked = self.asked;
        self.client.send(&FromClient::Room(RoomRequest { id: asked, ask })).await;
        loop {
            let answers =
                |report: &RoomReport| matches!(report, RoomReport::Answer { id, .. } if *id == asked);
            if let Some(index) = self.room.iter().position(answers) {
                let RoomReport::Answer { answer, .. } = self.room.swap_remove(index) else { unreachable!() };
                return answer;
            }
            self.hear().await;
        }
    }

    pub(crate) async fn agrees(&mut self, agree: bool) {
        assert_eq!(self.ask(Ask::Learn(Learn::Pair { agree })).await, Answer::Done);
    }

    pub(crate) async fn directs(&mut self, direct: Direct) {
        assert_eq!(self.ask(Ask::Direct(direct)).await, Answer::Done);
    }

    pub(crate) async fn request(&mut self, request: LabRequest) {
        self.client.send(&FromClient::Lab(request)).await;
    }

    /// The first of what the lab said, or will say, of which this is something; it is heard once.
    pub(crate) async fn hears<T>(&mut self, what: impl Fn(&LabReport) -> Option<T>) -> T {
        loop {
            let found = self.lab.iter().enumerate().find_map(|(i, report)| Some((i, what(report)?)));
            if let Some((index, found)) = found {
                self.lab.remove(index);
                return found;
            }
            self.hear().await;
        }
    }

    /// Waits for an open or a visit; or why it is refused.
    pub(crate) async fn opened(&mut self) -> Result<(), String> {
        self.hears(|report| match report {
            LabReport::Opened { .. } => Some(Ok(())),
            LabReport::Refused { reason } => Some(Err(reason.clone())),
            _ => None,
        })
        .await
    }

    pub(crate) async fn refused(&mut self) -> String {
        self.opened().await.unwrap_err()
    }

    pub(crate) async fn closed(&mut self) -> String {
        self.hears(|report| match report {
            LabReport::Closed { reason } => Some(reason.clone()),
            _ => None,
        })
        .await
    }

    pub(crate) async fn opens(&mut self) {
        let lab = LabSpec { hosts: 2, peers: vec![], wire: WireSpec::default() };
        self.request(LabRequest::Open { lab }).await;
        self.opened().await.unwrap();
    }

    pub(crate) async fn offers(&mut self, share: Share) {
        self.opens().await;
        self.request(LabRequest::Offer { share }).await;
        // Whatever is asked behind it is done behind it.
        self.ok(Call::Gethostname).await;
    }

    pub(crate) async fn visits(&mut self, share: Share) -> Result<(), String> {
        self.request(LabRequest::Visit { share }).await;
        self.opened().await
    }

    pub(crate) async fn ended(&mut self, call: CallId) -> Outcome {
        self.hears(|report| match report {
            LabReport::Completed { id, outcome, .. } if *id == call => Some(outcome.clone()),
            _ => None,
        })
        .await
    }

    pub(crate) async fn call_as(&mut self, task: TaskId, call: Call) -> Outcome {
        let id = self.client.submit_as(task, call).await;
        self.ended(id).await
    }

    pub(crate) async fn call(&mut self, call: Call) -> Outcome {
        self.call_as(TaskId(0), call).await
    }

    pub(crate) async fn ok(&mut self, call: Call) -> Returned {
        let said = call.to_string();
        self.call(call).await.unwrap_or_else(|errno| panic!("{said}: {errno}"))
    }

    pub(crate) async fn text(&mut self, fd: Fd) -> String {
        match self.ok(recv(fd)).await {
            Returned::Data(data) => String::from_utf8(data.to_vec()).unwrap(),
            other => panic!("{other:?}"),
        }
    }
}

pub(crate) fn send(fd: Fd, text: &str) -> Call {
    Call::Send { fd, data: text.into(), flags: MsgFlags::default() }
}

pub(crate) fn recv(fd: Fd) -> Call {
    Call::Recv { fd, len: 200, flags: MsgFlags::default() }
}
