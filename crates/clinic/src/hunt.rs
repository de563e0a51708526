//! The search in its stages.

use explorer::{
    Deviation, Failure, Finding, Found, Noted, Options, Plain, Progress, Search, Verdict, shrink,
};
use python::Limits;
use runs::{Programs, Turns};
use world::{ChoiceKey, Profile, ProgramSpec, Record, Rng, Scenario, ScenarioError, Start};

use crate::lines::by_lines;
use crate::rows::{self, Row};
use crate::source::{Source, ignores_count};
use crate::story::Story;
use crate::tell;

/// Choices that are made to find out whether Linux itself breaks the programs.
const OF_LINUX: u64 = 60_000;

/// Programs and what they must bear.
#[derive(Clone)]
pub struct Case {
    /// Hosts, network and programs; all of them in Python or peers. Its profile does not count.
    pub scenario: Scenario,
    /// How far to look.
    pub options: Options,
    /// Runs that a seed draws where not all states could be looked at.
    pub draws: u32,
    /// What each program may use.
    pub limits: Limits,
}

/// Who may do that to the programs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Who {
    /// Linux does this: no call moved fewer bytes than Linux would have moved.
    Linux,
    /// POSIX permits this. Linux was not seen to do it with these programs.
    Posix,
}

/// What is wrong.
#[derive(Clone, Debug)]
pub struct Diagnosis {
    /// What breaks, and where it shows.
    pub failure: Failure,
    /// The mistake, if it is one that is known.
    pub row: Option<Row>,
    /// What happened and why, in one or two sentences.
    pub says: String,
    /// The program and line of the mistake; where it shows, if it is none that is known. Line 0: none.
    pub place: (u32, u32),
    /// Who does that.
    pub who: Who,
    /// The choices of the failing run, from the very beginning.
    pub way: Vec<ChoiceKey>,
    /// How many of them come before programs had started.
    pub began: usize,
    /// The unusual ones.
    pub unusual: Vec<Deviation>,
    /// The scenario that they were made in.
    pub scenario: Scenario,
}

/// What came of a hunt.
#[derive(Clone, Debug)]
pub enum Answer {
    /// A run breaks the programs.
    Broken(Box<Diagnosis>),
    /// No run does.
    Stands {
        /// Most unusual choices of a run that were tried; none: any number.
        unusual: Option<u32>,
        /// Every count of every call was tried, not only some of them.
        every_count: bool,
    },
    /// None was found, and not all was tried.
    Incomplete,
}

/// A hunt: [`go_on`](Self::go_on) until there is an answer.
pub struct Hunt {
    case: Case,
    programs: Programs,
    who: Who,
    search: Search,
    /// Choices of the stage before.
    before: Progress,
    findings: Vec<Noted>,
    /// Who draws runs when all the states that were asked for have been looked at, and how many are left to draw.
    draws: (Rng, u32),
    answer: Option<Answer>,
}

impl Hunt {
    /// Nothing has been tried.
    ///
    /// # Errors
    /// Every mistake in the scenario.
    pub fn new(case: Case, programs: Programs) -> Result<Self, ScenarioError> {
        let search = stage(&case, &programs, Who::Linux)?;
        let (before, findings) = (Progress::default(), ignored(&case.scenario));
        let draws = (Rng::new(0), case.draws);
        Ok(Self { case, programs, who: Who::Linux, search, before, findings, draws, answer: None })
    }

    /// How far it is, all stages together.
    pub const fn progress(&self) -> Progress {
        let now = self.search.progress();
        Progress {
            states: self.before.states + now.states,
            choices: self.before.choices + now.choices,
            ends: self.before.ends + now.ends,
            unusual: now.unusual,
        }
    }

    /// What was worth a word though it broke nothing.
    pub fn findings(&self) -> Vec<Noted> {
        // What has done harm is no mere finding.
        let harm = matches!(self.answer, Some(Answer::Broken(_)));
        self.findings.iter().filter(|it| !(harm && it.what == Finding::Ignored)).copied().collect()
    }

    /// Try so many choices more. Answers when there is something to say.
    pub fn go_on(&mut self, choices: u64) -> Option<&Answer> {
        if self.answer.is_some() {
            return self.answer.as_ref();
        }
        if matches!(self.search.verdict(), Some(Verdict::Incomplete)) && self.who == Who::Posix {
            return self.draw(choices);
        }
        let verdict = self.search.go_on(choices).cloned();
        for noted in self.search.findings() {
            if !self.findings.contains(noted) {
                self.findings.push(*noted);
            }
        }
        let over = self.who == Who::Linux && self.search.progress().choices >= OF_LINUX;
        match verdict {
            Some(Verdict::Broken(found)) => self.answer = Some(self.diagnose(found)),
            None if !over => {}
            Some(Verdict::Stands { .. } | Verdict::Incomplete) | None if self.who == Who::Linux => {
                self.ask_posix()
            }
            Some(Verdict::Stands { unusual, every_count }) => {
                self.answer = Some(Answer::Stands { unusual, every_count });
            }
            // A seed draws some runs yet.
            Some(Verdict::Incomplete) | None => {}
        }
        self.answer.as_ref()
    }

    /// Large spaces are looked into here and there.
    fn draw(&mut self, choices: u64) -> Option<&Answer> {
        let until = self.search.progress().choices.saturating_add(choices);
        let (rng, left) = &mut self.draws;
        while *left > 0 && self.search.progress().choices < until {
            *left -= 1;
            if let Some(found) = self.search.draw(rng) {
                self.answer = Some(self.diagnose(found));
                return self.answer.as_ref();
            }
        }
        if *left == 0 {
            self.answer = Some(Answer::Incomplete);
        }
        self.answer.as_ref()
    }

    /// Try until there is an answer.
    pub fn finish(&mut self) -> &Answer {
        while self.go_on(10_000).is_none() {}
        self.answer.as_ref().expect("it has just been made")
    }

    fn ask_posix(&mut self) {
        self.before = self.search.progress();
        match stage(&self.case, &self.programs, Who::Posix) {
            Ok(search) => (self.search, self.who) = (search, Who::Posix),
            Err(_) => self.answer = Some(Answer::Incomplete),
        }
    }

    fn diagnose(&self, found: Found) -> Answer {
        let root = self.search.root();
        // What breaks before the search begins has no schedule.
        let shorter = (!found.way.is_empty()).then(|| shrink(root, &self.case.options, &found.way));
        let plain = shorter.flatten().unwrap_or(Plain {
            failure: found.failure,
            way: found.way,
            unusual: Vec::new(),
        });
        let scenario = profiled(&self.case.scenario, self.who);
        let story = Story::of(root, &scenario, &plain);
        let named = rows::named(&story);
        let (row, place) = named
            .map_or((None, (plain.failure.program, plain.failure.line)), |(row, place)| (Some(row), place));
        let says = tell::sentence(&story, row, place);
        let Plain { failure, way, unusual } = plain;
        let began = self.search.began().len();
        let way = self.search.began().iter().copied().chain(way).collect();
        let who = self.who;
        Answer::Broken(Box::new(Diagnosis { failure, row, says, place, who, way, began, unusual, scenario }))
    }
}

/// Lines that do not look at what send answers.
fn ignored(scenario: &Scenario) -> Vec<Noted> {
    let noted = |(program, spec): (usize, &ProgramSpec)| {
        let lines = Source::new(&spec.source).all(ignores_count).into_iter();
        lines.map(move |line| Noted { what: Finding::Ignored, program: program as u32, line })
    };
    scenario.programs.iter().enumerate().flat_map(noted).collect()
}

fn profiled(scenario: &Scenario, who: Who) -> Scenario {
    let profile = match who {
        Who::Linux => Profile::Linux,
        Who::Posix => Profile::Posix,
    };
    Scenario { profile, ..scenario.clone() }
}

fn stage(case: &Case, programs: &Programs, who: Who) -> Result<Search, ScenarioError> {
    let world = programs.world(&profiled(&case.scenario, who), Turns::Threads, case.limits)?;
    Ok(Search::new(world, case.options.clone()))
}

/// Something that a program did in the failing run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StepOfRun {
    /// The program of the scenario.
    pub program: u32,
    /// The line, from 1; 0 where there is none.
    pub line: u32,
    /// The call and what came of it, or what else happened.
    pub says: String,
    /// For an unusual choice: what is unusual about it.
    pub unusual: Option<String>,
}

impl Diagnosis {
    /// What the programs did in the failing run, in its order.
    pub fn steps(&self, programs: &Programs, limits: Limits) -> Vec<StepOfRun> {
        let Ok(mut world) = programs.world(&self.scenario, Turns::Threads, limits) else { return Vec::new() };
        // What programs do before their first call they have done by now.
        let early = world.drain().events;
        let mut steps: Vec<_> = early.iter().filter_map(|event| tell::step(&world, event)).collect();
        let mut unusual = self.unusual.iter().peekable();
        let mut behind = 0;
        for (place, key) in self.way.iter().enumerate() {
            let chosen =
                place >= self.began && unusual.peek().is_some_and(|it| it.behind == behind && it.key == *key);
            let why = if chosen {
                behind = 0;
                unusual.next().map(tell::unusual)
            } else {
                behind += usize::from(place >= self.began);
                None
            };
            let silent = why.as_ref().map(|why| tell::choice(&world, *key, why.clone()));
            world.take_offered(*key);
            let before = steps.len();
            for event in world.drain().events {
                steps.extend(tell::step(&world, &event));
            }
            if let (Some(silent), true) = (silent, steps.len() == before) {
                steps.push(silent);
            } else if let Some(first) = steps.get_mut(before) {
                first.unusual = why;
            }
        }
        steps
    }

    /// The failing run as a link or a file carries it, line by line: a page opens it, and a terminal replays it.
    ///
    /// # Errors
    /// Every mistake in the scenario.
    pub fn record(&self, programs: &Programs, limits: Limits) -> Result<Record, ScenarioError> {
        let world = programs.world(&self.scenario, Turns::Lines, limits)?;
        let (acts, world) = by_lines(world, &self.way);
        Ok(Record::new(Start::Scenario(Box::new(self.scenario.clone())), acts, &world))
    }
}
