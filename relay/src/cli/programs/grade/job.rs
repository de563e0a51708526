//! One submission, judged in a process of its own: bounded in time and memory, and what becomes of it is a report in any case.

use std::io::{self, Read as _, Write as _};
use std::process::{Child, Command, ExitCode, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use exercises::{Exercise, Live, Report, Verdict};
use serde::{Deserialize, Serialize};

/// Choices that are tried before the clock is looked at.
const CHOICES: u64 = 500;
/// How much longer than it may take a process is left before it is ended, in addition to the time of live runs.
const GRACE: Duration = Duration::from_secs(3);
/// Bytes of address space that a process may have.
#[cfg(target_os = "linux")]
const MEMORY: u64 = 3 << 30;

/// What a process is asked to judge.
#[derive(Serialize, Deserialize)]
pub(super) struct Job {
    pub(super) exercise: Exercise,
    pub(super) submission: String,
    pub(super) seconds: u64,
    pub(super) live: bool,
}

impl Job {
    /// Starts a process for it, and ends that when its time is over.
    pub(super) fn in_a_process_of_its_own(&self, most: Duration) -> Report {
        self.start().and_then(|child| self.wait(child, most)).unwrap_or_else(|error| {
            Report::without_rounds(Verdict::Stopped, format!("It could not be judged: {error}."))
        })
    }

    fn start(&self) -> io::Result<Child> {
        let mut child = Command::new(std::env::current_exe()?)
            .arg("grade-one")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()?;
        if let Some(mut stdin) = child.stdin.take() {
            // It reads all of it before it begins.
            stdin.write_all(&serde_json::to_vec(self)?)?;
        }
        Ok(child)
    }

    fn wait(&self, mut child: Child, most: Duration) -> io::Result<Report> {
        let stdout = child.stdout.take();
        let reader = thread::spawn(move || {
            let mut bytes = Vec::new();
            stdout.map(|mut it| it.read_to_end(&mut bytes));
            bytes
        });
        let live = if self.live {
            super::super::LIVE_MOST * self.exercise.rounds.len() as u32
        } else {
            Duration::ZERO
        };
        let until = Instant::now() + most + GRACE + live;
        let status = loop {
            if let Some(status) = child.try_wait()? {
                break Some(status);
            }
            if Instant::now() >= until {
                child.kill()?;
                child.wait()?;
                break None;
            }
            thread::sleep(Duration::from_millis(5));
        };
        let bytes = reader.join().unwrap_or_default();
        Ok(match (serde_json::from_slice(&bytes), status) {
            (Ok(report), _) => report,
            (Err(_), None) => Report::without_rounds(
                Verdict::Stopped,
                format!("Judging it took more than {} seconds, and was ended.", most.as_secs()),
            ),
            (Err(_), Some(status)) => Report::without_rounds(
                Verdict::Stopped,
                format!("Judging it took too much memory, or failed ({status})."),
            ),
        })
    }

    fn report(&self) -> Report {
        let until = Instant::now() + Duration::from_secs(self.seconds);
        let mut judge = self.exercise.judge(&self.submission);
        let report = loop {
            if let Some(report) = judge.go_on(CHOICES) {
                break report.clone();
            }
            if Instant::now() >= until {
                break judge.give_up().clone();
            }
        };
        if !self.live {
            return report;
        }
        let live = match report.verdict {
            Verdict::Passed => self.live(),
            _ => Live::NotRun("it did not pass".into()),
        };
        report.with_live(live)
    }

    #[cfg(target_os = "linux")]
    fn live(&self) -> Live {
        super::live::run(&self.exercise, &self.submission)
    }

    #[cfg(not(target_os = "linux"))]
    fn live(&self) -> Live {
        Live::NotRun("real kernels need Linux".into())
    }
}

/// Reads a job, and writes its report.
pub(in crate::cli) fn one() -> ExitCode {
    limit();
    let job = serde_json::from_reader::<_, Job>(io::stdin().lock());
    let written = job.map_err(io::Error::from).and_then(|job| {
        let report = serde_json::to_vec(&job.report())?;
        io::stdout().lock().write_all(&report)
    });
    match written {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("socketscope: grade-one reads what `socketscope grade` gives it: {error}");
            ExitCode::from(2)
        }
    }
}

#[cfg(target_os = "linux")]
fn limit() {
    use nix::sys::resource::{Resource, setrlimit};

    // Without it the limits of the Python machine still hold.
    let _ = setrlimit(Resource::RLIMIT_AS, MEMORY, MEMORY);
    let _ = setrlimit(Resource::RLIMIT_CORE, 0, 0);
}

#[cfg(not(target_os = "linux"))]
const fn limit() {}
