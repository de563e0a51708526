//! `socketscope grade`: submissions to an exercise, each judged in a process of its own, so that none can harm the next.

mod job;
#[cfg(target_os = "linux")]
mod live;
mod submissions;
mod table;

use std::io::{self, IsTerminal as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use clap::Args;
use exercises::{Exercise, Live, Report, Verdict};

use super::Refused;
use job::Job;
use submissions::Submission;

pub(in crate::cli) use job::one;

/// Which exercise, and whose work.
#[derive(Args, Clone, Debug)]
pub(in crate::cli) struct Options {
    /// The exercise: its name on the site, or the path of its folder
    exercise: String,
    /// Submissions: a folder of files or of folders, each a submission, or one file
    #[arg(value_name = "DIR")]
    dir: PathBuf,
    /// One JSON object instead of a table: everything that is known of each
    #[arg(long, conflicts_with = "csv")]
    json: bool,
    /// CSV instead of a table, one line a submission
    #[arg(long)]
    csv: bool,
    /// Also run what passed on this machine's own kernel, as `live` does
    #[arg(long)]
    live: bool,
    /// Seconds that a submission may take
    #[arg(long, default_value_t = 60, value_parser = clap::value_parser!(u64).range(1..=3600))]
    seconds: u64,
    /// A folder with lessons and exercises of your own, as `serve --lessons` takes it: where to look for the name, too
    #[arg(long, value_name = "DIR")]
    lessons: Option<PathBuf>,
    /// Most unusual choices in a schedule [default: as the exercise says]
    #[arg(long, value_name = "N")]
    unusual: Option<u32>,
}

/// Exit codes: 0 every submission passed; 1 one did not; 2 usage; 4 none failed, and not all could be decided.
pub(in crate::cli) fn run(options: &Options) -> ExitCode {
    let found = exercise(&options.exercise, options.lessons.as_deref())
        .and_then(|it| Ok((submissions::of(&options.dir, &it.file)?, it)));
    let (submissions, mut exercise) = match found {
        Ok(found) => found,
        Err(refused) => return refused.tell(),
    };
    if let Some(unusual) = options.unusual {
        exercise.unusual = unusual;
        exercise.rounds.iter_mut().for_each(|round| round.unusual = None);
    }
    let reports = judge_all(options, &exercise, &submissions);
    let rows: Vec<_> = submissions.iter().zip(&reports).collect();
    // Whoever closed our output does not want the rest.
    let _ = if options.json {
        table::json(&exercise, &rows)
    } else if options.csv {
        table::csv(&exercise, &rows)
    } else {
        table::text(&exercise, &rows)
    };
    ExitCode::from(code(&reports))
}

fn code(reports: &[Report]) -> u8 {
    let failed = |it: &Report| {
        matches!(it.verdict, Verdict::Broken | Verdict::Unfit) || matches!(it.live, Some(Live::Failed(_)))
    };
    match reports {
        all if all.iter().any(failed) => 1,
        all if all.iter().all(Report::is_fine) => 0,
        _ => 4,
    }
}

/// The exercise of this name, ours or a teacher's own; or in this folder.
fn exercise(name: &str, own: Option<&Path>) -> Result<Exercise, Refused> {
    let told = |problems: Vec<lessons::Problem>| Refused {
        says: problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"),
        code: 2,
    };
    let dir = Path::new(name);
    if name.contains(std::path::MAIN_SEPARATOR) || dir.join("exercise.md").is_file() {
        return lessons::exercise(dir).map(|it| it.judged).map_err(told);
    }
    let lessons = crate::content::lessons(own).map_err(told)?;
    lessons.exercise(name).map(|it| it.judged.clone()).ok_or_else(|| {
        let names: Vec<_> = lessons.exercises.iter().map(lessons::Exercise::slug).collect();
        let says = format!("socketscope: no exercise is called {name}; there are {}. A folder is named by its path: ./{name}", names.join(", "));
        Refused { says, code: 2 }
    })
}

/// As many at once as there are processors: a report each, in their order. Who waits at a terminal is told how far it is.
fn judge_all(options: &Options, exercise: &Exercise, submissions: &[Submission]) -> Vec<Report> {
    let (next, done) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let watched = io::stderr().is_terminal();
    let reports = Mutex::new(vec![None; submissions.len()]);
    let workers = thread::available_parallelism().map_or(1, usize::from).min(submissions.len());
    thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(|| {
                while let Some(submission) = submissions.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let report = judge(options, exercise, submission);
                    let done = done.fetch_add(1, Ordering::Relaxed) + 1;
                    if watched {
                        eprintln!("judged {done} of {}: {}", submissions.len(), submission.name);
                    }
                    let place = submissions.iter().position(|it| std::ptr::eq(it, submission));
                    if let (Some(place), Ok(mut reports)) = (place, reports.lock()) {
                        reports[place] = Some(report);
                    }
                }
            });
        }
    });
    let stopped = || Report::without_rounds(Verdict::Stopped, "It could not be judged.");
    let reports = reports.into_inner().unwrap_or_default();
    reports.into_iter().map(|it| it.unwrap_or_else(stopped)).collect()
}

fn judge(options: &Options, exercise: &Exercise, submission: &Submission) -> Report {
    let text = match &submission.text {
        Ok(text) => text.clone(),
        Err(why) => return Report::without_rounds(Verdict::Unfit, why.clone()),
    };
    let job =
        Job { exercise: exercise.clone(), submission: text, seconds: options.seconds, live: options.live };
    job.in_a_process_of_its_own(Duration::from_secs(options.seconds))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exit_codes_say_the_worst() {
        let of = |verdict| Report::without_rounds(verdict, "");
        let (passed, broken, undecided) = (of(Verdict::Passed), of(Verdict::Broken), of(Verdict::Undecided));
        assert_eq!(code(std::slice::from_ref(&passed)), 0);
        assert_eq!(code(&[passed.clone(), broken, undecided.clone()]), 1);
        assert_eq!(code(&[passed.clone(), undecided]), 4);
        assert_eq!(code(&[passed.with_live(Live::Failed(String::new()))]), 1);
    }
}
