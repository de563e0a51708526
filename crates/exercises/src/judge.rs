//! The rounds of an exercise, one after the other, up to the first that breaks the submission.

use clinic::{Answer, Case, Check, Diagnosis, Hunt, Options, Who};
use python::{Limits, Program, Unfit, words};
use runs::Programs;
use world::{Scenario, number};

use crate::exercise::Exercise;
use crate::report::{self, Broken, Report, RoundReport, Step, Verdict};

/// What each program of a round may use: enough for any that does what is asked.
pub const LIMITS: Limits = Limits {
    instructions: 4_000_000,
    memory_bytes: 8 << 20,
    depth: 500,
    int_bits: 1 << 16,
    output_bytes: 256 << 10,
};

/// A judgement under way: [`go_on`](Self::go_on) until there is a report.
pub struct Judge {
    exercise: Exercise,
    submission: String,
    rounds: Vec<RoundReport>,
    now: Option<Now>,
    failed: Option<(Now, Box<Diagnosis>)>,
    report: Option<Report>,
}

/// The run that breaks a submission.
#[derive(Clone, Copy)]
pub struct Failing<'j> {
    /// The round, from 0.
    pub round: usize,
    /// What is wrong.
    pub found: &'j Diagnosis,
    /// The programs of the round, the submission among them.
    pub programs: &'j Programs,
}

/// The round that is being judged.
struct Now {
    hunt: Hunt,
    scenario: Scenario,
    programs: Programs,
    /// How many of its checks ask whether a program has ended; they come first.
    ends: usize,
}

impl Exercise {
    /// Begins to judge a submission.
    pub fn judge(&self, submission: &str) -> Judge {
        let report = self.unfit(submission).map(|says| Report::without_rounds(Verdict::Unfit, says));
        let (exercise, submission) = (self.clone(), submission.replace("\r\n", "\n"));
        Judge { exercise, submission, rounds: Vec::new(), now: None, failed: None, report }
    }

    /// Why this is not judged; none where it is.
    fn unfit(&self, submission: &str) -> Option<String> {
        match Program::compile(submission, &self.file) {
            Err(Unfit::Syntax(fault)) => {
                return Some(format!("{}, line {}: {}: {}", self.file, fault.line, fault.class, fault.says));
            }
            Err(Unfit::Refused(refusals)) => {
                let told = refusals.iter().take(3);
                let told = told.map(|it| {
                    format!("{}, line {}: {}. Instead: {}.", self.file, it.line, it.says, it.instead)
                });
                return Some(told.collect::<Vec<_>>().join(" "));
            }
            Ok(_) => {}
        }
        let used = words(submission).into_iter().find(|(word, _)| self.without.iter().any(|it| it == word));
        used.map(|(word, line)| {
            format!(
                "{}, line {line}: `{word}` does what this exercise asks you to write yourself.",
                self.file
            )
        })
    }
}

impl Judge {
    /// States that were looked at so far, and the round, from 0.
    pub fn progress(&self) -> (u64, usize) {
        let before: u64 = self.rounds.iter().map(|it| it.states).sum();
        (before + self.now.as_ref().map_or(0, |now| now.hunt.progress().states), self.rounds.len())
    }

    /// That in words: `Round 2 of 5, with a peer that reads late: 12,345 states`.
    pub fn progress_in_words(&self) -> String {
        let (at, all) = (self.rounds.len(), self.exercise.rounds.len());
        let states = self.now.as_ref().map_or(0, |now| now.hunt.progress().states);
        match self.exercise.rounds.get(at) {
            Some(round) => {
                format!("Round {} of {all}, with {}: {} states", at + 1, round.says, number(states))
            }
            None => format!("All {all} rounds: {} states", number(self.progress().0)),
        }
    }

    /// The run that breaks the submission, if one was found.
    pub fn failing(&self) -> Option<Failing<'_>> {
        let (now, found) = self.failed.as_ref()?;
        Some(Failing { round: self.rounds.len() - 1, found, programs: &now.programs })
    }

    /// Tries so many choices more. Answers when there is something to say.
    pub fn go_on(&mut self, choices: u64) -> Option<&Report> {
        if self.report.is_some() {
            return self.report.as_ref();
        }
        let Some(round) = self.exercise.rounds.get(self.rounds.len()) else {
            self.report = Some(self.passed());
            return self.report.as_ref();
        };
        let now = match self.now.take() {
            Some(now) => Ok(now),
            None => Now::begin(&self.exercise, self.rounds.len(), &self.submission),
        };
        let mut now = match now {
            Ok(now) => now,
            Err(says) => {
                self.report = Some(Report::without_rounds(Verdict::Unfit, says));
                return self.report.as_ref();
            }
        };
        let Some(answer) = now.hunt.go_on(choices).cloned() else {
            self.now = Some(now);
            return None;
        };
        let progress = now.hunt.progress();
        let verdict = match answer {
            Answer::Broken(_) => Verdict::Broken,
            Answer::Stands { .. } => Verdict::Passed,
            Answer::Incomplete => Verdict::Undecided,
        };
        self.rounds.push(RoundReport {
            says: round.says.clone(),
            verdict,
            states: progress.states,
            ends: progress.ends,
            unusual: self.exercise.bound(round),
        });
        match answer {
            Answer::Broken(found) => {
                self.report = Some(self.broken(&now, &found));
                self.failed = Some((now, found));
            }
            Answer::Incomplete => self.report = Some(self.undecided()),
            Answer::Stands { .. } => {}
        }
        self.report.as_ref()
    }

    /// Judges until there is a report.
    pub fn finish(&mut self) -> &Report {
        while self.go_on(10_000).is_none() {}
        self.report.as_ref().expect("it has just been made")
    }

    /// What is said when nobody wants to wait any longer.
    pub fn give_up(&mut self) -> &Report {
        if self.report.is_none() {
            let (states, at) = self.progress();
            if let Some(round) = self.exercise.rounds.get(at) {
                let before: u64 = self.rounds.iter().map(|it| it.states).sum();
                let (says, unusual) = (round.says.clone(), self.exercise.bound(round));
                let verdict = Verdict::Undecided;
                self.rounds.push(RoundReport { says, verdict, states: states - before, ends: 0, unusual });
            }
            self.report = Some(self.undecided());
        }
        self.report.as_ref().expect("it has just been made")
    }

    fn report(&self, verdict: Verdict, says: String, broken: Option<Broken>) -> Report {
        let states = self.rounds.iter().map(|it| it.states).sum();
        Report { verdict, says, states, rounds: self.rounds.clone(), broken, live: None }
    }

    fn passed(&self) -> Report {
        let bounds = || self.rounds.iter().map(|it| it.unusual);
        let (least, most) = (bounds().min().unwrap_or_default(), bounds().max().unwrap_or_default());
        let states: u64 = self.rounds.iter().map(|it| it.states).sum();
        let rounds = self.rounds.len();
        let says = format!(
            "It stands {}: {} states in {rounds} {}, none breaks it.",
            report::bound(least, most),
            number(states),
            if rounds == 1 { "round" } else { "rounds" }
        );
        self.report(Verdict::Passed, says, None)
    }

    fn undecided(&self) -> Report {
        let last = self.rounds.last();
        let (round, unusual) = last.map_or(("", 0), |it| (it.says.as_str(), it.unusual));
        let says = format!(
            "Not decided with {round}: {} states tried, none breaks it, and {} has more of them. A program with fewer calls and threads has fewer.",
            number(last.map_or(0, |it| it.states)),
            report::bound(unusual, unusual)
        );
        self.report(Verdict::Undecided, says, None)
    }

    fn broken(&self, now: &Now, found: &Diagnosis) -> Report {
        let at = self.rounds.len() - 1;
        let round = &self.exercise.rounds[at];
        let spec = |program: u32| now.scenario.programs.get(program as usize);
        let step = |it: clinic::StepOfRun| Step {
            program: it.program.and_then(spec).map(|it| it.name.clone()).unwrap_or_default(),
            line: it.line,
            says: it.says,
            unusual: it.unusual,
        };
        let who = match found.who {
            Who::Linux => "Linux does this.",
            Who::Posix => "POSIX permits this.",
        };
        let steps: Vec<_> = found.steps(&now.programs, LIMITS).into_iter().map(step).collect();
        let seen = self.seen(now, found, &steps);
        let seen = seen.trim_end();
        let stop = if seen.ends_with(['.', '!', '?']) { "" } else { "." };
        let says = format!("With {}: {seen}{stop} {who}", round.says);
        let broken = Broken {
            round: at,
            row: found.row.map(|row| row.to_string()),
            lesson: found.row.map(|row| row.lesson().to_owned()),
            file: spec(found.place.0).map(|it| it.file.clone()).unwrap_or_default(),
            line: found.place.1,
            linux: found.who == Who::Linux,
            steps,
        };
        self.report(Verdict::Broken, says, Some(broken))
    }

    /// What was seen in the failing run.
    fn seen(&self, now: &Now, found: &Diagnosis, steps: &[Step]) -> String {
        let limit = steps.iter().find_map(|it| Some((it, it.says.split_once("says \"stopped after ")?.1)));
        if let Some((step, limit)) = limit {
            let limit = limit.split(" (").next().unwrap_or_default();
            return format!("{} was ended after {limit}, more than any program needs here.", step.program);
        }
        let clinic::Broken::Check { check, wrote } = &found.failure.what else { return found.says.clone() };
        let name = now.scenario.programs.get(found.failure.program as usize).map_or("", |it| &it.name);
        if *check < now.ends {
            return format!("{name} still waits, and nothing more can happen.");
        }
        let wanted = self.exercise.rounds[self.rounds.len() - 1].prints.as_deref().unwrap_or_default();
        format!("when the run is over, {name} has printed {wrote:?}, not {wanted:?}.")
    }
}

impl Now {
    fn begin(exercise: &Exercise, round: usize, submission: &str) -> Result<Self, String> {
        let round = &exercise.rounds[round];
        let scenario = exercise.scenario(round, submission);
        let programs =
            runs::compile(&scenario).map_err(|_| "a program of the exercise cannot be run".to_owned())?;
        let program = |place: usize| u32::try_from(place).unwrap_or(u32::MAX);
        let ends = exercise.must_end(round);
        let checks = ends.iter().copied().map(|place| Check::Ends { program: program(place) });
        let place = exercise.place(round).map(program);
        let prints = round.prints.clone().zip(place).map(|(text, program)| Check::Prints { program, text });
        let options = Options {
            states: exercise.states,
            unusual: Some(exercise.bound(round)),
            drops: round.drops,
            checks: checks.chain(prints).collect(),
            ..Options::default()
        };
        let case = Case { scenario: scenario.clone(), options, draws: 0, limits: LIMITS };
        let hunt = Hunt::new(case, programs.clone()).map_err(|error| error.to_string())?;
        Ok(Self { hunt, scenario, programs, ends: ends.len() })
    }
}
