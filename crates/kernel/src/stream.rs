//! The bytes of one direction of a connection, from the first that nobody has read to the last that was written.

use std::collections::VecDeque;

use syscall::Bytes;

/// The bytes, shared with the programs' own buffers: nothing is copied until it is read.
#[derive(Clone, Debug, Hash)]
pub(crate) struct Stream {
    /// Offset of the first byte kept.
    start: u64,
    chunks: VecDeque<Bytes>,
}

impl Stream {
    pub(crate) const fn new() -> Self {
        Self { start: 0, chunks: VecDeque::new() }
    }

    /// Its bytes from `base` on, however they were written.
    pub(crate) fn hash_future(&self, base: u64, hasher: &mut impl std::hash::Hasher) {
        hasher.write_u64(self.start.wrapping_sub(base));
        let (mut word, mut filled) = (0_u64, 0);
        for byte in self.chunks.iter().flat_map(|chunk| chunk.iter()) {
            word = word << 8 | u64::from(*byte);
            filled += 1;
            if filled == 8 {
                hasher.write_u64(word);
                (word, filled) = (0, 0);
            }
        }
        hasher.write_u64(word);
        hasher.write_u64(self.chunks.iter().map(|chunk| chunk.len() as u64).sum());
    }

    pub(crate) fn append(&mut self, bytes: Bytes) {
        if !bytes.is_empty() {
            self.chunks.push_back(bytes);
        }
    }

    /// A copy of the `len` bytes from `offset` on.
    ///
    /// # Panics
    /// If they were not written or are forgotten: offsets come from the connection, which knows both.
    pub(crate) fn copy(&self, offset: u64, len: u32) -> Bytes {
        let mut skip =
            offset.checked_sub(self.start).expect("bytes are read before they are forgotten") as usize;
        let mut left = len as usize;
        let mut out = Vec::with_capacity(left);
        for chunk in &self.chunks {
            if left == 0 {
                break;
            }
            if skip >= chunk.len() {
                skip -= chunk.len();
                continue;
            }
            let taken = left.min(chunk.len() - skip);
            if taken == len as usize {
                return chunk.slice(skip..skip + taken);
            }
            out.extend_from_slice(&chunk[skip..skip + taken]);
            left -= taken;
            skip = 0;
        }
        assert!(left == 0, "bytes arrive only after they were written");
        out.into()
    }

    /// The `len` bytes from `offset` on, and nothing before or among them is kept.
    ///
    /// # Panics
    /// As [`copy`](Self::copy).
    pub(crate) fn take(&mut self, offset: u64, len: u32) -> Bytes {
        let whole = |chunk: &Bytes| self.start == offset && chunk.len() == len as usize;
        if self.chunks.front().is_some_and(whole)
            && let Some(chunk) = self.chunks.pop_front()
        {
            self.start += u64::from(len);
            return chunk;
        }
        let bytes = self.copy(offset, len);
        self.forget(offset + u64::from(len));
        bytes
    }

    /// Keep nothing before `offset`.
    pub(crate) fn forget(&mut self, offset: u64) {
        while let Some(chunk) = self.chunks.front() {
            let end = self.start + chunk.len() as u64;
            if end <= offset {
                self.chunks.pop_front();
                self.start = end;
            } else {
                if self.start < offset {
                    let rest = chunk.slice((offset - self.start) as usize..chunk.len());
                    self.chunks[0] = rest;
                    self.start = offset;
                }
                break;
            }
        }
    }
}

/// Bytes that a call has taken and keeps until it ends: mostly one piece, which needs no list.
#[derive(Clone, Debug, Default)]
pub(crate) struct Kept {
    first: Bytes,
    more: Vec<Bytes>,
}

impl Kept {
    pub(crate) fn keep(&mut self, bytes: Bytes) {
        if self.first.is_empty() {
            self.first = bytes;
        } else if !bytes.is_empty() {
            self.more.push(bytes);
        }
    }

    /// Hand all of them out.
    pub(crate) fn take(&mut self) -> Bytes {
        let first = std::mem::take(&mut self.first);
        if self.more.is_empty() {
            return first;
        }
        let mut all = first.to_vec();
        std::mem::take(&mut self.more).iter().for_each(|part| all.extend_from_slice(part));
        all.into()
    }

    pub(crate) fn pieces(&self) -> impl Iterator<Item = &Bytes> {
        Some(&self.first).into_iter().filter(|first| !first.is_empty()).chain(&self.more)
    }
}

/// As a list of the pieces.
impl std::hash::Hash for Kept {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        state.write_usize(self.pieces().count());
        self.pieces().for_each(|piece| piece.hash(state));
    }
}

#[cfg(test)]
mod tests {
    use super::Stream;

    #[test]
    fn reading_crosses_chunks_and_forgets_what_was_read() {
        let mut stream = Stream::new();
        stream.append("hello".into());
        stream.append("world".into());
        assert_eq!(&stream.copy(3, 4)[..], b"lowo");
        stream.forget(7);
        assert_eq!(&stream.copy(7, 3)[..], b"rld");
        stream.append("!".into());
        assert_eq!(&stream.copy(9, 2)[..], b"d!");
    }
}
