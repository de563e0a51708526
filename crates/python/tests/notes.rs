//! Listings as notes have them, mistakes and all: what the review says of each, and the programs that it gives back.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use proptest::prelude::*;
use python::notes::{Review, review};

/// The folder of the listings.
const LISTINGS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/notes");

/// Every listing: its name and its text.
fn listings() -> Vec<(String, String)> {
    let mut all: Vec<_> = python_files(Path::new(LISTINGS));
    all.sort();
    all.into_iter()
        .map(|path| {
            (path.file_stem().unwrap().to_str().unwrap().to_owned(), std::fs::read_to_string(path).unwrap())
        })
        .collect()
}

fn python_files(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    entries
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|it| it == "py"))
        .collect()
}

/// Whether this machine has the Python that decides.
fn has_python() -> bool {
    let python =
        Command::new("python3.11").arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status();
    python.is_ok_and(|status| status.success())
}

/// What CPython says of a program that it only compiles; empty if nothing.
fn compiled(text: &str) -> String {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("program.py");
    std::fs::write(&path, text).unwrap();
    let done =
        Command::new("python3.11").args(["-W", "error", "-m", "py_compile"]).arg(&path).output().unwrap();
    String::from_utf8_lossy(&done.stderr).into_owned()
}

fn rows(review: &Review) -> Vec<String> {
    review.findings.iter().map(|it| format!("{}:{} {}", it.place.line, it.row, it.what)).collect()
}

#[test]
fn each_listing_is_reviewed_as_it_was_before() {
    for (name, text) in listings() {
        let mut review = review(&text);
        let repaired = review.repaired.as_mut().map(|repaired| std::mem::take(&mut repaired.text));
        insta::with_settings!({ snapshot_path => "notes/reviews", prepend_module_to_snapshot => false }, {
            insta::assert_json_snapshot!(name.clone(), review);
            insta::assert_snapshot!(format!("{name}.repaired"), repaired.unwrap_or_default());
        });
    }
}

#[test]
fn a_repaired_listing_has_nothing_left_to_repair() {
    for (name, text) in listings() {
        let Some(repaired) = review(&text).repaired else { panic!("{name} is not repaired") };
        let again = review(&repaired.text);
        assert_eq!(rows(&again), [] as [String; 0], "{name}:\n{}", repaired.text);
        assert_eq!((again.repaired, again.unread), (None, None), "{name}");
    }
}

#[test]
fn every_finding_of_the_listings_is_repaired_on_lines_that_are_marked() {
    for (name, text) in listings() {
        let review = review(&text);
        let lines = review.repaired.as_ref().unwrap().text.lines().count() as u32;
        for (k, finding) in review.findings.iter().enumerate() {
            let marks: Vec<_> =
                review.repaired.as_ref().unwrap().marks.iter().filter(|mark| mark.finding == k).collect();
            assert!(finding.repaired && !marks.is_empty(), "{name}: {finding:?}");
            assert!(
                marks.iter().all(|mark| 1 <= mark.from && mark.from <= mark.to && mark.to <= lines),
                "{name}: {marks:?}"
            );
        }
    }
}

#[test]
fn cpython_compiles_every_repaired_listing() {
    if !has_python() {
        return eprintln!("skipped: no python3.11");
    }
    for (name, text) in listings() {
        let repaired = review(&text).repaired.unwrap().text;
        assert_eq!(compiled(&repaired), "", "{name}:\n{repaired}");
    }
}

#[test]
fn right_programs_raise_no_alarm() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut programs = Vec::new();
    // Programs that make a mistake to show what it raises are no right programs.
    let wrong_on_purpose =
        |text: &str| ["TypeError", "AttributeError", "NameError"].iter().any(|name| text.contains(name));
    for path in python_files(&root.join("tests/goldens/sockets")) {
        let text = std::fs::read_to_string(&path).unwrap();
        if !wrong_on_purpose(&text) {
            programs.push((path.display().to_string(), text));
        }
    }
    for folder in ["content", "experiments"] {
        for entry in std::fs::read_dir(root.join("../../lessons").join(folder)).unwrap() {
            let path = entry.unwrap().path();
            let text = std::fs::read_to_string(&path).unwrap();
            for (k, block) in text.split("```python ").skip(1).enumerate() {
                let (_, rest) = block.split_once('\n').unwrap();
                let text = rest.split("```").next().unwrap();
                if !wrong_on_purpose(text) {
                    programs.push((format!("{} {k}", path.display()), text.to_owned()));
                }
            }
        }
    }
    assert!(programs.len() >= 60, "the lessons have listings, and there are goldens");
    for (name, text) in programs {
        let review = review(&text);
        assert_eq!(rows(&review), [] as [String; 0], "{name}:\n{text}");
        assert_eq!((review.repaired, review.unread), (None, None), "{name}");
    }
}

/// Pieces of listings, cut anywhere and put together anyhow.
fn mutated() -> impl Strategy<Value = String> {
    let texts: Vec<String> = listings().into_iter().map(|(_, text)| text).collect();
    let piece = (0..texts.len(), any::<prop::sample::Index>(), 0..400_usize).prop_map(move |(k, at, len)| {
        let chars: Vec<char> = texts[k].chars().collect();
        let at = at.index(chars.len());
        chars[at..(at + len).min(chars.len())].iter().collect::<String>()
    });
    let odd = prop::sample::select(vec![
        "(", ")", "'", "\"\"\"", "\n", "\n    ", "\t", ":", "`", ",", "“", "é", "\0", "\\\n", ">>> ", "f'{",
        "lambda ",
    ]);
    let piece = prop_oneof![3 => piece, 1 => odd.prop_map(str::to_owned)];
    prop::collection::vec(piece, 1..8).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    #[test]
    fn any_text_is_reviewed(text in "\\PC{0,200}|[ -~\\n\\t“é]{0,400}") {
        review(&text);
    }

    #[test]
    fn any_mixture_of_listings_is_reviewed_and_what_is_given_back_is_valid(text in mutated()) {
        let review = review(&text);
        for mark in review.repaired.iter().flat_map(|repaired| &repaired.marks) {
            prop_assert!(mark.finding < review.findings.len());
        }
        if let Some(repaired) = review.repaired {
            prop_assert!(python::notes::review(&repaired.text).unread.is_none());
        }
    }
}

/// What a listing around a socket `s` is told of: the rows, each once.
fn told(body: &str) -> Vec<&'static str> {
    let text = format!("import socket\nimport threading\ns = socket.socket()\n{body}\n");
    let review = review(&text);
    assert_eq!(review.unread, None, "{text}");
    let rows: std::collections::BTreeSet<_> = review.findings.iter().map(|it| it.row).collect();
    rows.into_iter().collect()
}

#[test]
fn each_mistake_is_seen_by_itself() {
    let mistakes = [
        ("B1", "s.connect(('host'), 80)"),
        ("B1", "s.bind('', 80)"),
        ("B1", "s.bind(8080)"),
        ("B1", "s.connect('localhost:80')"),
        ("B1", "s.connect(('localhost', '80'))"),
        ("B1", "port = input()\ns.bind(('', port))"),
        ("B1", "c = socket.create_connection('localhost', 80)"),
        ("B1", "def f(c):\n    c.close()\nthreading.Thread(target=f, args=(s)).start()"),
        ("B2", "t = socket.socket(socket.AF_INTE, socket.SOCK_STREAM)"),
        ("B2", "t = socket.socket(AF_INET, SOCK_STREAM)"),
        ("B2", "s.recieve(10)"),
        ("B3", "server = socket.bind(('', 80))"),
        ("B3", "t = s.connect(('h', 80))\nt.sendall(b'x')"),
        ("B3", "s = s.listen(1)\nc, a = s.accept()"),
        ("B3", "t = socket.socket().bind(('', 1))\nt.listen(1)"),
        ("B3", "c = s.accept()\nc.close()"),
        ("B4", "def f():\n    pass\nt = threading.Thread(target=f)\nt.run()"),
        ("B4", "def f():\n    pass\nthreading.Thread(target=f()).start()"),
        ("B5", "data = s.recv(9)\nif data == '':\n    s.close()"),
        ("B5", "data = ''\nwhile data != 'end':\n    data = s.recv(9)"),
        ("B5", "if s.recv(9).strip() in ('quit', 'exit'):\n    s.close()"),
        ("B6", "all = []\nall.append(s.recv(9))\nprint(''.join(all))"),
        ("B6", "text = ''\nwhile True:\n    text += s.recv(9)"),
        ("B7", "while True:\n    data = s.recv(9)\n    if data is None:\n        break"),
        ("B7", "data = s.recv(9)\nwhile data != None:\n    data = s.recv(9)"),
        ("B17", "while True:\n    s.accept()\ns.close()"),
        ("B17", "def f():\n    return 1\n    s.close()\nf()"),
        ("B21", "def f(m):\n    n = 0\n    while n < 4096:\n        n += s.send(m[n:])\nf(b'x')"),
        ("B23", "print(s.recv(9)"),
        ("B23", "server_socket = s\nserversocket.close()"),
        ("B23", "time.sleep(1)"),
        ("B23", "count = 0\ndef f():\n    count += 1\nf()"),
        ("B23", "total = total + 1"),
        ("C37", "s.send('text')"),
        ("C37", "s.sendall('%d' % 1)"),
        ("C37", "s.send(input())"),
        ("C37", "s.sendto(f'{1}', ('h', 1))"),
        ("C37", "print('got ' + s.recv(9))"),
        ("C37", "for line in s.recv(9).split('\\n'):\n    print(line)"),
        ("C37", "try:\n    s.close()\nexcept OSError as e:\n    print(e[0])"),
    ];
    for (row, body) in mistakes {
        assert_eq!(told(body), [row], "{body}");
    }
}

#[test]
fn what_only_looks_like_a_mistake_is_left_alone() {
    let right = [
        "s.connect(('host', 80))",
        "address = ('host', 80)\ns.connect(address)",
        "def f(address):\n    s.bind(address)\nf(('', 80))",
        "c = socket.create_connection(('h', 80), 5)",
        "c = socket.create_connection(('h', '80'))",
        "t = socket.socket(socket.AF_UNIX)\nt.connect('/tmp/x')",
        "done = s.connect_ex(('h', 80))\nprint(done)",
        "conn = s.accept()[0]\nconn.close()",
        "pair = s.accept()\nprint(pair[0], pair)",
        "class T(threading.Thread):\n    def run(self):\n        pass\nt = T()\nt.start()\nt.run()",
        "class Job:\n    def run(self):\n        pass\nJob().run()",
        "def make():\n    return print\nthreading.Thread(target=make()).start()",
        "data = s.recv(9).decode()\nif data == '':\n    s.close()",
        "data = input()\nif data == 'q':\n    s.close()\ndata = s.recv(9)",
        "data = None\nwhile data is None:\n    data = s.recv(9) or None",
        "def take():\n    data = s.recv(9)\n    return data or None\nif take() is None:\n    s.close()",
        "class Line:\n    def recv(self, n):\n        return 'text'\nif Line().recv(9) == '':\n    pass",
        "all = []\nall.append(s.recv(9).decode())\nprint(''.join(all))",
        "while True:\n    if s.recv(9) == b'':\n        break\ns.close()",
        "def f():\n    while True:\n        if not s.recv(9):\n            return\n    return 1\nf()",
        "try:\n    while True:\n        s.accept()\nfinally:\n    s.close()",
        "def f(m):\n    n = 0\n    while n < len(m):\n        n += s.send(m[n:])\nf(b'x')",
        "def f(m):\n    size = len(m)\n    n = 0\n    while n < size:\n        n += s.send(m[n:])\nf(b'x')",
        "def f(m):\n    if len(m) != 4096:\n        raise ValueError(m)\n    n = 0\n    while n < 4096:\n        n += s.send(m[n:])\nf(b'x')",
        "def g():\n    x = yield\n    print(x)\nt = g()\nt.send('text')\nt.close()",
        "class Chat:\n    def send(self, text):\n        s.sendall(text.encode())\nChat().send('text')",
        "def send(data):\n    if isinstance(data, str):\n        data = data.encode()\n    s.sendall(data)\nsend('text')",
        "s.send('text'.encode())\ns.sendall(bytes(1) + b'x')",
        "count = 0\ndef f():\n    global count\n    count += 1\nf()",
        "for k in range(2):\n    last = k\nprint(last)",
        "try:\n    import time\nexcept ImportError:\n    time = None\nif time:\n    time.sleep(1)",
        "def f():\n    print(later)\nlater = 1\nf()",
        "print('a', end='')\nprint((1, 2))\nprint",
        "try:\n    s.close()\nexcept OSError as e:\n    print(e.args[0], e.errno)",
        "socket.SO_EXCLUSIVEADDRUSE if hasattr(socket, 'SO_EXCLUSIVEADDRUSE') else 0",
    ];
    for body in right {
        assert_eq!(told(body), [] as [&str; 0], "{body}");
    }
}

#[test]
fn long_and_odd_texts_are_reviewed() {
    let most = python::notes::MAX_TEXT;
    let of = |piece: &str, len: usize| piece.repeat(len / piece.len());
    for piece in [
        "(",
        "`",
        "'",
        "\"\"\"",
        "print (\n",
        "if a: x = 1\n",
        "while True:\n x\ny.close()\n",
        ">>> ",
        "a.has_key(",
        "\0",
        "é“",
    ] {
        review(&of(piece, 12_000));
    }
    assert!(review(&of("x = 1\n", most + 6)).unread.is_some());
    assert_eq!(review(&of("x = 1\n", most)).unread, None);
    assert_eq!(review("").findings, []);
}
