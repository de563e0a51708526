//! Sending all of something, cut into pieces, with pauses between them.

use rng::Rng;
use syscall::{Bytes, Call, Fd, Outcome};

use crate::calls::{send, sleep, unsent};
use crate::serve::Next;

/// Where a peer cuts what it sends.
#[derive(Clone, Debug, Hash)]
pub(crate) enum Cuts {
    /// After so many bytes each time.
    Every(u32),
    /// After up to so many bytes, by seed.
    UpTo(u32, Rng),
    /// Once, after so many bytes.
    Once(usize),
}

impl Cuts {
    pub(crate) const NONE: Self = Self::Every(u32::MAX);

    /// How many of so many bytes, at least one, the next piece has.
    fn next(&mut self, left: usize) -> usize {
        let piece = match self {
            Self::Every(len) => *len as usize,
            Self::UpTo(most, rng) => 1 + rng.below((*most).into()) as usize,
            Self::Once(at) => std::mem::replace(at, usize::MAX),
        };
        piece.clamp(1, left)
    }
}

/// What is being sent.
#[derive(Clone, Debug, Hash)]
pub(crate) struct Output {
    cuts: Cuts,
    gap_us: u64,
    doing: Doing,
}

#[derive(Clone, Debug, Hash)]
enum Doing {
    Nothing,
    /// In `send` of a piece; what follows it.
    Sending(Bytes, Bytes),
    /// In the pause before this.
    Pausing(Bytes),
}

/// What comes of an output's call.
pub(crate) enum Sent {
    /// There is more to do.
    Do(Call),
    /// All of it was sent.
    All,
    /// The connection takes no more.
    Broken,
}

impl Sent {
    /// What a handler does next: the output's own call; once all of it was sent, this; and it closes where nothing can be
    /// sent any more.
    pub(crate) fn then(self, next: impl FnOnce() -> Next) -> Next {
        match self {
            Self::Do(call) => Next::Do(call),
            Self::All => next(),
            Self::Broken => Next::Close,
        }
    }
}

impl Output {
    /// As much at once as the kernel takes.
    pub(crate) const PLAIN: Self = Self::new(Cuts::NONE, 0);

    pub(crate) const fn new(cuts: Cuts, gap_us: u64) -> Self {
        Self { cuts, gap_us, doing: Doing::Nothing }
    }

    /// Whether the last call was this output's.
    pub(crate) const fn busy(&self) -> bool {
        !matches!(self.doing, Doing::Nothing)
    }

    /// Begins to send this, cut elsewhere than before.
    pub(crate) fn start_cut(&mut self, fd: Fd, data: Bytes, cuts: Cuts) -> Sent {
        self.cuts = cuts;
        self.start(fd, data)
    }

    /// Begins to send this.
    pub(crate) fn start(&mut self, fd: Fd, data: Bytes) -> Sent {
        self.doing = Doing::Nothing;
        if data.is_empty() {
            return Sent::All;
        }
        let cut = self.cuts.next(data.len());
        self.piece(fd, data.slice(0..cut), data.slice(cut..data.len()))
    }

    fn piece(&mut self, fd: Fd, piece: Bytes, rest: Bytes) -> Sent {
        self.doing = Doing::Sending(piece.clone(), rest);
        Sent::Do(send(fd, piece))
    }

    /// Goes on with the outcome of its last call.
    pub(crate) fn resume(&mut self, fd: Fd, outcome: Outcome) -> Sent {
        match std::mem::replace(&mut self.doing, Doing::Nothing) {
            Doing::Nothing => Sent::All,
            Doing::Sending(piece, rest) => match unsent(&piece, outcome) {
                None => Sent::Broken,
                Some(piece) if !piece.is_empty() => self.piece(fd, piece, rest),
                Some(_) if rest.is_empty() || self.gap_us == 0 => self.start(fd, rest),
                Some(_) => {
                    self.doing = Doing::Pausing(rest);
                    Sent::Do(sleep(self.gap_us))
                }
            },
            Doing::Pausing(rest) => self.start(fd, rest),
        }
    }
}
