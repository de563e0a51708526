//! A browser in a room: [`Room`] is what a page's parts hold, for learners and teachers alike.
//!
//! [`client`] decides what is said to the relay and what its answers mean, knowing no browser; here the WebSocket and the
//! timers are driven. A room that was entered is entered again after every new connection, with the key or the secret that
//! its answer told or the request had.

mod client;
mod lab;
mod made;
mod message;

use std::cell::RefCell;
use std::rc::Rc;

use protocol::LabRequest;
use protocol::room::Ask;
use yew::Callback;

use crate::platform::{self, Socket, SocketEvent, Timeout};
use client::{Client, Input, Output};
pub(crate) use client::{Heard, Standing};
pub(crate) use lab::{HeardLab, LabReport};
pub(crate) use made::Made;

/// A room's client, its WebSocket and its timers.
struct Driver {
    client: Client,
    socket: Option<Socket>,
    retry: Option<Timeout>,
    watch: Option<Timeout>,
    heard: Callback<Heard>,
    heard_lab: Option<Callback<HeardLab>>,
}

/// A browser's place in a room. Its clones are the same one; when the last is dropped, the connection ends.
#[derive(Clone)]
pub(crate) struct Room(Rc<RefCell<Driver>>);

impl PartialEq for Room {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

impl Room {
    /// In no room, and not connected. `heard` is told everything from then on, never from within a call of this.
    pub(crate) fn new(heard: Callback<Heard>) -> Self {
        let client = Client::new(platform::random());
        let (socket, retry, watch, heard_lab) = (None, None, None, None);
        Self(Rc::new(RefCell::new(Driver { client, socket, retry, watch, heard, heard_lab })))
    }

    /// Where it stands.
    pub(crate) fn standing(&self) -> Standing {
        self.0.borrow().client.standing().clone()
    }

    /// Come into a room, by [`Ask::Open`], [`Ask::Teach`], [`Ask::Join`] or [`Ask::Return`]; the room before is left. The
    /// request's number, which its answer carries.
    pub(crate) fn enter(&self, how: Ask) -> u32 {
        let (id, outputs) = self.0.borrow_mut().client.enter(how);
        self.perform(outputs);
        id
    }

    /// Ask something of the room that one is in; what is asked while the relay is away waits for it. The request's number,
    /// which its answer carries.
    pub(crate) fn ask(&self, ask: Ask) -> u32 {
        let (id, outputs) = self.0.borrow_mut().client.ask(ask);
        self.perform(outputs);
        id
    }

    /// From now on this is told what the session's lab says, never from within a call of this.
    pub(crate) fn hear_lab(&self, heard: Callback<HeardLab>) {
        self.0.borrow_mut().heard_lab = Some(heard);
    }

    /// Ask something of the session's lab. Whatever is asked while one is not in the room is not done: [`HeardLab::Arrived`] says
    /// when to ask again.
    pub(crate) fn ask_lab(&self, request: &LabRequest) {
        let outputs = self.0.borrow().client.ask_lab(request);
        self.perform(outputs);
    }

    /// Leave the room and the relay.
    pub(crate) fn leave(&self) {
        self.take(Input::Leave);
    }

    /// Tell the relay's access token, for which [`Standing::Asks`] asks.
    pub(crate) fn token(&self, token: &str) {
        platform::keep_token(token);
        self.take(Input::Token(token.to_owned()));
    }

    /// Try at once where the relay was away: the network is back, or the page is looked at again.
    pub(crate) fn try_now(&self) {
        self.take(Input::Now);
    }

    /// The page is left, perhaps for good: the session ends here. [`Room::try_now`] goes on.
    pub(crate) fn rest(&self) {
        self.take(Input::Rest);
    }

    fn take(&self, input: Input) {
        let outputs = self.0.borrow_mut().client.handle(input);
        self.perform(outputs);
    }

    fn perform(&self, outputs: Vec<Output>) {
        for output in outputs {
            match output {
                Output::Connect => self.connect(),
                Output::Send(bytes) => {
                    if let Some(socket) = &self.0.borrow().socket {
                        socket.send(&bytes);
                    }
                }
                Output::Disconnect => self.0.borrow_mut().socket = None,
                Output::Finish => {
                    if let Some(socket) = self.0.borrow_mut().socket.take() {
                        socket.finish();
                    }
                }
                Output::Wait(ms) => {
                    let timer = self.later(ms, Input::Waited);
                    self.0.borrow_mut().retry = Some(timer);
                }
                Output::Watch(ms) => {
                    let timer = self.later(ms, Input::Watched);
                    self.0.borrow_mut().watch = Some(timer);
                }
                Output::Tell(heard) => {
                    // Told later, so that whoever is told may ask at once.
                    let told = self.0.borrow().heard.clone();
                    yew::platform::spawn_local(async move { told.emit(heard) });
                }
                Output::TellLab(heard) => {
                    if let Some(told) = self.0.borrow().heard_lab.clone() {
                        yew::platform::spawn_local(async move { told.emit(heard) });
                    }
                }
            }
        }
    }

    fn connect(&self) {
        self.0.borrow_mut().client.know(platform::kept_token());
        let weak = Rc::downgrade(&self.0);
        let socket = Socket::open(move |event| {
            let Some(driver) = weak.upgrade() else { return };
            Self(driver).take(match event {
                SocketEvent::Opened => Input::Opened,
                SocketEvent::Message(bytes) => Input::Message(bytes),
                SocketEvent::Closed { code, reason } => Input::Closed { code, reason },
            });
        });
        let none = socket.is_none();
        self.0.borrow_mut().socket = socket;
        if none {
            let code = client::NO_RELAY;
            self.take(Input::Closed { code, reason: String::new() });
        }
    }

    fn later(&self, ms: u32, input: Input) -> Timeout {
        let weak = Rc::downgrade(&self.0);
        Timeout::new(ms, move || {
            if let Some(driver) = weak.upgrade() {
                Self(driver).take(input);
            }
        })
    }
}
