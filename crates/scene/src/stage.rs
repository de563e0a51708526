//! The stage's engine: commands in, a view out. Knows nothing of pages and may run in a worker.

use std::ops::Range;

use serde::{Deserialize, Serialize};
use syscall::What;
use world::{ChoiceKey, End, Network, ScenarioError, World};

use crate::cast::Cast;
use crate::ladder::Ladder;
use crate::predict::{self, Answer, Question, Verdict};
use crate::side::{Moment, SideScene};
use crate::spec::StageSpec;
use crate::text::{Sentence, time};
use crate::transcript::{Row, transcript};
use crate::wire::{Lane, lanes};

/// What a learner may do with a stage.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Command {
    /// Let the next thing happen: what happened here before, else the default.
    Step,
    /// Step until a program's call has ended or waits.
    StepCall,
    /// Undo one step.
    Back,
    /// Undo steps until a program's call is undone.
    BackCall,
    /// Let this happen; steps that were undone are forgotten when it is another thing than they did.
    Choose(ChoiceKey),
    /// Go to the state after this event, as far as it is known.
    To(u32),
    /// To where the figure opens; from there, to before the first event.
    ToStart,
    /// To the last step known; from there, step until nothing can happen or a question is due.
    ToEnd,
    /// Forget everything, the answers too.
    Reset,
    /// Answer the question that is due and let its call happen.
    Answer(Answer),
    /// Let its call happen without an answer.
    Show,
}

/// Something that may happen next.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Offer {
    /// Its stable name.
    pub key: ChoiceKey,
    /// Who or what acts.
    pub label: String,
    /// What that does.
    pub detail: String,
}

/// A stage at one moment, ready to be drawn.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct StageView {
    /// How many events have happened.
    pub event: u32,
    /// The world's time.
    pub time: String,
    /// What the simulation stands for: `simulated, MTU 1500`.
    pub profile: String,
    /// The last step's event that says most.
    pub caption: Option<Row>,
    /// The events of the last step.
    pub fresh: Range<u32>,
    /// The sides, from left to right.
    pub sides: Vec<SideScene>,
    /// The wire.
    pub lanes: Vec<Lane>,
    /// What may happen next; the default comes first.
    pub offers: Vec<Offer>,
    /// The ladder.
    pub ladder: Ladder,
    /// The transcript up to now.
    pub rows: Vec<Row>,
    /// The question that is due.
    pub question: Option<Question>,
    /// How many times a step was held back because of it.
    pub held: u32,
    /// The latest answered question whose call has happened.
    pub verdict: Option<Verdict>,
    /// Whether there were questions and each was answered or passed over.
    pub answered: bool,
    /// How many events are known, undone ones included.
    pub known: u32,
    /// Whether a step can be undone.
    pub can_back: bool,
    /// Whether anything can happen.
    pub can_step: bool,
    /// Why nothing more happens, in a sentence.
    pub ending: Option<Sentence>,
}

/// Most steps of one stage; a program that never ends is stopped there.
pub const MAX_STEPS: usize = 4000;
/// A copy of the world is kept every so many steps; the steps between are taken again.
const CHECKPOINT: usize = 8;

/// A step that was taken.
#[derive(Clone, Copy, Debug)]
struct Taken {
    key: ChoiceKey,
    /// How many events had happened after it.
    events: u32,
    /// Whether a program's call ended or began to wait in it.
    call: bool,
}

/// A stage: a world, and the way that led to it.
#[derive(Clone)]
pub struct Stage {
    spec: StageSpec,
    cast: Cast,
    /// Every step known, undone ones at the end.
    steps: Vec<Taken>,
    /// How many of them have been taken.
    at: usize,
    /// How many of them lead to where the figure opens.
    opened: usize,
    /// The world after 0, 8, 16, ... steps.
    copies: Vec<World>,
    world: World,
    done: Vec<bool>,
    /// Answered questions, and the number of steps before each call.
    verdicts: Vec<(usize, Verdict)>,
    held: u32,
}

impl Stage {
    /// A stage as it opens.
    ///
    /// # Errors
    /// If the scenario cannot be run.
    pub fn new(spec: StageSpec) -> Result<Self, ScenarioError> {
        let world = World::new(&spec.scenario)?;
        let mut stage = Self {
            cast: Cast::new(&spec.scenario),
            steps: vec![],
            at: 0,
            opened: 0,
            copies: vec![world.clone()],
            world,
            done: vec![false; spec.predictions.len()],
            verdicts: vec![],
            held: 0,
            spec,
        };
        while stage.events() < stage.spec.start && stage.default_step() {}
        stage.opened = stage.at;
        Ok(stage)
    }

    /// Do as told.
    pub fn handle(&mut self, command: Command) {
        match command {
            Command::Step => drop(self.step_on(|_| true)),
            Command::StepCall => drop(self.step_on(|taken| taken.call)),
            Command::Back => self.go(self.at.saturating_sub(1)),
            Command::BackCall => {
                let call = self.steps[..self.at].iter().rposition(|taken| taken.call);
                self.go(call.unwrap_or(0));
            }
            Command::Choose(key) => {
                if !self.holds(key) {
                    self.choose(key);
                }
            }
            Command::To(event) => {
                // A step may have several events: on the way back one of them leads to before it.
                let back = event == 0 || event < self.events();
                let before = |taken: &&Taken| taken.events < event + u32::from(back);
                self.go(self.steps.iter().take_while(before).count() + usize::from(!back));
            }
            Command::ToStart => self.go(if self.at > self.opened { self.opened } else { 0 }),
            Command::ToEnd if self.at < self.steps.len() => self.go(self.steps.len()),
            Command::ToEnd => while self.step_on(|_| true) {},
            Command::Reset => {
                self.go(self.opened);
                self.steps.truncate(self.opened);
                self.copies.truncate(self.opened / CHECKPOINT + 1);
                self.done.fill(false);
                self.verdicts.clear();
            }
            Command::Answer(answer) => self.answer(Some(answer)),
            Command::Show => self.answer(None),
        }
    }

    fn events(&self) -> u32 {
        self.world.events().len() as u32
    }

    fn question(&self) -> Option<Question> {
        if self.done.iter().all(|done| *done) {
            return None;
        }
        predict::due(&self.world, &self.world.view(), &self.spec.predictions, &self.done)
    }

    /// The programs of whose sends a question is open: one is due, or none was answered yet.
    fn asked(&self, due: Option<&Question>) -> Vec<&str> {
        let sends = || {
            self.spec
                .predictions
                .iter()
                .zip(&self.done)
                .enumerate()
                .filter(|(_, (p, _))| p.before.call == "send")
        };
        let open = sends().filter(|(place, (prediction, _))| {
            let program = &prediction.before.program;
            let answered = sends().any(|(_, (other, done))| *done && other.before.program == *program);
            !answered || due.is_some_and(|question| question.place == *place)
        });
        open.map(|(_, (prediction, _))| prediction.before.program.as_str()).collect()
    }

    /// Whether a question must be answered before this; counts it if so.
    fn holds(&mut self, key: ChoiceKey) -> bool {
        let holds = self.question().is_some_and(|question| question.key == key);
        self.held += u32::from(holds);
        holds
    }

    /// Take steps until one is `enough`. Says whether it may go on.
    fn step_on(&mut self, enough: impl Fn(&Taken) -> bool) -> bool {
        loop {
            let Some(key) = self.next_key() else { return false };
            if self.holds(key) || !self.choose(key) {
                return false;
            }
            if enough(&self.steps[self.at - 1]) {
                return true;
            }
        }
    }

    /// What a step does: what was done here before, else the default.
    fn next_key(&self) -> Option<ChoiceKey> {
        let known = self.steps.get(self.at).map(|taken| taken.key);
        known.or_else(|| self.world.choices().first().map(|choice| choice.key))
    }

    fn default_step(&mut self) -> bool {
        self.world.choices().first().is_some_and(|choice| self.choose(choice.key))
    }

    fn choose(&mut self, key: ChoiceKey) -> bool {
        if self.at >= MAX_STEPS || self.world.take(key).is_err() {
            return false;
        }
        if self.steps.get(self.at).is_none_or(|taken| taken.key != key) {
            self.steps.truncate(self.at);
            self.copies.truncate(self.at / CHECKPOINT + 1);
            self.verdicts.retain(|(step, _)| *step <= self.at);
            let before = self.at.checked_sub(1).map_or(0, |last| self.steps[last].events);
            let new = &self.world.events()[before as usize..];
            let call = new.iter().any(|e| matches!(e.what, What::Returned { .. } | What::Waits { .. }));
            self.steps.push(Taken { key, events: self.events(), call });
        }
        self.at += 1;
        if self.at.is_multiple_of(CHECKPOINT) && self.copies.len() == self.at / CHECKPOINT {
            self.copies.push(self.world.clone());
        }
        true
    }

    /// Go to the state after this many of the known steps.
    fn go(&mut self, steps: usize) {
        let steps = steps.min(self.steps.len());
        let from = (steps / CHECKPOINT).min(self.copies.len() - 1);
        self.world = self.copies[from].clone();
        self.at = from * CHECKPOINT;
        while self.at < steps && self.choose(self.steps[self.at].key) {}
    }

    fn answer(&mut self, said: Option<Answer>) {
        let Some(question) = self.question() else { return };
        self.done[question.place] = true;
        if let Some((did, event)) = predict::try_out(&self.world, &question) {
            let because = Sentence::inline_markdown(&self.spec.predictions[question.place].because);
            let verdict = Verdict { place: question.place, event, said, did, asked: question.asked, because };
            let before = self.at;
            self.choose(question.key);
            self.verdicts.push((before, verdict));
        }
    }

    /// The stage as it is now.
    pub fn view(&self) -> StageView {
        let view = self.world.view();
        let events = self.world.events();
        let before = self.at.checked_sub(2).map_or(0, |step| self.steps[step].events);
        let fresh = if self.at == 0 { 0..0 } else { before + 1..self.events() + 1 };
        let mut offers: Vec<_> = self
            .world
            .choices()
            .into_iter()
            .map(|choice| Offer { key: choice.key, label: choice.label, detail: choice.detail })
            .collect();
        if self.at >= MAX_STEPS {
            offers.clear();
        }
        let keys: Vec<_> = offers.iter().map(|offer| offer.key).collect();
        let question = self.question();
        let asked = self.asked(question.as_ref());
        let moment = Moment {
            asked: &asked,
            scenario: &self.spec.scenario,
            cast: &self.cast,
            view: &view,
            events,
            fresh: fresh.clone(),
            keys: &keys,
        };
        let rows = transcript(&self.spec.scenario, &view, events);
        let caption = rows[(fresh.start.max(1) - 1) as usize..].iter();
        let caption = caption.clone().find(|row| row.call.is_some()).or_else(|| rows.last()).cloned();
        StageView {
            event: self.events(),
            time: time(view.now),
            profile: profile(self.spec.scenario.network),
            caption,
            sides: self.cast.sides.iter().filter_map(|side| SideScene::new(&moment, side)).collect(),
            lanes: lanes(&self.cast, &view, &keys),
            ladder: Ladder::new(&self.cast, &view, events, &fresh, &keys),
            fresh,
            rows,
            question,
            held: self.held,
            answered: !self.done.is_empty() && self.done.iter().all(|done| *done),
            verdict: self.verdicts.iter().rfind(|(step, _)| *step < self.at).map(|(_, v)| v.clone()),
            known: self.steps.last().map_or(0, |taken| taken.events),
            can_back: self.at > 0,
            can_step: !offers.is_empty(),
            ending: ending(self.at, view.end),
            offers,
        }
    }
}

fn profile(network: Network) -> String {
    match network {
        Network::Loopback => "simulated kernel, loopback".into(),
        Network::Wire { mtu, .. } => format!("simulated kernels, MTU {mtu}"),
    }
}

fn ending(at: usize, end: Option<End>) -> Option<Sentence> {
    if at >= MAX_STEPS {
        return Some(Sentence::text(format!(
            "The stage stops here: it holds {MAX_STEPS} steps. Go back to see more."
        )));
    }
    Some(Sentence::text(match end? {
        End::Idle => "Nothing more happens: every program has ended, or waits for new connections only.",
        End::Deadlock => {
            "Nothing more can happen: the programs wait, and nothing that could wake them is under way."
        }
    }))
}
