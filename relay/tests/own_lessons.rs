//! A teacher's own lessons and exercises: `serve` and `grade` with `--lessons DIR`.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use std::fs;
use std::path::Path;

use common::ask_at;
use common::process::{Serving, run};

const LESSON: &str = "+++\ntitle = \"Monday’s class\"\npart = \"buffers\"\norder = 9\nminutes = 5\nlede = \"L\"\nabout = \"A\"\n+++\n\
    Read [the exercise](/exercises/say-hello).\n";

const TASK: &str = "+++
title = \"Say hello\"
lede = \"A word on a wire.\"
about = \"Send one word.\"
order = 90
minutes = 5
lessons = [\"monday\"]
file = \"greeter.py\"
unusual = 1

[[rounds]]
says = \"a server that reads to the end\"
programs = [\"server.py\", \"greeter.py\"]
+++

Send the word `hello` to port 7000, and nothing else.

~~~hint
What does the server read?
~~~

~~~hint
Which call sends all of it?
~~~

~~~hint
`sendall`, then `close`.
~~~

~~~part All of it
```python greeter.py
import socket

sock = socket.create_connection((\"127.0.0.1\", 7000))
sock.sendall(b\"hello\")
sock.close()
```

The end of the connection ends the word.
~~~
";

const SOLUTION: &str = "import socket\n\nsock = socket.create_connection((\"127.0.0.1\", 7000))\nsock.sendall(b\"hello\")\nsock.close()\n";
const STARTER: &str = "# Monday: say it.\nimport socket\n\nsock = socket.create_connection((\"127.0.0.1\", 7000))\nsock.close()\n";
const SERVER: &str = "import socket\n\nlistener = socket.create_server((\"127.0.0.1\", 7000))\nconn, _ = listener.accept()\nword = b\"\"\n\
    while part := conn.recv(10):\n    word += part\nassert word == b\"hello\", word\nconn.close()\nlistener.close()\n";

/// A folder with a lesson and the exercise `say-hello`, whose task is this.
fn folder(task: &str) -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    let exercise = dir.path().join("exercises/say-hello");
    fs::create_dir_all(&exercise).unwrap();
    fs::write(dir.path().join("monday.md"), LESSON).unwrap();
    for (name, text) in
        [("exercise.md", task), ("starter.py", STARTER), ("solution.py", SOLUTION), ("server.py", SERVER)]
    {
        fs::write(exercise.join(name), text).unwrap();
    }
    dir
}

fn path(path: &Path) -> &str {
    path.to_str().unwrap()
}

async fn page(relay: &Serving, path: &str) -> String {
    let (head, body) = ask_at(([127, 0, 0, 1], relay.port).into(), "GET", path, "").await;
    assert!(head.starts_with("http/1.1 200"), "{path}: {head}");
    String::from_utf8(body).unwrap()
}

#[tokio::test]
async fn lessons_and_exercises_of_a_teachers_own_are_served_beside_ours_and_in_the_place_of_the_same_name() {
    let dir = folder(TASK);
    // Lessons of ours lead to figures of this one, which the teacher's does not have.
    let taken = LESSON.replace("Monday’s class", "Another way to send");
    fs::write(dir.path().join("how-much-did-send-take.md"), taken.replace("order = 9\n", "order = 1\n"))
        .unwrap();
    let relay = Serving::start(&["--lessons", path(dir.path())]);
    let exercise = page(&relay, "/exercises/say-hello").await;
    for part in [
        "<h1>Say hello</h1>",
        "Send the word <code>hello</code> to port 7000",
        "a server that reads to the end",
        "# Monday: say it.",
        "download=\"greeter.py\"",
        "/lessons/monday",
    ] {
        assert!(exercise.contains(part), "{part} is missing:\n{exercise}");
    }
    let index = page(&relay, "/exercises").await;
    assert!(index.contains("\"exercises/say-hello\"") && index.contains("\"exercises/send-all\""), "{index}");
    assert!(page(&relay, "/lessons/monday").await.contains("Monday’s class"));
    assert!(page(&relay, "/").await.contains("\"lessons/monday\""), "the map has it");
    assert!(page(&relay, "/lessons/how-much-did-send-take").await.contains("Another way to send"));
}

#[test]
fn a_broken_exercise_is_not_served_and_each_mistake_is_told_with_its_place() {
    let dir = folder(&TASK.replace("\"server.py\", \"greeter.py\"", "\"severer.py\", \"greeter.py\""));
    fs::write(dir.path().join("exercises/say-hello/server.py"), "import socket\nx = = 1\n").unwrap();
    let (code, out, err) = run(&["serve", "--port", "0", "--lessons", path(dir.path())], "");
    assert_eq!((code, out.as_str()), (1, ""), "{err}");
    let at = dir.path().join("exercises/say-hello");
    let lines: Vec<_> = err.lines().collect();
    assert_eq!(lines.len(), 2, "{err}");
    let says =
        format!("{}/exercise.md:12: there is no `severer.py`. The folder has server.py, ", at.display());
    assert!(lines[0].starts_with(&says), "{err}");
    assert!(lines[1].starts_with(&format!("{}/server.py:2: SyntaxError", at.display())), "{err}");
    let (code, _, err) = run(&["serve", "--port", "0", "--lessons", "no/such/folder"], "");
    assert!(code == 1 && err.starts_with("no/such/folder:1: cannot be read"), "{err}");
}

#[test]
fn grade_finds_a_teachers_exercise_by_its_name_and_judges_with_it() {
    let dir = folder(TASK);
    let at = dir.path().join("exercises/say-hello");
    let own = ["--lessons", path(dir.path())];
    let right = run(&[&["grade", "say-hello", path(&at.join("solution.py"))], &own[..]].concat(), "");
    assert_eq!(right.0, 0, "{right:?}");
    let wrong = run(&[&["grade", "say-hello", path(&at.join("starter.py"))], &own[..]].concat(), "");
    assert!(wrong.0 == 1 && wrong.1.contains("AssertionError"), "{wrong:?}");
    let (code, _, err) = run(&["grade", "say-hello", path(&at.join("solution.py"))], "");
    assert!(code == 2 && err.contains("no exercise is called say-hello"), "{err}");
}

#[test]
fn export_site_writes_a_teachers_own_pages_too() {
    let (dir, site) = (folder(TASK), tempfile::tempdir().unwrap());
    let (code, _, err) = run(&["export-site", path(site.path()), "--lessons", path(dir.path())], "");
    assert_eq!(code, 0, "{err}");
    let page = |name: &str| {
        let file = site.path().join(name);
        let found =
            [file.join("index.html"), file.with_extension("html")].into_iter().find(|it| it.is_file());
        fs::read_to_string(found.unwrap_or(file)).unwrap()
    };
    assert!(page("exercises/say-hello").contains("<h1>Say hello</h1>"));
    assert!(page("exercises/send-all").contains("<h1>"), "ours are there as well");
    assert!(page("lessons/monday").contains("Monday’s class"));
}
