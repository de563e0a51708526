//! What a room wants kept, into the store; and what of it goes wrong, in words for those who wait.

use std::collections::BTreeMap;
use std::sync::Arc;

use protocol::room::{LearnerId, Logged, MOST_LOGGED, Refusal};
use rooms::{Kept, KeptLearner, KeptRow, Refused, Sum, Write};
use serde_json::{Value, json};
use store::{Error, Store, Sums};

/// When to send again what was not kept.
const AGAIN_S: u32 = 5;
/// Rows that are read at once.
const PAGE: u32 = 2000;

/// Does it.
pub(super) async fn keep(store: Arc<dyn Store>, code: Arc<str>, write: Write) -> Result<Kept, Refused> {
    let kept = match write {
        Write::Join { nickname, key, at } => store.enter(&code, &nickname, &key, at).await.map(Kept::Joined),
        Write::Rows { learner, device, rows, at } => {
            store.append(&code, learner, &device, rows, at).await.map(Kept::Rows)
        }
        Write::Settings { settings, until } => store.set(&code, &settings, until).await.map(|()| Kept::Done),
        Write::Remove { learner, at } => store.remove(&code, learner, at).await.map(|()| Kept::Done),
        Write::Forget { learner } => store.forget(&code, learner).await.map(|()| Kept::Done),
        Write::Roster { csv } => match store::roster::names(&csv) {
            Ok(names) => store.set_roster(&code, names.clone()).await.map(|()| Kept::Roster(names)),
            Err(error) => Err(error),
        },
        Write::End => match store.end(&code).await {
            // Its time was over meanwhile.
            Ok(()) | Err(Error::NoRoom) => Ok(Kept::Done),
            Err(error) => Err(error),
        },
    };
    kept.map_err(|error| refused(&error))
}

/// A store's error, to whoever waits.
pub(super) fn refused(error: &Error) -> Refused {
    let why = match error {
        Error::NoRoom => return Refused::no_such_room(),
        Error::NoLearner => Refusal::NoSuch,
        Error::NicknameTaken => Refusal::NicknameTaken,
        Error::Unfit(_) | Error::Roster { .. } => Refusal::Unfit,
        _ => Refusal::NotSaved,
    };
    let says = sentence(&error.to_string());
    if why != Refusal::NotSaved {
        return Refused::new(why, says);
    }
    tracing::warn!(%error, "a room's data is not kept");
    Refused { again_s: Some(AGAIN_S), ..Refused::new(why, says) }
}

/// With a capital and a full stop.
fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map(|c| c.to_uppercase().to_string()).unwrap_or_default();
    let stop = if text.ends_with('.') { "" } else { "." };
    format!("{first}{}{stop}", letters.as_str())
}

/// What a teacher did, as it is kept.
pub(super) async fn log(store: Arc<dyn Store>, code: Arc<str>, at: u64, says: String) {
    if let Err(error) = store.log(&code, at, json!({ "says": says }).to_string()).await
        && error != Error::NoRoom
    {
        tracing::warn!(%error, "what a teacher did is not in the room's log");
    }
}

/// The newest of a room's log.
pub(super) async fn logged(store: &dyn Store, code: &str) -> Result<Vec<Logged>, Refused> {
    let actions = store.actions(code).await.map_err(|error| refused(&error))?;
    let newest = actions.len().saturating_sub(MOST_LOGGED);
    let says = |action: &str| {
        let value: Value = serde_json::from_str(action).ok()?;
        Some(value.get("says")?.as_str()?.to_owned())
    };
    let entries = actions.into_iter().skip(newest);
    Ok(entries
        .map(|action| Logged { at: action.at, says: says(&action.action).unwrap_or(action.action) })
        .collect())
}

/// All learners of a room, with what their work up to this number came to; after it come the rows.
pub(super) async fn learners(store: &dyn Store, code: &str) -> Result<(Vec<KeptLearner>, u64), Error> {
    let (mut sums, through) = sums(store, code).await?;
    let learners = store.learners(code).await?.into_iter();
    let kept = learners.map(|found| KeptLearner {
        learner: found.learner,
        nickname: found.nickname,
        joined: found.joined,
        removed: found.removed.is_some(),
        sum: sums.remove(&found.learner),
    });
    Ok((kept.collect(), through))
}

/// What was summed up, and up to which number. Where another version wrote it in a way that is not understood: nothing, up to 0.
async fn sums(store: &dyn Store, code: &str) -> Result<(BTreeMap<LearnerId, Sum>, u64), Error> {
    let Sums { through, of } = store.sums(code).await?;
    let read = of.into_iter().map(|(learner, sum)| serde_json::from_str(&sum).map(|sum| (learner, sum)));
    Ok(read.collect::<Result<_, _>>().map_or_else(|_| (BTreeMap::new(), 0), |sums| (sums, through)))
}

/// Keeps what the rows of a room up to this number come to, for when it is made of the store again. Where that fails, they are read.
pub(super) async fn keep_sums(
    store: Arc<dyn Store>,
    code: String,
    sums: BTreeMap<LearnerId, Sum>,
    through: u64,
) {
    let json = |sum: &Sum| serde_json::to_string(sum).expect("texts, numbers and lists of them are JSON");
    let of = sums.iter().map(|(learner, sum)| (*learner, json(sum))).collect();
    if let Err(error) = store.set_sums(&code, Sums { through, of }).await
        && error != Error::NoRoom
    {
        tracing::warn!(%error, "what a room's rows come to is not kept");
    }
}

/// All rows of a room after this number, the oldest first, and the number of the last.
pub(super) async fn rows(store: &dyn Store, code: &str, mut seq: u64) -> Result<(Vec<KeptRow>, u64), Error> {
    let mut rows = Vec::new();
    loop {
        let page = store.since(code, seq, PAGE).await?;
        let Some(last) = page.last() else { return Ok((rows, seq)) };
        seq = last.seq;
        rows.extend(page.into_iter().map(|kept| KeptRow {
            learner: kept.learner,
            device: kept.device,
            at: kept.received,
            row: kept.row,
        }));
    }
}
