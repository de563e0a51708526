//! Programs, the story of their run, and what is asked of it.

use std::collections::BTreeMap;
use std::rc::Rc;

use python::{Limits, Refusal, Unfit};
use runs::Turns;
use scene::hunt::{Hunt, HuntView};
use scene::judge::{Judge, JudgeView};
use scene::programs::{Breakpoints, Command, Fault, ProgramsView, Stopped};
use scene::{Stage, StageSpec};
use syscall::TaskId;
use world::{Act, Input, Record, Start};

use crate::hunt::Hunting;
use crate::judge::Judging;
use crate::look::{self, Before};

/// Most steps of one run, lines included.
const MOST: usize = 200_000;

/// Programs on a page.
///
/// Order of use: [`Command::Load`] or [`Command::Replay`], then anything. Each command is answered with the whole view.
pub struct Studio {
    /// None before the first programs, and while they cannot be run.
    pub(crate) stage: Option<Stage>,
    spec: Rc<StageSpec>,
    limits: Limits,
    faults: Vec<Fault>,
    pub(crate) stops: Breakpoints,
    stopped: Option<Stopped>,
    problem: Option<String>,
    hunting: Option<Hunting>,
    judging: Option<Judging>,
    /// Variables as they were shown last.
    before: Before,
}

impl Studio {
    /// Nothing loaded. What the programs may use is bounded by these.
    pub fn new(limits: Limits) -> Self {
        let network = world::Network::Loopback;
        let scenario = world::Scenario::new(network, Vec::new(), Vec::new());
        let (id, title) = (String::new(), String::new());
        let spec = StageSpec { id, title, scenario, start: 0, small: false, predictions: Vec::new() };
        Self {
            stage: None,
            spec: Rc::new(spec),
            limits,
            faults: Vec::new(),
            stops: Breakpoints::default(),
            stopped: None,
            problem: None,
            hunting: None,
            judging: None,
            before: BTreeMap::new(),
        }
    }

    /// Do this, and say how everything is then.
    pub fn handle(&mut self, command: Command) -> ProgramsView {
        (self.stopped, self.problem) = (None, None);
        let mut record = None;
        match command {
            Command::Load { spec, stops } => {
                self.hunting = None;
                self.stops = stops;
                self.load(*spec);
            }
            Command::Stage(command) => {
                if let Some(stage) = &mut self.stage {
                    stage.handle(command);
                }
            }
            Command::Line { task, way, back } => self.stopped = self.line(TaskId(task), way, back),
            Command::Run { most, back } => self.stopped = self.run(most, back),
            Command::Breakpoints(stops) => self.stops = stops,
            Command::Input { task, line } => {
                let act = Act::Give(TaskId(task), Input::Line(line));
                if !self.stage.as_mut().is_some_and(|stage| stage.go_on_with(Some(act))) {
                    self.problem = Some("Nobody reads standard input there.".into());
                }
            }
            Command::Record => record = self.record(),
            Command::Replay { record, at } => {
                self.replay(&record);
                self.go(at);
            }
            Command::Hunt(hunt) => {
                if let Some(hunt) = self.hunts(hunt) {
                    return ProgramsView { hunt: Some(Box::new(hunt)), ..ProgramsView::default() };
                }
            }
            Command::Judge(judge) => {
                if let Some(judge) = self.judges(&judge) {
                    return ProgramsView { judge: Some(Box::new(judge)), ..ProgramsView::default() };
                }
            }
        }
        self.view(record)
    }

    fn go(&mut self, steps: Option<u32>) {
        if let (Some(stage), Some(steps)) = (&mut self.stage, steps) {
            let known = stage.acts().0.len();
            stage.go(known.min(steps as usize));
        }
    }

    /// None where there is no search, or none can begin: `problem` says why.
    fn hunts(&mut self, ask: Hunt) -> Option<HuntView> {
        if let Hunt::Begin { faults, states } = ask {
            // Either fills memory: one at a time.
            (self.hunting, self.judging) = (None, None);
            self.stage.as_ref()?;
            match Hunting::new(&self.spec.scenario, self.limits, faults, states) {
                Ok(hunting) => self.hunting = Some(hunting),
                Err(problem) => self.problem = Some(problem),
            }
        }
        if ask == Hunt::End {
            self.hunting = None;
            return Some(HuntView::default());
        }
        Some(self.hunting.as_mut()?.handle(&ask))
    }

    /// None where there is no judgement, or none can begin: `problem` says why.
    fn judges(&mut self, ask: &Judge) -> Option<JudgeView> {
        match ask {
            Judge::Begin { exercise, submission } => {
                (self.hunting, self.judging) = (None, None);
                match Judging::new(exercise, submission) {
                    Ok(judging) => self.judging = Some(judging),
                    Err(problem) => self.problem = Some(problem),
                }
            }
            Judge::GoOn { .. } => {}
            Judge::End => {
                self.judging = None;
                return Some(JudgeView::default());
            }
        }
        let view = self.judging.as_mut()?.handle(ask);
        if view.report.is_some() {
            self.judging = None;
        }
        Some(view)
    }

    fn load(&mut self, spec: StageSpec) {
        self.spec = Rc::new(spec);
        (self.stage, self.faults) = (None, Vec::new());
        self.before.clear();
        let world = match runs::compile(&self.spec.scenario) {
            Ok(programs) => programs.world(&self.spec.scenario, Turns::Lines, self.limits),
            Err(unfit) => {
                return self.faults =
                    unfit.into_iter().flat_map(|(place, why)| faults(place as u32, why)).collect();
            }
        };
        match world {
            Ok(world) => self.stage = Some(Stage::with(Rc::clone(&self.spec), world, MOST)),
            Err(error) => self.problem = Some(error.problems.join(" ")),
        }
    }

    fn record(&self) -> Option<Vec<u8>> {
        let stage = self.stage.as_ref()?;
        let (acts, at) = stage.acts();
        let acts = acts.take(at).cloned().collect();
        let start = Start::Scenario(Box::new(self.spec.scenario.clone()));
        Some(Record::new(start, acts, stage.world()).to_bytes())
    }

    /// Programs from a link open even where their run has become another.
    fn replay(&mut self, bytes: &[u8]) {
        let record = match Record::from_bytes(bytes) {
            Ok(record) => record,
            Err(error) => return self.problem = Some(error.to_string()),
        };
        let Some(scenario) = record.start.scenario(|_| None) else {
            return self.problem = Some("This link is of another page.".into());
        };
        self.load(StageSpec { scenario, ..StageSpec::clone(&self.spec) });
        let Some(stage) = &mut self.stage else { return };
        let asked = record.acts.len();
        let done = stage.perform(record.acts);
        if done < asked {
            self.problem = Some(format!(
                "This run was recorded by {}, and goes another way here after {done} steps.",
                record.maker
            ));
        } else if stage.world().digest() != record.digest {
            self.problem =
                Some(format!("This run was recorded by {}, and ends differently here.", record.maker));
        }
    }

    fn view(&mut self, record: Option<Vec<u8>>) -> ProgramsView {
        let mut view = ProgramsView {
            faults: self.faults.clone(),
            stopped: self.stopped,
            record,
            problem: self.problem.clone(),
            ..ProgramsView::default()
        };
        match &self.stage {
            Some(stage) => {
                view.stage = stage.view();
                let (acts, at) = stage.acts();
                view.steps = (at as u32, acts.len() as u32);
                view.panes = look::panes(stage, &self.spec.scenario, &mut self.before);
                view.ending = look::ending(stage);
            }
            None => view.panes = look::empty(&self.spec.scenario),
        }
        view
    }
}

/// What is wrong with a program.
fn faults(program: u32, unfit: Unfit) -> Vec<Fault> {
    match unfit {
        Unfit::Syntax(fault) => vec![Fault {
            program,
            line: fault.line,
            column: fault.column,
            says: format!("{}: {}", fault.class, fault.says),
            instead: String::new(),
        }],
        Unfit::Refused(refusals) => {
            let fault = |refusal: Refusal| Fault {
                program,
                line: refusal.line,
                column: refusal.column,
                says: refusal.says,
                instead: refusal.instead,
            };
            refusals.into_iter().map(fault).collect()
        }
    }
}
