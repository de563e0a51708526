//! How a session comes into a room: by opening one, or by its code with a name, a key or the teacher's secret.
//!
//! What opens nothing is answered alike and at the same time, whatever was wrong, and counted to the address that it came from.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use protocol::RoomReport;
use protocol::room::{Answer, Ask, Refusal, RoomSettings};
use rooms::{Refused, fit_settings};
use store::NewRoom;
use tokio::time::{Instant, sleep_until};

use super::actor::{Be, Said};
use super::membership::Inside;
use super::{Handle, Rooms, keeping, now, secrets};

/// Who asks.
#[derive(Clone, Copy, Debug)]
pub(crate) struct From {
    /// From where.
    pub(crate) address: IpAddr,
    /// Whether nobody on the way can read along.
    pub(crate) private: bool,
}

/// The session's place in the room, and what it is told first; or why not.
pub(super) async fn enter(
    rooms: Arc<Rooms>,
    from: From,
    id: u32,
    ask: Ask,
) -> Result<(Inside, RoomReport), Answer> {
    let arrived = Instant::now();
    let nothing = opens_nothing(&ask);
    let mut entered = tried(&rooms, from, id, ask, arrived).await;
    if let Err(answer) = &mut entered {
        if let Answer::Refused { why: why @ Refusal::NoSuchRoom, says, .. } = answer {
            nothing.clone_into(says);
            rooms.guesses.wrong(from.address, Instant::now());
            tracing::debug!(address = %from.address, ?why, "a code, a key or a secret opens nothing");
            sleep_until(next_answer(arrived, Instant::now(), rooms.limits.answer)).await;
        }
        rooms.refused(from.address, answer);
    }
    entered
}

/// What is said to who asks so, where that opens nothing: whatever is wrong.
fn opens_nothing(ask: &Ask) -> &'static str {
    match ask {
        Ask::Return { .. } => {
            "This code and this key open no room together. Compare both with what you kept. A room that is over opens no more, nor a \
             key of somebody who was taken out."
        }
        Ask::Teach { .. } => {
            "This code and this secret open no room together. Compare both with what you wrote down. A room that is over opens no more."
        }
        Ask::Join { .. } | Ask::Open { .. } | Ask::Leave | Ask::Learn(_) | Ask::Direct(_) => {
            "There is no open room with this code. Compare it with what your teacher shows."
        }
    }
}

/// When what came at `arrived` is answered: at the next multiple of a step after it.
fn next_answer(arrived: Instant, now: Instant, step: Duration) -> Instant {
    let steps = (now - arrived).as_nanos().checked_div(step.as_nanos()).unwrap_or(0) + 1;
    arrived + step * u32::try_from(steps).unwrap_or(u32::MAX)
}

async fn tried(
    rooms: &Arc<Rooms>,
    from: From,
    id: u32,
    ask: Ask,
    now: Instant,
) -> Result<(Inside, RoomReport), Answer> {
    let (handle, be) = match ask {
        Ask::Open { settings } => {
            needs_privacy(from)?;
            open(rooms, settings).await?
        }
        Ask::Teach { code, secret } => {
            needs_privacy(from)?;
            taught(rooms, &code, &secret).await.map_err(|refused| late(rooms, from, refused, now))?
        }
        Ask::Return { code, key } => {
            returned(rooms, &code, &key).await.map_err(|refused| late(rooms, from, refused, now))?
        }
        Ask::Join { code, nickname } => {
            // A code is short enough to be guessed: after too many wrong ones even a right one is not looked at.
            rooms.guesses.may_try(from.address, now).map_err(|wait| too_often(wait).answer())?;
            joined(rooms, &code, nickname).await.map_err(Refused::answer)?
        }
        Ask::Leave | Ask::Learn(_) | Ask::Direct(_) => return Err(not_yours().answer()),
    };
    let inside = Inside::new(handle, rooms.next_session());
    let entering = Said::Enter { session: inside.session(), mailbox: Arc::clone(inside.mailbox()), id, be };
    if inside.handle().send(entering).await.is_err() {
        return Err(Refused::no_such_room().answer());
    }
    // What a room says first to who enters is the answer.
    match std::future::poll_fn(|cx| inside.poll(false, cx)).await {
        RoomReport::Answer { answer: answer @ Answer::Refused { .. }, .. } => Err(answer),
        first => Ok((inside, first)),
    }
}

/// A teacher's secret, and what a teacher is told of learners, are for nobody on the way.
fn needs_privacy(from: From) -> Result<(), Answer> {
    if from.private {
        return Ok(());
    }
    Err(not_encrypted().answer())
}

pub(super) fn not_encrypted() -> Refused {
    let says = "Teaching needs an encrypted connection, or the relay's own machine: open http://localhost there, serve with a \
                certificate, or start the relay with teacher-over-http if everybody in this network may be trusted.";
    Refused::new(Refusal::NotEncrypted, says)
}

pub(super) fn not_yours() -> Refused {
    Refused::new(Refusal::NotYours, "You are in no room: join one first, or open one.")
}

fn too_often(wait: Duration) -> Refused {
    let seconds = u32::try_from(wait.as_secs()).unwrap_or(u32::MAX).saturating_add(1);
    let says = format!("Too many wrong codes came from your address: try again in {seconds} s.");
    Refused { again_s: Some(seconds), ..Refused::new(Refusal::TooOften, says) }
}

/// Keys and secrets are too long to be guessed, so right ones are looked at whoever guesses beside them; for wrong ones it is too often.
fn late(rooms: &Rooms, from: From, refused: Refused, now: Instant) -> Answer {
    match rooms.guesses.may_try(from.address, now) {
        Err(wait) if refused.why == Refusal::NoSuchRoom => too_often(wait).answer(),
        _ => refused.answer(),
    }
}

async fn open(rooms: &Arc<Rooms>, settings: RoomSettings) -> Result<(Handle, Be), Answer> {
    let opened = now();
    let (settings, until) = fit_settings(settings, opened, rooms.limits.days).map_err(Refused::answer)?;
    let said = |error: store::Error| keeping::refused(&error).answer();
    let _turn = rooms.opening.lock().await;
    if rooms.store.rooms().await.map_err(said)?.len() >= rooms.limits.rooms {
        let says = format!(
            "This relay keeps {} rooms, and all are open. End one that is not needed any more.",
            rooms.limits.rooms
        );
        return Err(Refused::new(Refusal::Full, says).answer());
    }
    let secret = secrets::secret();
    let code = loop {
        let code = secrets::code();
        let secret_hash = secrets::hash(&secret).to_vec();
        let room = NewRoom { code: code.clone(), secret_hash, settings: settings.clone(), opened, until };
        match rooms.store.create(room).await {
            Ok(()) => break code,
            Err(store::Error::CodeTaken) => {}
            Err(error) => return Err(said(error)),
        }
    };
    tracing::info!("a room was opened");
    let handle = found(rooms, &code).await.map_err(Refused::answer)?;
    Ok((handle, Be::Teacher(Some(Answer::Opened { code, secret }))))
}

// Whoever is refused with "no such room" has cost one look into the store and nothing more: what can be no code is looked for like
// any other, and no room is made from the store before it is clear that it opens.

async fn taught(rooms: &Arc<Rooms>, code: &str, secret: &str) -> Result<(Handle, Be), Refused> {
    let code = secrets::written(code).unwrap_or_default();
    let record = rooms.store.room(&code).await.map_err(|error| keeping::refused(&error))?;
    match record {
        Some(record) if secrets::opens(secret, &record.secret_hash) => {
            Ok((found(rooms, &code).await?, Be::Teacher(None)))
        }
        _ => Err(Refused::no_such_room()),
    }
}

async fn returned(rooms: &Arc<Rooms>, code: &str, key: &str) -> Result<(Handle, Be), Refused> {
    let code = secrets::written(code).unwrap_or_default();
    // By its hash: where in an index that is not found tells nothing of the key.
    let learner = rooms.store.learner_by_key(&code, &secrets::hash(key)).await;
    match learner.map_err(|error| keeping::refused(&error))? {
        Some(learner) => Ok((found(rooms, &code).await?, Be::Again(learner.learner))),
        None => Err(Refused::no_such_room()),
    }
}

async fn joined(rooms: &Arc<Rooms>, code: &str, nickname: String) -> Result<(Handle, Be), Refused> {
    let code = secrets::written(code).unwrap_or_default();
    // A room in memory is looked for too: else a closed one answered sooner than none, and one that rests later.
    let record = rooms.store.room(&code).await.map_err(|error| keeping::refused(&error))?;
    if record.is_none_or(|record| record.settings.closed || record.until <= now()) {
        return Err(Refused::no_such_room());
    }
    let handle = found(rooms, &code).await?;
    let key = secrets::secret();
    let hash = secrets::hash(&key);
    Ok((handle, Be::Learner { nickname, key, hash }))
}

async fn found(rooms: &Arc<Rooms>, code: &str) -> Result<Handle, Refused> {
    rooms.room(code).await?.ok_or_else(Refused::no_such_room)
}

#[cfg(test)]
mod tests;
