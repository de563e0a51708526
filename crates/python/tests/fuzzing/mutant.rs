//! Texts that are nearly programs.

use rng::Rng;

/// What is put in where something else was.
const ODD: [&str; 40] = [
    "",
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    ":",
    ",",
    "*",
    "**",
    "=",
    ":=",
    ".",
    "\n",
    "\n    ",
    " ",
    "\t",
    "\\",
    "0",
    "-1",
    "1e308",
    "10 ** 30",
    "None",
    "self",
    "lambda:",
    "yield ",
    "await ",
    "async ",
    "del ",
    "return ",
    "f'{",
    "b''",
    "'''",
    "\u{0}",
    "\u{feff}",
    "é",
    "\u{1f600}",
    "...",
    "@",
];

/// The program that a seed stands for.
pub(crate) fn of(programs: &[String], seed: u64) -> String {
    let mut rng = Rng::new(seed);
    let mut pick = |n: usize| rng.below(n.max(1) as u64) as usize;
    let mut pieces = pieces(&programs[pick(programs.len())]);
    for _ in 0..=pick(4) {
        let len = pieces.len();
        let (at, other) = (pick(len), pick(len));
        match pick(8) {
            _ if len == 0 => {}
            0 => drop(pieces.remove(at)),
            1 => pieces.insert(at, pieces[other].clone()),
            2 => pieces.swap(at, other),
            3 => pieces[at] = pieces[other].clone(),
            4 => pieces[at] = ODD[pick(ODD.len())].to_owned(),
            5 => drop(pieces.drain(at.min(other)..at.max(other).min(at.min(other) + 20))),
            6 => {
                // A run of another program's.
                let theirs = self::pieces(&programs[pick(programs.len())]);
                let from = pick(theirs.len());
                let to = (from + pick(40)).min(theirs.len());
                pieces.splice(at..at, theirs[from..to].iter().cloned());
            }
            _ => {
                let mut bytes = std::mem::take(&mut pieces[at]).into_bytes();
                let place = pick(bytes.len());
                if let Some(byte) = bytes.get_mut(place) {
                    *byte ^= 1 << pick(8);
                }
                pieces[at] = String::from_utf8_lossy(&bytes).into_owned();
            }
        }
    }
    pieces.concat()
}

/// Words, numbers, runs of blanks, and every other character by itself.
fn pieces(text: &str) -> Vec<String> {
    let kind = |c: char| match c {
        c if c.is_alphanumeric() || c == '_' => 0,
        ' ' => 1,
        _ => 2,
    };
    let mut pieces: Vec<String> = Vec::new();
    let mut last = 2;
    for c in text.chars() {
        match pieces.last_mut() {
            Some(piece) if kind(c) == last && last < 2 => piece.push(c),
            _ => pieces.push(c.into()),
        }
        last = kind(c);
    }
    pieces
}
