//! What a program makes of what one receive brought, by its text.

use crate::source::{Source, has_word, is_part_of_word, targets};

/// What becomes of what a line receives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Made {
    /// It is put behind what came before, or passed on as it is, and more is asked for.
    Kept,
    /// Its length decides whether there is more.
    Measured,
    /// It is looked at as it is, as if it were a whole.
    Taken,
}

/// What the program makes of what this line receives.
pub(crate) fn made_of(source: &Source, line: u32) -> Made {
    let text = source.line(line);
    let Some(at) = text.find("recv") else {
        // A file receives what it wants and keeps what is too much.
        return if text.contains("read") || text.starts_with("for ") { Made::Kept } else { Made::Taken };
    };
    let around = source.loop_around(line).filter(|head| receives_again(source, *head));
    let before = &text[..at];
    if before.contains("+=") {
        let lasts = before.split("+=").next().is_some_and(|it| it.contains(['.', '[']));
        return if around.is_some() || lasts { Made::Kept } else { Made::Taken };
    }
    let Some(name) = receives_into(before) else {
        let joined = before.contains(".append(") && source.has(".join(");
        let kept = around.is_some() && (joined || before.contains(".send") || before.contains(".write("));
        return if kept { Made::Kept } else { Made::Taken };
    };
    let scope = around.map_or_else(|| source.function_around(line), |head| head..=source.end_of(head));
    let uses = scope.filter(|at| *at != line && has_word(source.line(*at), name));
    let uses: Vec<_> = uses.map(|at| source.line(at)).collect();
    let length = format!("len({name})");
    if uses.iter().any(|it| decides(it) && is_compared(it, &length)) {
        return Made::Measured;
    }
    let keeps =
        |it: &&&str| it.contains("+=") && it.split("+=").next().is_some_and(|to| to.contains(['.', '[']));
    let lasts = around.is_some() || uses.iter().any(|it| keeps(&it));
    let passes = |it: &&str| around.is_some() || !it.contains(".send");
    let kept = lasts && uses.iter().all(|it| passes(it) && only_kept(source, it, name));
    if kept { Made::Kept } else { Made::Taken }
}

/// Whether one line decodes what the other has received as it came.
pub(crate) fn decodes_piece(source: &Source, received: u32, decodes: u32) -> bool {
    let text = source.line(received);
    let name = text.find("recv").and_then(|at| receives_into(&text[..at]));
    let named = |it: &str| source.line(decodes).contains(&format!("{it}.decode("));
    received == decodes && text.contains(".decode(") || name.is_some_and(named)
}

/// Whether a receive in this line reads until the other side has finished, as far as its loop says.
pub(crate) fn reads_to_end(source: &Source, line: u32) -> bool {
    let text = source.line(line);
    if text.contains(".read()") || text.contains(".readlines()") {
        return true;
    }
    let Some(head) = source.loop_around(line).filter(|head| receives_again(source, *head)) else {
        return false;
    };
    if !text.contains("recv") || stops_by_content(source.line(head)) {
        return false;
    }
    let leaves = |at: u32| ["break", "return"].iter().any(|it| source.line(at).contains(it));
    (head + 1..=source.end_of(head)).all(|at| {
        let asks = source.line(at);
        let by_content = asks.starts_with("if ") && (leaves(at) || leaves(at + 1)) && !asks_for_nothing(asks);
        !by_content
    })
}

/// Whether the loop around this line sends something.
pub(crate) fn answers_within(source: &Source, line: u32) -> bool {
    let Some(head) = source.loop_around(line) else { return false };
    (head..=source.end_of(head)).any(|at| [".send", ".write("].iter().any(|it| source.line(at).contains(it)))
}

/// Whether a loop with this head goes on until it has found what it wants.
pub(crate) fn stops_by_content(head: &str) -> bool {
    head.starts_with("while ") && [" not in ", "endswith(", "<"].iter().any(|it| head.contains(it))
}

/// Whether a loop comes back to the same connection: one that accepts has another each time.
fn receives_again(source: &Source, head: u32) -> bool {
    let has = |what: &str| (head..=source.end_of(head)).any(|at| source.line(at).contains(what));
    !has(".accept(") || source.has("select")
}

/// The name that stands before `=` or `:=`, or behind `for`.
fn receives_into(before: &str) -> Option<&str> {
    if let Some(each) = before.strip_prefix("for ") {
        return each.split(" in ").next().map(str::trim);
    }
    let (set, _) = before.rsplit_once('=').filter(|(set, _)| !set.ends_with(['=', '!', '<', '>']))?;
    let set = set.trim_end_matches(':').trim_end();
    let word = set.rfind(|c| !is_part_of_word(c) && c != '.').map_or(set, |at| &set[at + 1..]);
    (!word.is_empty()).then_some(word)
}

fn decides(line: &str) -> bool {
    ["if ", "while ", "elif "].iter().any(|it| line.starts_with(it))
}

/// Whether this is compared with a number that is not 0.
fn is_compared(line: &str, what: &str) -> bool {
    line.split(what).skip(1).any(|behind| {
        let behind = behind.trim_start();
        let sign = behind.starts_with(['<', '>', '=', '!']);
        let number = behind.trim_start_matches(['<', '>', '=', '!']).trim_start();
        sign && !number.starts_with('0')
    })
}

/// Whether a condition asks whether something is empty.
fn asks_for_nothing(line: &str) -> bool {
    line.starts_with("if not ") || ["b''", "b\"\"", "is None", "== 0"].iter().any(|it| line.contains(it))
}

/// Whether a line does nothing with the name but to keep it, to pass it on or to ask whether it is empty.
fn only_kept(source: &Source, line: &str, name: &str) -> bool {
    if line.starts_with("print(") {
        return true;
    }
    // What is left of it after a part of it was sent.
    let mut rest = line.replacen(&format!("{name} = {name}["), "", 1);
    for (before, behind) in [
        ("not ", ""),
        ("assert ", ""),
        ("", " == b''"),
        ("", " == b\"\""),
        ("", " != b''"),
        ("", " != b\"\""),
        ("", " is None"),
        ("+= ", ".decode()"),
        ("+= ", ""),
        ("+= len(", ")"),
        ("-= len(", ")"),
        ("+ len(", ")"),
        ("- len(", ")"),
        ("len(", ") == 0"),
        (".extend(", ")"),
        (".write(", ")"),
        (".update(", ")"),
        (".send(", ")"),
        (".send(", "["),
        ("< len(", ")"),
        (".sendall(", ")"),
        ("if ", ":"),
        ("while ", ":"),
    ] {
        rest = without(&rest, &format!("{before}{name}{behind}"));
    }
    if source.has(".join(") {
        rest = without(&rest, &format!(".append({name})"));
    }
    // What it is put behind is what the line sets.
    let behind = format!("+ {name}");
    if let (Some(at), Some(set)) = (rest.find(&behind), rest.find('=')) {
        let onto = rest[..at].trim_end().rsplit([' ', '(', '=']).next().unwrap_or_default();
        if at > set && !onto.is_empty() && rest[..set].contains(onto) {
            rest = without(&rest, &behind);
        }
    }
    !has_word(&rest, name)
}

/// A line without this text, where no word goes on behind it.
fn without(line: &str, text: &str) -> String {
    let mut rest = line.to_owned();
    let mut from = 0;
    while let Some(at) = rest[from..].find(text).map(|at| at + from) {
        let behind = rest[at + text.len()..].chars().next();
        let goes_on = |c: char| is_part_of_word(c) || matches!(c, '.' | '[' | '(');
        if !text.ends_with([')', ':', '[']) && behind.is_some_and(goes_on) {
            from = at + text.len();
        } else {
            rest.replace_range(at..at + text.len(), " ");
            from = at;
        }
    }
    rest
}

/// Whether a line that looks for the end of a message throws away what stands behind it: none where it does not say.
pub(crate) fn throws_away(source: &Source, line: u32) -> Option<bool> {
    let text = source.line(line);
    let set: Vec<_> = targets(text).filter(|_| text.contains('=')).collect();
    let elsewhere = |name: &str| {
        let others = source.all(|other| has_word(other, name));
        others.into_iter().any(|at| at != line)
    };
    let last = || set.last().map(|it| it.trim_start_matches('*'));
    let goes_back = |name: &str| text.split_once('=').is_some_and(|(_, value)| has_word(value, name));
    let kept = |name: &str| name != "_" && (elsewhere(name) || goes_back(name));
    if let Some((_, behind)) = text.split_once("partition(") {
        return Some(match set.len() {
            3 => !kept(last()?),
            _ => behind.contains(")[0]"),
        });
    }
    if let Some((_, behind)) = text.split_once("split(") {
        let first = behind.contains(")[0]");
        return (first || set.len() > 1).then(|| first || !kept(last().unwrap_or("_")));
    }
    if text.contains(".find(") || text.contains(".index(") {
        let name = last()?;
        let cuts = |it: &str| {
            let behind = it.split(&format!("[{name}")).nth(1).is_some_and(|it| it.contains(":]"));
            behind || it.starts_with("del ") && has_word(it, name)
        };
        return Some(source.find(cuts).is_none());
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn made(text: &str) -> Made {
        let source = Source::new(text);
        let line = source.find(|line| line.contains("recv("));
        made_of(&source, line.expect("it receives"))
    }

    #[test]
    fn what_is_put_behind_what_came_before_or_passed_on_in_a_loop_is_kept() {
        for text in [
            "while True:\n    part = s.recv(9)\n    if not part:\n        break\n    data += part\n",
            "while part := s.recv(9):\n    parts.append(part)\ndata = b''.join(parts)\n",
            "while len(data) < 9:\n    data += s.recv(9 - len(data))\n",
            "while data := one.recv(9):\n    two.sendall(data)\n",
            "while data := one.recv(9):\n    while data:\n        data = data[two.send(data) :]\n",
            "while data := one.recv(9):\n    n = 0\n    while n < len(data):\n        n += two.send(data[n:])\n",
            "def ready(s):\n    data = s.recv(9)\n    if not data:\n        return\n    kept[s] += data\n",
            "while True:\n    data = s.recv(9)\n    *lines, kept[s] = (kept[s] + data).split(b'\\n')\n",
            "for part in iter(lambda: s.recv(9), b''):\n    text += part.decode()\n",
        ] {
            assert_eq!(made(text), Made::Kept, "{text}");
        }
    }

    #[test]
    fn what_is_looked_at_as_it_is_is_taken_for_a_whole() {
        for text in [
            "name = s.recv(9)\ns.sendall(b'hi ' + name)\n",
            "while True:\n    message = s.recv(9)\n    messages.append(message)\n",
            "while True:\n    word = s.recv(9)\n    if word == b'stop':\n        break\n",
            "while True:\n    conn, _ = s.accept()\n    data = conn.recv(9)\n    conn.sendall(data)\n",
            "one = s.recv(9)\ntwo.sendall(one)\n",
        ] {
            assert_eq!(made(text), Made::Taken, "{text}");
        }
        let short =
            "while True:\n    part = s.recv(9)\n    data += part\n    if len(part) < 9:\n        break\n";
        assert_eq!(made(short), Made::Measured);
        let empty =
            "while True:\n    part = s.recv(9)\n    data += part\n    if len(part) == 0:\n        break\n";
        assert_eq!(made(empty), Made::Kept);
    }

    #[test]
    fn a_rest_is_thrown_away_where_nobody_uses_it() {
        let thrown = |text: &str| {
            let source = Source::new(text);
            let line = source
                .find(|line| ["partition", "split", ".find", ".index"].iter().any(|it| line.contains(it)));
            throws_away(&source, line.expect("it looks for an end"))
        };
        assert_eq!(thrown("line, _, rest = data.partition(b'\\n')\nreturn line\n"), Some(true));
        assert_eq!(thrown("line, _, data = data.partition(b'\\n')\n"), Some(false));
        assert_eq!(thrown("line = data.split(b'\\n')[0]\n"), Some(true));
        assert_eq!(thrown("*lines, kept = (kept + data).split(b'\\n')\n"), Some(false));
        assert_eq!(thrown("end = data.index(b';')\nword = data[:end]\ndata = b''\n"), Some(true));
        assert_eq!(thrown("end = data.find(b';')\nword = data[:end]\ndata = data[end + 1:]\n"), Some(false));
        assert_eq!(thrown("for line in data.split(b'\\n'):\n    print(line)\n"), None);
    }

    #[test]
    fn a_loop_that_only_an_end_leaves_reads_to_the_end() {
        let reads = |text: &str| {
            let source = Source::new(text);
            let line = source.find(|line| line.contains("re") && line.contains('('));
            reads_to_end(&source, line.expect("it receives"))
        };
        assert!(reads("while True:\n    part = s.recv(9)\n    if not part:\n        break\n"));
        assert!(reads("while part := s.recv(9):\n    data += part\n"));
        assert!(reads("data = f.read()\n"));
        assert!(!reads("while len(data) < 9:\n    data += s.recv(9)\n"));
        assert!(!reads("while True:\n    data += s.recv(9)\n    if b'\\n' in data:\n        break\n"));
        assert!(!reads("data = s.recv(9)\n"));
    }
}
