//! Finding whole messages in a stream.

use syscall::Bytes;

use crate::Setting;

/// Most bytes of a message: a longer line is cut there, a frame that says it is longer is refused.
pub(crate) const LONGEST: usize = 16 << 10;
/// Bytes of a frame's length.
pub(crate) const LENGTH: usize = 4;

/// How messages are kept apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Framing {
    /// A line feed ends each.
    Lines,
    /// Four bytes before each say how many follow.
    Length(Order),
}

/// In which order a number's bytes stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Order {
    /// The most significant first: network byte order.
    Network,
    /// The least significant first.
    Little,
}

impl Order {
    /// By the setting that says 0 or 1.
    pub(crate) const fn of(number: u32) -> Self {
        if number == 0 { Self::Network } else { Self::Little }
    }

    /// A message as a frame.
    pub(crate) fn frame(self, text: &str) -> Bytes {
        let len = u32::try_from(text.len()).expect("a peer's own messages are short");
        let mut bytes = match self {
            Self::Network => len.to_be_bytes(),
            Self::Little => len.to_le_bytes(),
        }
        .to_vec();
        bytes.extend_from_slice(text.as_bytes());
        bytes.into()
    }
}

impl Framing {
    /// The setting that chooses it.
    pub(crate) const fn setting(default: i64) -> Setting {
        Setting {
            name: "framing",
            meaning: "How messages are told apart: 0, each ends with a line feed; 1, four bytes before each say how many \
                follow, the most significant first; 2, the same with the least significant first.",
            unit: "",
            default,
            least: 0,
            most: 2,
        }
    }

    /// By that setting.
    pub(crate) const fn of(number: u32) -> Self {
        match number {
            0 => Self::Lines,
            more => Self::Length(Order::of(more - 1)),
        }
    }
}

/// What has come of a stream and was not taken yet.
#[derive(Clone, Debug, Hash)]
pub(crate) struct Messages {
    framing: Framing,
    longest: usize,
    held: Vec<u8>,
}

/// A frame that says it is longer than any may be: so many bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct TooLong(pub(crate) u32);

impl Messages {
    pub(crate) const fn new(framing: Framing, longest: usize) -> Self {
        Self { framing, longest, held: Vec::new() }
    }

    pub(crate) fn add(&mut self, bytes: &[u8]) {
        self.held.extend_from_slice(bytes);
    }

    /// The next whole message, with its length or line feed.
    pub(crate) fn next(&mut self) -> Result<Option<Bytes>, TooLong> {
        let len = match self.framing {
            Framing::Lines => match self.held.iter().take(self.longest).position(|b| *b == b'\n') {
                Some(end) => end + 1,
                None => self.longest,
            },
            Framing::Length(order) => {
                let Some(length) = self.held.first_chunk::<LENGTH>() else { return Ok(None) };
                let length = match order {
                    Order::Network => u32::from_be_bytes(*length),
                    Order::Little => u32::from_le_bytes(*length),
                };
                if length as usize > self.longest {
                    return Err(TooLong(length));
                }
                LENGTH + length as usize
            }
        };
        if self.held.len() < len {
            return Ok(None);
        }
        Ok(Some(self.held.drain(..len).collect::<Vec<_>>().into()))
    }

    /// What is left when the stream has ended.
    pub(crate) fn rest(&mut self) -> Bytes {
        std::mem::take(&mut self.held).into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_come_whole_however_the_stream_is_cut() {
        let stream = b"\x02\0\0\0ab\0\0\0\0\x01\0\0\0c";
        for cut in 0..stream.len() {
            let mut messages = Messages::new(Framing::of(2), 10);
            let mut found = Vec::new();
            for part in [&stream[..cut], &stream[cut..]] {
                messages.add(part);
                while let Some(message) = messages.next().unwrap() {
                    found.push(message[LENGTH..].to_vec());
                }
            }
            assert_eq!(found, [b"ab".to_vec(), b"".to_vec(), b"c".to_vec()], "cut at {cut}");
        }
    }

    #[test]
    fn a_line_is_cut_where_it_is_too_long_and_a_frame_refused() {
        let mut lines = Messages::new(Framing::Lines, 3);
        lines.add(b"abcdef\ng");
        let all: Vec<_> = std::iter::from_fn(|| lines.next().unwrap()).map(|line| line.to_vec()).collect();
        assert_eq!(all, [b"abc".to_vec(), b"def".to_vec(), b"\n".to_vec()]);
        assert_eq!(&lines.rest()[..], b"g");
        let mut frames = Messages::new(Framing::of(1), 3);
        frames.add(b"\0\0\0\x04");
        assert_eq!(frames.next(), Err(TooLong(4)));
    }
}
