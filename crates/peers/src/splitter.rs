//! A peer that cuts every message where it hurts.

use rng::Rng;
use syscall::{Fd, Outcome};

use crate::calls::{CHUNK, no_delay, receive, received};
use crate::messages::{Framing, LENGTH, LONGEST, Messages};
use crate::output::{Cuts, Output};
use crate::serve::{Handler, Next};
use crate::{About, Setting};

pub(crate) const ABOUT: About = About {
    name: "splitter",
    summary: "Sends every message back cut in two at the worst place.",
    behaviour: "It sends each message back in two sends with a rest between them. It cuts inside the length, so that a \
        reader has half a number; inside a character of several bytes (UTF-8), so that decoding what came so far fails; or \
        before the last byte, so that all but one is there. Where a message has no such place, it takes another. When the \
        stream has ended it sends what it still holds, and closes. A line longer than 16 KiB counts as several, a frame \
        that says it is longer ends the connection. It serves one connection at a time.",
    settings: &[
        Framing::setting(1),
        Setting {
            name: "place",
            meaning: "Where it cuts: 1, inside the length; 2, inside a character; 3, before the last byte; 0, as the seed \
                draws it for each message.",
            unit: "",
            default: 0,
            least: 0,
            most: 3,
        },
        Setting::gap(20),
    ],
    listens: true,
    orders: "",
};

#[derive(Clone, Debug, Hash)]
pub(crate) struct Splitter {
    framing: Framing,
    place: u32,
    rng: Rng,
    messages: Messages,
    ended: bool,
    output: Output,
    ready: bool,
}

impl Splitter {
    pub(crate) const fn new(framing: Framing, place: u32, gap_us: u64, rng: Rng) -> Self {
        let messages = Messages::new(framing, LONGEST);
        let output = Output::new(Cuts::NONE, gap_us);
        Self { framing, place, rng, messages, ended: false, output, ready: false }
    }

    /// Where this message is cut.
    fn cut(&mut self, message: &[u8]) -> usize {
        let length: Vec<usize> = match self.framing {
            Framing::Lines => vec![],
            Framing::Length(_) => (1..LENGTH).collect(),
        };
        // A byte that goes on with a character, in UTF-8.
        let inside = |(at, byte): (usize, &u8)| (byte & 0xC0 == 0x80).then_some(at);
        let text = if length.is_empty() { 0 } else { LENGTH };
        let character: Vec<usize> = message.iter().enumerate().skip(text.max(1)).filter_map(inside).collect();
        let places = [length, character, vec![message.len() - 1]];
        let mut there = places.iter().filter(|places| !places.is_empty());
        let kind = match self.place {
            0 => there.nth(self.rng.below(there.clone().count() as u64) as usize),
            place => places.get(place as usize - 1).filter(|places| !places.is_empty()),
        };
        let places = kind.unwrap_or(&places[2]);
        places[self.rng.below(places.len() as u64) as usize]
    }

    fn go_on(&mut self, fd: Fd) -> Next {
        let next = match self.messages.next() {
            Ok(None) if self.ended => self.messages.rest(),
            Ok(None) => return Next::Do(receive(fd, CHUNK)),
            Ok(Some(message)) => message,
            Err(_) => return Next::Close,
        };
        if next.is_empty() {
            return Next::Close;
        }
        let cut = self.cut(&next);
        self.output.start_cut(fd, next, Cuts::Once(cut)).then(|| self.go_on(fd))
    }
}

impl Handler for Splitter {
    fn begin(&mut self, fd: Fd) -> Next {
        self.messages.rest();
        (self.ended, self.ready) = (false, false);
        Next::Do(no_delay(fd))
    }

    fn resume(&mut self, fd: Fd, outcome: Outcome) -> Next {
        if !self.ready {
            self.ready = true;
            return self.go_on(fd);
        }
        if self.output.busy() {
            return self.output.resume(fd, outcome).then(|| self.go_on(fd));
        }
        let Some(data) = received(outcome) else { return Next::Close };
        self.ended = data.is_empty();
        self.messages.add(&data);
        self.go_on(fd)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_of_place_is_where_it_says() {
        let frame = [&[0, 0, 0, 6][..], "a\u{fc}\u{4e16}".as_bytes()].concat();
        for seed in 0..50 {
            let cut = |place| Splitter::new(Framing::of(1), place, 0, Rng::new(seed)).cut(&frame);
            assert!((1..4).contains(&cut(1)));
            assert!([6, 8, 9].contains(&cut(2)), "{}", cut(2));
            assert_eq!(cut(3), 9);
        }
        let cut = |line: &[u8], place| Splitter::new(Framing::Lines, place, 0, Rng::new(1)).cut(line);
        assert_eq!(cut(b"abc\n", 1), 3, "a line has no length");
        assert_eq!(cut(b"abc\n", 2), 3, "and this one no long character");
        let one = cut("\u{fc}\n".as_bytes(), 2);
        assert_eq!(one, 1);
    }

    #[test]
    fn a_seed_draws_every_kind() {
        let frame = [&[0, 0, 0, 6][..], "a\u{fc}\u{4e16}".as_bytes()].concat();
        let mut splitter = Splitter::new(Framing::of(1), 0, 0, Rng::new(7));
        let cuts: Vec<_> = (0..100).map(|_| splitter.cut(&frame)).collect();
        assert!(cuts.iter().any(|cut| *cut < 4) && cuts.contains(&6) && cuts.contains(&9), "{cuts:?}");
    }
}
