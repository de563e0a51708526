//! `socketscope notes`: what a listing from somebody's notes gets wrong, and the repaired program.

use std::fs::File;
use std::io::{self, Read as _, Write as _};
use std::process::ExitCode;

use clap::Args;
use python::notes::{MAX_TEXT, Python, Review, review};
use serde_json::json;

/// Version of what is printed as JSON.
const VERSION: u32 = 1;

/// What to read.
#[derive(Args, Clone, Debug)]
pub(super) struct Options {
    /// The listing; `-` is standard input
    file: String,
    /// Everything that is said of it, as JSON
    #[arg(long)]
    json: bool,
    /// Where the repaired program is written, if there is one
    #[arg(long, value_name = "OUT")]
    repaired: Option<String>,
}

/// Exit codes: 0 nothing is wrong as far as can be seen, 1 something is, 2 a file could not be read or written.
pub(super) fn run(options: &Options) -> ExitCode {
    match reviewed(options) {
        Ok(review) if review.findings.is_empty() && review.unread.is_none() => ExitCode::SUCCESS,
        Ok(_) => ExitCode::FAILURE,
        Err(problem) => {
            eprintln!("socketscope: {problem}");
            ExitCode::from(2)
        }
    }
}

fn reviewed(options: &Options) -> Result<Review, String> {
    let file = &options.file;
    let text = read(file).map_err(|error| format!("cannot read {file}: {error}"))?;
    let review = review(&text);
    let told = if options.json {
        json!({ "version": VERSION, "review": review }).to_string()
    } else {
        told(file, &review)
    };
    super::print(told.trim_end());
    if let (Some(path), Some(repaired)) = (&options.repaired, &review.repaired) {
        std::fs::write(path, &repaired.text).map_err(|error| format!("cannot write {path}: {error}"))?;
    }
    let _ = io::stdout().flush();
    Ok(review)
}

/// The text of a file, a little longer than is reviewed at most: `/dev/zero` has no end. What is no UTF-8 is replaced.
fn read(file: &str) -> io::Result<String> {
    let mut bytes = Vec::new();
    let most = MAX_TEXT as u64 + 1;
    if file == "-" {
        io::stdin().lock().take(most).read_to_end(&mut bytes)?;
    } else {
        File::open(file)?.take(most).read_to_end(&mut bytes)?;
    }
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// The review as lines: which Python, then each mistake with its place, as compilers print them.
fn told(file: &str, review: &Review) -> String {
    let python = match review.python {
        Python::Two => "written for Python 2",
        Python::Three => "written for Python 3",
        Python::Either => "nothing shows which Python it was written for",
        Python::Mixed => "it has signs of Python 2 and of Python 3",
    };
    let mut out = format!("{file}: {python}\n");
    for sign in &review.signs {
        let since = sign.since.map_or(String::new(), |since| format!(" (since {since})"));
        out += &format!(
            "{file}:{}:{}: Python {}: {}{since}\n",
            sign.place.line, sign.place.from, sign.python, sign.what
        );
    }
    for finding in &review.findings {
        let may = if finding.sure { "" } else { "may go wrong: " };
        out += &format!(
            "{file}:{}:{}: {} {may}{}",
            finding.place.line, finding.place.from, finding.row, finding.what
        );
        if !finding.also.is_empty() {
            let lines: Vec<_> = finding.also.iter().map(u32::to_string).collect();
            out += &format!(" Also on line {}.", lines.join(", "));
        }
        if let Some(lesson) = finding.lesson {
            out += &format!(" See /lessons/{lesson}.");
        }
        out.push('\n');
    }
    if let Some(unread) = &review.unread {
        out += &format!("{file}: {unread}\n");
    }
    if review.findings.is_empty() && review.unread.is_none() {
        out += &format!("{file}: no mistake that can be seen without running it\n");
    }
    out
}
