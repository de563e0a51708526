//! A program's output: where a traceback names a line, that is a way to it.

/// A part of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Piece {
    /// As it is.
    Text(String),
    /// `File "server.py", line 7`: a line of a program by its place among the files.
    Place { program: usize, line: u32, text: String },
}

/// The parts of a text, where `files` are the programs' names.
pub(super) fn pieces(text: &str, files: &[&str]) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut rest = text;
    let mut from = 0;
    while let Some(at) = rest[from..].find("File \"").map(|at| at + from) {
        match place(&rest[at..], files) {
            Some((program, line, len)) => {
                push(&mut pieces, &rest[..at]);
                pieces.push(Piece::Place { program, line, text: rest[at..at + len].to_owned() });
                rest = &rest[at + len..];
                from = 0;
            }
            None => from = at + 1,
        }
    }
    push(&mut pieces, rest);
    pieces
}

fn push(pieces: &mut Vec<Piece>, text: &str) {
    if !text.is_empty() {
        pieces.push(Piece::Text(text.to_owned()));
    }
}

/// The program, the line, and how long the words are that name them.
fn place(text: &str, files: &[&str]) -> Option<(usize, u32, usize)> {
    let (file, rest) = text.strip_prefix("File \"")?.split_once('"')?;
    let name = file.rsplit('/').next().unwrap_or(file);
    let program = files.iter().position(|it| *it == name)?;
    let digits = rest.strip_prefix(", line ")?;
    let count = digits.bytes().take_while(u8::is_ascii_digit).count();
    let line = digits[..count].parse().ok()?;
    Some((program, line, text.len() - digits.len() + count))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lines_of_a_traceback_lead_to_the_programs_and_nothing_else_does() {
        let text = "Traceback (most recent call last):\n  File \"client.py\", line 12, in <module>\n    f()\n  File \
            \"socket.py\", line 3, in f\nOSError: File \"server.py\"";
        let pieces = pieces(text, &["server.py", "client.py"]);
        let whole: String = pieces
            .iter()
            .map(|piece| match piece {
                Piece::Text(text) | Piece::Place { text, .. } => text.as_str(),
            })
            .collect();
        assert_eq!(whole, text);
        let places: Vec<_> = pieces
            .iter()
            .filter_map(|piece| match piece {
                Piece::Place { program, line, text } => Some((*program, *line, text.as_str())),
                Piece::Text(_) => None,
            })
            .collect();
        assert_eq!(places, [(1, 12, "File \"client.py\", line 12")]);
    }
}
