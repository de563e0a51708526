//! The bug clinic: what its pages say came of their programs is what `socketscope explore` says.
//!
//! `RECORD=1 cargo test -p relay --test clinic` writes the records; `ONLY=b8` asks for some pages alone.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Output};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use flate2::Compression;
use flate2::write::DeflateEncoder;
use lessons::Lessons;
use lessons::clinic::{Case, Mistake, Outcome, Recorded, Shows, Text};

const RECORDS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../lessons/clinic/recorded");
/// States of a page's programs: what a build without optimisation looks at in about a second.
const STATES: u32 = 4000;

fn socketscope(dir: &Path, command: &str, texts: &[&Text], more: &[&str]) -> Output {
    let files = texts.iter().map(|text| text.file.as_str());
    let args = [command].into_iter().chain(files).chain(more.iter().copied());
    Command::new(env!("CARGO_BIN_EXE_socketscope")).current_dir(dir).args(args).output().unwrap()
}

/// What comes of programs; of those that end in an exception whatever happens, what Python says too.
fn outcome(texts: &[&Text], mistake: &Mistake) -> Outcome {
    let dir = tempfile::tempdir().unwrap();
    for text in texts {
        fs::write(dir.path().join(&text.file), &text.source).unwrap();
    }
    let states = mistake.states.unwrap_or(STATES).to_string();
    let sizes = mistake.buffers.map(|it| format!("{}/{}", it.sndbuf, it.rcvbuf));
    let more = sizes.iter().flat_map(|it| ["--buffers", it]);
    let more: Vec<_> = ["--json", "--budget", &states].into_iter().chain(more).collect();
    let said = socketscope(dir.path(), "explore", texts, &more);
    let mut outcome: Outcome = serde_json::from_slice(&said.stdout).unwrap_or_else(|_| Outcome {
        answer: "refused".into(),
        error: String::from_utf8(said.stderr).unwrap(),
        ..Outcome::default()
    });
    if let Some(broken) = &mut outcome.broken {
        // After how many steps of the run the unusual has happened: there the stage opens.
        let said: serde_json::Value = serde_json::from_slice(&said.stdout).unwrap();
        let at = said["broken"]["at"].as_u64();
        broken.link = broken.link.as_deref().and_then(|link| on_the_stage(texts, link, at));
    }
    if mistake.shows == Shows::Exception && outcome.answer == "broken" {
        outcome.error = String::from_utf8(socketscope(dir.path(), "python", texts, &[]).stderr).unwrap();
    }
    outcome
}

/// The link of a run as the page of programs takes it, whose files have these names: the texts, the run, and where it opens if not at
/// its end.
fn on_the_stage(texts: &[&Text], link: &str, at: Option<u64>) -> Option<String> {
    let files: Vec<_> = texts.iter().map(|text| &text.file).collect();
    if files != ["server.py", "client.py"] {
        return None;
    }
    let sources: Vec<_> = texts.iter().map(|text| &text.source).collect();
    let work = serde_json::json!({ "files": files, "texts": sources }).to_string();
    let mut packed = DeflateEncoder::new(Vec::new(), Compression::best());
    packed.write_all(work.as_bytes()).unwrap();
    let packed = URL_SAFE_NO_PAD.encode(packed.finish().unwrap());
    let at = at.map(|at| format!(".{at}")).unwrap_or_default();
    Some(format!("#programs@p1.{packed}.{}{at}", link.strip_prefix(world::LINK)?))
}

fn recorded(case: &Case) -> Recorded {
    let (mistake, _) = case.programs().unwrap();
    let wrong: Vec<_> = mistake.programs.iter().collect();
    let of = |texts: &[&Text]| outcome(texts, mistake);
    Recorded { wrong: of(&wrong), repaired: of(&case.repaired()) }
}

/// What is wrong with a page whose programs do this.
fn judge(case: &Case, now: &Recorded) -> Result<(), String> {
    let (mistake, _) = case.programs().unwrap();
    let fits = match mistake.shows {
        Shows::Exception => now.wrong.error.contains("Error") && now.wrong.answer != "stands",
        Shows::Run => now
            .wrong
            .broken
            .as_ref()
            .is_some_and(|it| it.row.as_deref() == Some(case.row()) && it.link.is_some()),
        Shows::Habit => {
            now.wrong.answer == "stands"
                && now.wrong.findings.iter().any(|it| it.contains(&format!("({})", case.row())))
        }
    };
    if !fits {
        return Err(format!("does not show as it should: {:#?}", now.wrong));
    }
    // What a repaired program has to stand is more than nothing, and nothing is left to say of it.
    if now.repaired.broken.is_some() || !now.repaired.findings.is_empty() || now.repaired.answer == "refused"
    {
        return Err(format!("is not repaired: {:#?}", now.repaired));
    }
    if *now != case.recorded {
        return Err(format!(
            "is recorded otherwise. RECORD=1 cargo test -p relay --test clinic writes:\n{now:#?}"
        ));
    }
    Ok(())
}

#[test]
fn what_is_recorded_is_what_comes_of_the_programs() {
    let cases = Lessons::embedded().unwrap_or_else(|problems| panic!("{problems:?}")).clinic;
    let only = std::env::var("ONLY").unwrap_or_default();
    let cases: Vec<_> = cases.into_iter().filter(|it| it.page.slug.starts_with(&only)).collect();
    assert!(!cases.is_empty(), "there are pages");
    let next = AtomicUsize::new(0);
    let worker = || {
        let mut problems = Vec::new();
        while let Some(case) = cases.get(next.fetch_add(1, Ordering::Relaxed)) {
            let now = recorded(case);
            let mut case = case.clone();
            if std::env::var_os("RECORD").is_some() {
                let text = serde_json::to_string_pretty(&now).unwrap() + "\n";
                fs::write(Path::new(RECORDS).join(format!("{}.json", case.page.slug)), text).unwrap();
                case.recorded = now.clone();
            }
            problems.extend(judge(&case, &now).err().map(|it| format!("{} {it}", case.page.file)));
        }
        problems
    };
    let problems: Vec<_> = thread::scope(|scope| {
        let workers = [scope.spawn(worker), scope.spawn(worker)];
        workers.into_iter().flat_map(|it| it.join().unwrap()).collect()
    });
    assert!(problems.is_empty(), "{} pages:\n{}", problems.len(), problems.join("\n"));
}
