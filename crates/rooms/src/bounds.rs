//! How much a room takes.

/// What the relay's settings allow a room.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bounds {
    /// Learners, those who are away included.
    pub learners: usize,
    /// Rows kept of one learner.
    pub rows: u64,
    /// Bytes kept of the room.
    pub bytes: u64,
    /// Days after which it is deleted at the latest.
    pub days: u16,
}

impl Default for Bounds {
    fn default() -> Self {
        Self { learners: 250, rows: 20_000, bytes: 64 << 20, days: 90 }
    }
}

/// Most bytes of a page's address and of a figure's name.
pub const MOST_PAGE: usize = 200;
/// Most bytes of what a row quotes; more is cut off.
pub const MOST_SAID: usize = 200;
/// Most bytes of a question's choice.
pub const MOST_CHOICE: usize = 200;
/// Sessions of one learner; then the one that is away, or the oldest, is put out.
pub const MOST_SESSIONS: usize = 16;
/// Sessions of teachers; likewise.
pub const MOST_TEACHERS: usize = 16;
/// Messages that wait for one learner to read them; then the oldest is forgotten.
pub const MOST_UNREAD: usize = 20;
/// Browsers of one learner.
pub(crate) const MOST_DEVICES: usize = 32;
/// Pages on offer in a room's settings.
pub(crate) const MOST_PAGES: usize = 200;
/// Most bytes of a room's title.
pub(crate) const MOST_TITLE: usize = 200;
