//! The search in its stages.

use explorer::{
    Deviation, Failure, Finding, Found, Noted, Options, Plain, Progress, Search, Verdict, shrink,
};
use python::Limits;
use runs::{Programs, Turns};
use world::{ChoiceKey, Profile, ProgramSpec, Record, Rng, Scenario, ScenarioError, Start, World};

use crate::lines::{Lines, by_lines};
use crate::rows::{self, Row};
use crate::source::{Source, ignores_count};
use crate::story::Story;
use crate::tell;

/// Choices that are made to find out whether Linux itself breaks the programs.
const OF_LINUX: u64 = 60_000;

/// Most choices of a usual run that are told.
const MOST_USUAL: usize = 2_000;

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

    /// Whose schedules are being tried.
    pub const fn who(&self) -> Who {
        self.who
    }

    /// Look at so many states more, where the answer is that not all was tried. Whether it goes on where it stopped: the budget was
    /// all that kept it.
    pub fn look_further(&mut self, states: u64) -> bool {
        let further = matches!(self.answer, Some(Answer::Incomplete)) && self.search.look_further(states);
        if further {
            (self.answer, self.draws.1) = (None, self.case.draws);
        }
        further
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
        let plain = match shrink(root, &self.case.options, &found.way) {
            Some(plain) if !found.way.is_empty() => plain,
            _ => Plain { failure: found.failure, way: found.way, unusual: Vec::new() },
        };
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
    /// The program of the scenario; none for what the network does.
    pub program: Option<u32>,
    /// The line, from 1; 0 where there is none.
    pub line: u32,
    /// The call and what came of it, or what else happened.
    pub says: String,
    /// For an unusual choice: what is unusual about it.
    pub unusual: Option<String>,
    /// The choice that did it, by its place in the way.
    pub choice: usize,
}

/// A run as a link or a file carries it, line by line.
#[derive(Clone, Debug)]
pub struct Recorded {
    /// A page opens it, and a terminal replays it.
    pub record: Record,
    /// How many of its acts come before each choice of the way.
    pub places: Vec<usize>,
}

impl Recorded {
    /// How many of its acts there are when a choice of the way, and what it did, has happened.
    pub fn behind(&self, choice: usize) -> usize {
        self.places.get(choice).map_or(self.record.acts.len(), |place| place + 1)
    }
}

impl Diagnosis {
    /// What the programs did in the failing run, in its order.
    pub fn steps(&self, programs: &Programs, limits: Limits) -> Vec<StepOfRun> {
        let Ok(mut world) = programs.world(&self.scenario, Turns::Threads, limits) else { return Vec::new() };
        // What programs do before their first call they have done by now.
        let early = world.drain().events;
        let first = self.first_unusual();
        let mut unusual = self.unusual.iter().peekable();
        let mut steps: Vec<_> = early.iter().filter_map(|event| tell::step(&world, event)).collect();
        let mut next = first;
        for (place, key) in self.way.iter().enumerate() {
            let mut why = None;
            if next == Some(place) {
                why = unusual.next().map(tell::unusual);
                next = unusual.peek().map(|it| place + 1 + it.behind);
            }
            let silent = why.as_ref().map(|why| tell::choice(&world, *key, why.clone()));
            let before = steps.len();
            take(&mut world, *key, place, &mut steps);
            match silent {
                Some(silent) if steps.len() == before => steps.push(StepOfRun { choice: place, ..silent }),
                _ => {
                    if let Some(first) = steps.get_mut(before) {
                        first.unusual = why;
                    }
                }
            }
        }
        steps
    }

    /// What the programs do where nothing unusual happens: the run to hold the failing one against. Of a long one the beginning.
    pub fn usual(&self, programs: &Programs, limits: Limits) -> Vec<StepOfRun> {
        let Ok(mut world) = programs.world(&self.scenario, Turns::Threads, limits) else { return Vec::new() };
        world.drain();
        let mut steps = Vec::new();
        for place in 0..MOST_USUAL {
            let began = self.way.get(place).filter(|_| place < self.began).copied();
            let Some(key) = began.or_else(|| world.default_choice()) else { break };
            take(&mut world, key, place, &mut steps);
        }
        steps
    }

    /// The first unusual choice, by its place in the way; none where the programs break by themselves.
    pub fn first_unusual(&self) -> Option<usize> {
        self.unusual.first().map(|it| self.began + it.behind)
    }

    /// The failing run as a link or a file carries it.
    ///
    /// # Errors
    /// Every mistake in the scenario.
    pub fn record(&self, programs: &Programs, limits: Limits) -> Result<Recorded, ScenarioError> {
        let world = programs.world(&self.scenario, Turns::Lines, limits)?;
        let Lines { acts, places, world } = by_lines(world, &self.way);
        let record = Record::new(Start::Scenario(Box::new(self.scenario.clone())), acts, &world);
        Ok(Recorded { record, places })
    }
}

/// Take a choice and tell what the programs did of it.
fn take(world: &mut World, key: ChoiceKey, place: usize, steps: &mut Vec<StepOfRun>) {
    world.take_offered(key);
    for event in world.drain().events {
        steps.extend(tell::step(world, &event).map(|step| StepOfRun { choice: place, ..step }));
    }
}
