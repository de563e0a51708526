//! The playground's memory: a record, compressed, behind `#v1.` in the address; a long one in a file.

use scene::playground::Preset;
use world::{Act, LINK, MAX_LINK, Record, Scenario};
use yew::prelude::*;

use crate::base64::{base64, unbase64};
use crate::platform;
use crate::texts;

/// A run as it was kept: its scenario, what is done, and how this engine's run differs from the one that was recorded.
pub(super) type Kept = (Scenario, Vec<Act>, Option<String>);

/// Most bytes of a file that is opened, as `socketscope replay` has it.
const MAX_FILE: u64 = 16 << 20;
/// What a file is called that is saved.
const FILE: &str = "run.socketscope";

/// What the address of a run with a peer begins with; the peer's name follows.
const PEER: &str = "#peer=";

/// Where a link leads.
pub(super) struct Followed {
    pub(super) scenario: Scenario,
    pub(super) acts: Vec<Act>,
    /// What is said of it.
    pub(super) says: String,
    /// Whether this is bad news.
    pub(super) bad: bool,
}

impl From<Kept> for Followed {
    fn from((scenario, acts, differs): Kept) -> Self {
        let bad = differs.is_some();
        Self {
            scenario,
            acts,
            says: differs.unwrap_or_else(|| texts::playground::AS_THE_LINK_HAS_IT.into()),
            bad,
        }
    }
}

#[cfg(feature = "peers")]
fn with_peer(name: &str) -> Option<Preset> {
    let about = peers::about(name)?;
    Some(Preset::with_peer(about.name, about.summary, about.listens))
}

/// The modules that have no playground have no catalogue either.
#[cfg(not(feature = "peers"))]
fn with_peer(_: &str) -> Option<Preset> {
    None
}

/// Read the page's address; none where it has no link.
pub(super) fn follow(then: impl FnOnce(Result<Option<Followed>, String>) + 'static) {
    let place = platform::place();
    if let Some(preset) = place.strip_prefix(PEER).and_then(with_peer) {
        let says = format!("{}: {}", preset.title, preset.says);
        return then(Ok(Some(Followed {
            scenario: preset.scenario(),
            acts: preset.acts(),
            says,
            bad: false,
        })));
    }
    let Some(token) = place.strip_prefix(LINK).map(str::to_owned) else { return then(Ok(None)) };
    if token.len() > MAX_LINK {
        return then(Err(texts::playground::LINK_TOO_LONG.into()));
    }
    let Some(packed) = unbase64(&token) else {
        return then(Err(texts::playground::LINK_HAS_ODD_CHARACTERS.into()));
    };
    platform::inflate(packed, move |bytes| {
        let bytes = bytes.ok_or(texts::playground::LINK_CUT_OFF.to_owned());
        then(bytes.and_then(|bytes| read(&bytes)).map(|kept| Some(kept.into())));
    });
}

fn read(bytes: &[u8]) -> Result<Kept, String> {
    let record = Record::from_bytes(bytes).map_err(|error| sentence(&error.to_string()))?;
    let scenario = record.start.scenario(|_| None).ok_or(texts::playground::RUN_OF_ANOTHER_PAGE)?;
    let replayed = record.replay(&scenario).map_err(|error| error.problems.join(" "))?;
    let differs =
        replayed.difference.map(|it| texts::playground::as_far_as_it_goes(sentence(&it.to_string())));
    let mut acts = record.acts;
    acts.truncate(replayed.done);
    Ok((scenario, acts, differs))
}

fn sentence(text: &str) -> String {
    let mut chars = text.chars();
    let first = chars.next().map(|c| c.to_ascii_uppercase());
    first.into_iter().chain(chars).chain(['.']).collect()
}

/// The link that the page's address has.
pub(super) fn here() -> Option<String> {
    let place = platform::place();
    place.starts_with(LINK).then(|| place.replacen('#', "", 1))
}

/// Put a record into the page's address, without another entry in its history; say so if it is too long for that.
/// `then` is told in any case.
pub(super) fn show(bytes: Vec<u8>, say: Callback<(String, bool)>, then: impl FnOnce() + 'static) {
    platform::deflate(bytes, move |packed| {
        let Some(token) = packed.map(|packed| format!("{LINK}{}", base64(&packed))) else { return then() };
        if token.len() <= MAX_LINK {
            platform::replace_place(&token);
        } else {
            say.emit((texts::playground::TOO_LONG_FOR_THE_ADDRESS.into(), true));
        }
        then();
    });
}

/// Copy a link to a record, and say what came of it.
pub(super) fn copy(bytes: Vec<u8>, say: Callback<(String, bool)>) {
    platform::deflate(bytes, move |packed| {
        let Some(packed) = packed else {
            return say.emit((texts::playground::CANNOT_PACK.into(), true));
        };
        let token = format!("{LINK}{}", base64(&packed));
        if token.len() > MAX_LINK {
            let says = texts::playground::too_long_for_a_link(MAX_LINK);
            return say.emit((says, true));
        }
        platform::replace_place(&token);
        platform::copy_address(move |copied| {
            say.emit(if copied {
                (texts::playground::LINK_COPIED.into(), false)
            } else {
                (texts::playground::COPY_BY_HAND.into(), true)
            });
        });
    });
}

/// Save a record as a file, and say what came of it. The file has the record's own bytes: `socketscope replay` reads it too.
pub(super) fn save(bytes: &[u8], say: &Callback<(String, bool)>) {
    say.emit(match platform::save_file(FILE, bytes) {
        Some(()) => (texts::playground::saved_as(FILE), false),
        None => (texts::playground::CANNOT_SAVE.into(), true),
    });
}

/// Open the file that was chosen.
pub(super) fn open(event: &Event, then: impl FnOnce(Result<Kept, String>) + 'static) {
    platform::read_file(event, MAX_FILE, |bytes| {
        then(match bytes {
            Ok(bytes) => read(&bytes).map_err(texts::playground::cannot_be_opened),
            Err(size) if size > MAX_FILE => Err(texts::playground::file_too_long(size, MAX_FILE)),
            Err(_) => Err(texts::playground::FILE_UNREADABLE.into()),
        });
    });
}
