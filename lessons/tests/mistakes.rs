//! Mistakes in a lesson are told all at once: where, what, and how to mend them.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use lessons::{Lessons, read};

/// What is told about the lesson in `text`, one line a mistake.
fn told(text: &str) -> Vec<String> {
    read("x.md", "x", text).1.iter().map(ToString::to_string).collect()
}

const FRONT: &str =
    "+++\ntitle = \"T\"\npart = \"buffers\"\norder = 9\nminutes = 5\nlede = \"L\"\nabout = \"A\"\n+++\n";
/// The line of the body's first line.
const BODY: usize = 9;

/// What is told about a body under good front matter, without the file's name.
fn told_of_body(body: &str) -> Vec<String> {
    told(&format!("{FRONT}{body}")).iter().map(|line| line.trim_start_matches("x.md:").to_owned()).collect()
}

const STAGE: &str = r#"```figure
id = "one"
title = "One"
[scenario]
network = "loopback"
hosts = ["h"]
[[scenario.programs]]
name = "P"
host = "h"
file = "p.py"
source = "s = socket.socket()\ns.close()\n"
steps = [
    { line = 1, do = { call = { socket = { domain = "AF_INET", kind = "SOCK_STREAM" } } } },
    { line = 2, do = { call = { close = { fd = 3 } } } },
]
```
"#;

#[test]
fn a_file_with_five_mistakes_yields_five_lines() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("five.md");
    let text = "+++\n\
        title = \"Five\"\n\
        part = \"buffers\"\n\
        order = 90\n\
        minutes = \"long\"\n\
        lede = \"L\"\n\
        about = \"A\"\n\
        colour = \"red\"\n\
        +++\n\
        \n\
        ```figur\n\
        id = \"a\"\n\
        ```\n\
        \n\
        ## Two\n\
        \n\
        #### Four\n\
        \n\
        See [there](no-such-lesson).\n";
    std::fs::write(&file, text).unwrap();
    let problems = Lessons::with_folder(dir.path()).unwrap_err();
    let name = file.display().to_string();
    let lines: Vec<_> = problems.iter().map(|p| p.to_string().replace(&name, "five.md")).collect();
    assert_eq!(
        lines,
        [
            "five.md:5: `minutes` is not a number from 1 to 999. Write minutes = 12",
            "five.md:8: unknown field `colour`. The fields are title, part, order, minutes, lede, about, rows",
            "five.md:11: unknown block kind `figur`. Write figure, programs, predict, live, truth, measured, mistake, repair, fails, term, after, side, python or text",
            "five.md:17: a heading of level 4 below one of level 2. Use ###",
            "five.md:19: the link `no-such-lesson` leads to a page that does not exist. \
             Write a lesson's file name without .md",
        ]
    );
}

#[test]
fn a_good_stage_is_accepted() {
    assert_eq!(told_of_body(STAGE), Vec::<String>::new());
}

const PROGRAMS: &str = r#"```programs
id = "one"
title = "One"
[scenario]
network = "loopback"
hosts = ["h"]
[[scenario.programs]]
name = "P"
host = "h"
runs = "python"
file = "p.py"
source = "import socket\n"
```
"#;

#[test]
fn programs_are_python_with_a_text_and_a_file_of_their_own() {
    let predict = "```predict\nstage = \"one\"\nbefore = { program = \"P\", call = \"send\", nth = 1 }\nask = \"A\"\nbecause = \"B\"\n```\n";
    assert_eq!(
        told_of_body(&format!("{PROGRAMS}\n{predict}\n~~~after one Then\nText\n~~~\n")),
        Vec::<String>::new()
    );
    let line = |told: Vec<String>| told.first().cloned().unwrap_or_default();
    let script = line(told_of_body(&PROGRAMS.replace("runs = \"python\"\n", "")));
    assert!(script.starts_with(&format!("{}: the program `P` is not Python", BODY + 7)), "{script}");
    let file = line(told_of_body(&PROGRAMS.replace("p.py", "/etc/passwd")));
    assert!(file.starts_with(&format!("{}: `/etc/passwd` is no name", BODY + 10)), "{file}");
    let host = line(told_of_body(&PROGRAMS.replace("host = \"h\"", "host = \"g\"")));
    assert!(host.contains("host `g`"), "{host}");
    let text = line(told_of_body(&PROGRAMS.replace("import socket\\n", "import socket\\nif\\n")));
    assert!(text.contains("p.py, line 2: SyntaxError"), "{text}");
}

#[test]
fn a_toml_mistake_is_told_at_its_own_line_and_hides_nothing_else() {
    let body = STAGE.replace("hosts = [\"h\"]", "hosts = [\"h\"")
        + "\n```predict\nstage = \"one\"\nbefore = { program = \"P\", call = \"close\", nth = 1 }\nask = \"a\"\nbecause = \"b\"\n```\n\n# Title\n";
    let lines = told_of_body(&body);
    assert_eq!(lines.len(), 2, "{lines:#?}");
    let line: usize = lines[0].split(':').next().unwrap().parse().unwrap();
    assert!((BODY + 5..=BODY + 6).contains(&line), "{lines:#?}");
    assert!(lines[1].contains("a second title"), "{lines:#?}");
}

#[test]
fn a_step_must_stand_at_the_line_that_makes_its_call() {
    let lines = told_of_body(&STAGE.replace("{ line = 2, do", "{ line = 1, do"));
    assert_eq!(
        lines,
        [
            "22: line 1 of p.py is `s = socket.socket()`, but the step there is `close`. Give the step the line that does it"
        ]
    );
    let lines = told_of_body(&STAGE.replace("{ line = 2, do", "{ line = 7, do"));
    assert_eq!(lines, ["22: a step at line 7 of p.py, which is not there. p.py has lines 1 to 2"]);
}

#[test]
fn a_prediction_must_ask_about_something_that_can_come() {
    let predict = |stage: &str, program: &str, call: &str| {
        let text = format!(
            "{STAGE}```predict\nstage = \"{stage}\"\nbefore = {{ program = \"{program}\", call = \"{call}\", nth = 1 }}\nask = \"a\"\nbecause = \"b\"\n```\n"
        );
        told_of_body(&text)
    };
    assert_eq!(predict("one", "P", "close"), Vec::<String>::new());
    assert!(
        predict("two", "P", "close")[0].contains("the stage `two`, which is not here. Its figures are: one")
    );
    assert!(predict("one", "Q", "close")[0].contains("no program `Q`. Its programs are: P"));
    assert!(predict("one", "P", "send")[0].contains("its calls are: close, socket"));
}

#[test]
fn a_prediction_whose_moment_never_comes_is_told() {
    let predict = |call: &str| {
        format!(
            "```predict\nstage = \"one\"\nbefore = {{ program = \"P\", call = \"{call}\", nth = 1 }}\nask = \"A\"\nbecause = \"B\"\n```\n"
        )
    };
    let program = PROGRAMS
        .replace("import socket\\n", "import socket\\nsocket.socket()\\nif False:\\n    s.send(b'')\\n");
    let text = format!("{FRONT}{program}\n{}\n{}", predict("socket"), predict("send"));
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("own.md"), &text).unwrap();
    let problems = Lessons::with_folder(dir.path()).unwrap_err();
    let [problem] = &problems[..] else { panic!("{problems:#?}") };
    assert!(problem.what.contains("`P` comes to no 1. call of `send` when nobody interferes"), "{problem}");
    let asks = text.lines().position(|line| line.contains("call = \"send\"")).unwrap();
    assert_eq!(problem.line as usize, asks, "{problem}");
}

#[test]
fn ids_are_given_once() {
    let lines = told_of_body(&format!("{STAGE}{STAGE}"));
    assert_eq!(lines.len(), 1);
    assert!(lines[0].contains("a second `one` in this lesson"), "{lines:#?}");
    assert!(told_of_body("## A {#a}\n\n## B {#a}\n")[0].contains("a second `a`"));
}

#[test]
fn raw_html_images_without_text_and_dead_links_are_refused() {
    assert!(told_of_body("<div>x</div>\n")[0].contains("raw HTML `<div>x</div>`"));
    assert!(told_of_body("a <b>c</b>\n")[0].contains("raw HTML `<b>`"));
    assert!(told_of_body("![](a.svg)\n")[0].contains("the image `a.svg` has no text"));
    assert!(told_of_body("![a wire](a.svg)\n").is_empty());
    assert!(told_of_body("![a](https://a.example/a.png)\n")[0].contains("on another site"));
}

#[test]
fn a_mistake_inside_a_folded_text_is_told_at_its_line_of_the_file() {
    let lines = told_of_body(&format!("{STAGE}\n~~~after one What happened\nText\n\n```what\n```\n~~~\n"));
    let line = BODY + STAGE.lines().count() + 1 + 3;
    assert_eq!(lines.len(), 1);
    assert!(lines[0].starts_with(&format!("{line}: unknown block kind `what`")), "{lines:#?}");
}

#[test]
fn a_folder_that_is_not_there_is_told() {
    let problems = Lessons::with_folder(std::path::Path::new("no/such/folder")).unwrap_err();
    assert!(problems[0].to_string().contains("cannot be read"), "{}", problems[0]);
}

#[test]
fn an_unfinished_mark_is_told_wherever_it_stands() {
    assert_eq!(
        told_of_body("One.\n\nThis is TBD.\n"),
        [format!("{}: unfinished: `TBD`. Write what belongs there, or take it out", BODY + 2)]
    );
    assert_eq!(
        told(&FRONT.replace("lede = \"L\"", "lede = \"Lorem ipsum\""))[0].split(". ").next().unwrap(),
        "x.md:6: unfinished: `lorem`"
    );
    let predict = "```predict\nstage = \"one\"\nbefore = { program = \"P\", call = \"close\", nth = 1 }\nask = \"???\"\nbecause = \"B\"\n```\n";
    assert!(told_of_body(&format!("{STAGE}{predict}"))[0].contains("unfinished: `???`"));
    assert!(told_of_body("Somebody’s `# TODO`.\n").is_empty());
}
