//! The stage's engine: commands in, a view out. Knows nothing of pages and may run in a worker.

use std::ops::Range;
use std::rc::Rc;

use serde::{Deserialize, Serialize};
use syscall::{ConnectionId, Event, TaskId};
use world::{Act, ChoiceKey, End, Faults, Network, Profile, ScenarioError, View, World};

use crate::cast::{Focus, Roles};
use crate::diagram::Diagram;
use crate::host::{Card, Tab, cards, tabs};
use crate::ladder::Ladder;
use crate::offers::{Offer, Offers};
use crate::predict::{self, Answer, Question, Verdict};
use crate::side::{Doing, Moment, SideScene, doing};
use crate::spec::StageSpec;
use crate::story::{MAX_STEPS, Story, Taken};
use crate::text::{Sentence, time};
use crate::transcript::{Row, Teller};
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
    /// Show, or do not, what a network and a machine may do.
    Network(bool),
    /// Offer everything that may happen by itself, or the first of it.
    Every(bool),
    /// Show this connection.
    Look(ConnectionId),
    /// Show this program, with its newest connection if it has one.
    LookAt(TaskId),
    /// Show earlier rows of the transcript.
    Earlier,
    /// Show later ones.
    Later,
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
    /// What may happen next by itself, the default first; of much the first part, unless all was asked for.
    pub offers: Vec<Offer>,
    /// How many things may happen next by themselves.
    pub can_happen: usize,
    /// Whether all of them were asked for.
    pub every: bool,
    /// What somebody may do to it, a network or a machine, while that is shown.
    pub faults: Vec<Offer>,
    /// How many more of these there are.
    pub more_faults: u32,
    /// Whether that is shown; none where the scenario allows no fault.
    pub network: Option<bool>,
    /// The programs that are not on the stage.
    pub cards: Vec<Card>,
    /// The connections, where there are several.
    pub tabs: Vec<Tab>,
    /// The states of the connection that is shown.
    pub diagram: Option<Diagram>,
    /// The ladder.
    pub ladder: Ladder,
    /// The transcript up to now, of a long one the last part or the part that was asked for.
    pub rows: Vec<Row>,
    /// How many rows there are behind those shown.
    pub later: u32,
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

/// Most rows of the transcript that are shown at once.
pub const ROWS: u32 = 60;

/// A stage: a world, and the way that led to it.
#[derive(Clone)]
pub struct Stage {
    spec: Rc<StageSpec>,
    roles: Roles,
    focus: Focus,
    story: Story,
    /// How many of the steps lead to where the figure opens.
    opened: usize,
    done: Vec<bool>,
    /// Answered questions, and the number of steps before each call.
    verdicts: Vec<(usize, Verdict)>,
    held: u32,
    /// Whether faults are shown.
    network: bool,
    /// Whether all that may happen is shown.
    every: bool,
    /// The last row of the transcript to be shown, where somebody looks back.
    rows_to: Option<u32>,
}

impl Stage {
    /// A stage as it opens.
    ///
    /// # Errors
    /// If the scenario cannot be run.
    pub fn new(spec: impl Into<Rc<StageSpec>>) -> Result<Self, ScenarioError> {
        let spec = spec.into();
        let world = World::new(&spec.scenario)?;
        Ok(Self::with(spec, world, MAX_STEPS))
    }

    /// A stage as it opens in a world of the caller's, which was made of its scenario; it holds so many steps at most.
    pub fn with(spec: Rc<StageSpec>, world: World, most: usize) -> Self {
        let mut stage = Self {
            story: Story::new(world, most),
            roles: Roles::new(&spec.scenario),
            focus: Focus::default(),
            opened: 0,
            done: vec![false; spec.predictions.len()],
            verdicts: vec![],
            held: 0,
            network: false,
            every: false,
            rows_to: None,
            spec,
        };
        while stage.events() < stage.spec.start
            && stage.story.next_act().is_some_and(|act| stage.story.act(act))
        {}
        stage.opened = stage.at();
        stage
    }

    /// The world after the steps up to now.
    pub fn world(&self) -> &World {
        self.story.world()
    }

    /// What has happened up to now.
    pub fn story(&self) -> &[Event] {
        self.story.events()
    }

    /// What was done in every step that is known, and how many of them have been taken.
    pub fn acts(&self) -> (impl DoubleEndedIterator<Item = &Act> + ExactSizeIterator, usize) {
        let (steps, at) = self.story.steps();
        (steps.iter().map(|taken| &taken.act), at)
    }

    /// Go to where so many of the known steps have been taken.
    pub fn go(&mut self, steps: usize) {
        self.rows_to = None;
        self.story.go(steps);
    }

    /// Whether a question must be answered before the next step.
    pub fn asks(&self) -> bool {
        self.question().is_some()
    }

    /// Do this, or what would come by itself; `false` where a question is due first, or nothing happens any more.
    pub fn go_on_with(&mut self, act: Option<Act>) -> bool {
        self.rows_to = None;
        let Some(act) = act.or_else(|| self.story.next_act()) else { return false };
        !self.holds(&act) && self.act(act)
    }

    /// Do as told.
    pub fn handle(&mut self, command: Command) {
        if !matches!(
            command,
            Command::Earlier
                | Command::Later
                | Command::Look(_)
                | Command::LookAt(_)
                | Command::Network(_)
                | Command::Every(_)
        ) {
            self.rows_to = None;
        }
        match command {
            Command::Step => drop(self.step_on(|_| true)),
            Command::StepCall => drop(self.step_on(|taken| taken.call)),
            Command::Back => self.back(self.at().saturating_sub(1)),
            Command::BackCall => {
                let (steps, at) = self.story.steps();
                let call = steps[..at].iter().rposition(|taken| taken.call);
                self.back(call.unwrap_or(0));
            }
            Command::Choose(key) => {
                if !self.holds(&Act::Take(key)) {
                    self.choose(key);
                }
            }
            Command::To(event) => {
                // A step may have several events: on the way back one of them leads to before it.
                let back = event == 0 || event < self.events();
                let steps = self.story.steps().0;
                let before = steps.partition_point(|taken| taken.events < event + u32::from(back));
                self.story.go(before + usize::from(!back));
            }
            Command::ToStart => self.story.go(if self.at() > self.opened { self.opened } else { 0 }),
            Command::ToEnd => {
                let (steps, at) = self.story.steps();
                if at < steps.len() { self.story.go(steps.len()) } else { while self.step_on(|_| true) {} }
            }
            Command::Reset => {
                self.story.cut(self.opened);
                self.done.fill(false);
                self.verdicts.clear();
                self.focus = Focus::default();
            }
            Command::Answer(answer) => self.answer(Some(answer)),
            Command::Show => self.answer(None),
            Command::Network(shown) => self.network = shown,
            Command::Every(shown) => self.every = shown,
            Command::Look(connection) => {
                self.focus = Focus { connection: Some(connection), program: None };
            }
            Command::LookAt(task) => self.look_at(task),
            Command::Earlier => self.rows_to = Some(self.shown_rows().start.saturating_sub(1).max(1)),
            Command::Later => {
                let to = self.shown_rows().end - 1 + ROWS;
                self.rows_to = (to < self.events()).then_some(to);
            }
        }
    }

    fn events(&self) -> u32 {
        self.story.count()
    }

    fn at(&self) -> usize {
        self.story.steps().1
    }

    /// Which rows of the transcript are shown.
    fn shown_rows(&self) -> Range<u32> {
        let to = self.rows_to.unwrap_or(self.events()).min(self.events());
        to.saturating_sub(ROWS - 1).max(1)..to + 1
    }

    /// Go back; what a console was told goes with the step that it was told for.
    fn back(&mut self, steps: usize) {
        let (known, before) = (self.story.steps().0, self.events());
        let mut steps = steps;
        // A step that nobody could see is undone with the one before it.
        while steps > 0 && known[steps - 1].events == before {
            steps -= 1;
        }
        while steps > 0 && matches!(known[steps - 1].act, Act::Give(..)) {
            steps -= 1;
        }
        self.story.go(steps);
    }

    fn look_at(&mut self, task: TaskId) {
        let view = self.story.world().view();
        let Some(program) = view.programs.iter().find(|program| program.task == task) else { return };
        let host = view.hosts.iter().find(|host| host.id == program.host);
        let sockets = host.iter().flat_map(|host| &host.sockets).filter(|s| s.pid == program.pid);
        let connection = sockets.filter_map(|socket| socket.connection).max();
        let program = if connection.is_none() { Some(task) } else { None };
        self.focus = Focus { connection, program };
    }

    fn question(&self) -> Option<Question> {
        if self.done.iter().all(|done| *done) {
            return None;
        }
        let (events, view) = (self.story.events(), self.story.world().view());
        predict::due(events, &view, &self.spec.predictions, &self.done)
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
    fn holds(&mut self, act: &Act) -> bool {
        let holds = self.question().is_some_and(|question| *act == Act::Take(question.key));
        self.held += u32::from(holds);
        holds
    }

    /// Take steps until one is `enough`. Says whether it may go on.
    fn step_on(&mut self, enough: impl Fn(&Taken) -> bool) -> bool {
        loop {
            let before = self.events();
            let Some(act) = self.story.next_act() else { return false };
            if self.holds(&act) || !self.act(act) {
                return false;
            }
            // What a console is told happens when it runs; and what nobody could see is no step to look at.
            let told = matches!(self.story.last_act(), Some(Act::Give(..)));
            if told || self.events() == before {
                continue;
            }
            let (steps, at) = self.story.steps();
            if enough(&steps[at - 1]) {
                return true;
            }
        }
    }

    fn choose(&mut self, key: ChoiceKey) -> bool {
        self.act(Act::Take(key))
    }

    fn act(&mut self, act: Act) -> bool {
        let before = self.story.steps().0.len();
        let taken = self.story.act(act);
        // On another branch, what was said about calls that no longer happen is forgotten.
        if taken && self.story.steps().0.len() <= before && self.at() == self.story.steps().0.len() {
            let at = self.at();
            self.verdicts.retain(|(step, _)| *step < at);
        }
        taken
    }

    fn answer(&mut self, said: Option<Answer>) {
        let Some(question) = self.question() else { return };
        self.done[question.place] = true;
        let (before, known) = (self.at(), self.events());
        if !self.choose(question.key) {
            return;
        }
        let view = self.story.world().view();
        let new = &self.story.events()[known as usize..];
        if let Some((did, event)) = predict::did(new, &view, &question) {
            let because = Sentence::inline_markdown(&self.spec.predictions[question.place].because);
            let verdict = Verdict { place: question.place, event, said, did, asked: question.asked, because };
            self.verdicts.push((before, verdict));
        }
    }

    /// Do all of this, as far as it can be done; how much was done.
    pub fn perform(&mut self, acts: impl IntoIterator<Item = Act>) -> usize {
        self.rows_to = None;
        acts.into_iter().take_while(|act| self.act(act.clone())).count()
    }

    /// What has been done up to now, and the world's digest: what a link carries.
    pub fn done(&self) -> (Vec<Act>, u64) {
        let (steps, at) = self.story.steps();
        (steps[..at].iter().map(|taken| taken.act.clone()).collect(), self.story.world().digest())
    }

    /// The steps up to now, and the world that they led to.
    pub(crate) fn taken(&self) -> (&[Taken], &World) {
        let (steps, at) = self.story.steps();
        (&steps[..at], self.story.world())
    }

    /// Before the first event; what was known is forgotten.
    pub(crate) fn begin(&mut self) {
        self.rows_to = None;
        self.story.cut(0);
        self.verdicts.clear();
    }

    /// Let happen what happens by itself, also where a question would be due.
    pub(crate) fn go_on(&mut self) -> bool {
        self.story.next_act().is_some_and(|act| self.act(act))
    }

    /// The whole transcript up to now.
    pub fn transcript(&self) -> Vec<Row> {
        self.rows(&self.story.world().view(), 1..self.events() + 1)
    }

    fn rows(&self, view: &View, events: Range<u32>) -> Vec<Row> {
        let events = &self.story.events()[events.start as usize - 1..events.end as usize - 1];
        Teller { scenario: &self.spec.scenario, view, index: self.story.index() }.rows(events)
    }

    /// The stage as it is now.
    pub fn view(&self) -> StageView {
        let view = self.story.world().view();
        let (events, at) = (self.story.events(), self.at());
        let fresh = if at == 0 { 0..0 } else { self.story.before_last() + 1..self.events() + 1 };
        let offers = match self.story.is_full() {
            true => Offers::default(),
            false => Offers::new(self.story.world(), self.every, self.network),
        };
        let keys = &offers.keys;
        let allowed = self.spec.scenario.faults != Faults::default();
        let question = self.question();
        let asked = self.asked(question.as_ref());
        let cast = self.roles.cast(&view, self.focus);
        let moment = Moment {
            asked: &asked,
            scenario: &self.spec.scenario,
            cast: &cast,
            view: &view,
            events,
            index: self.story.index(),
            fresh: fresh.clone(),
            keys,
        };
        let shown = self.shown_rows();
        let newest = if at == 0 { vec![] } else { self.rows(&view, fresh.start.max(1)..fresh.end) };
        let caption = newest.iter().find(|row| row.call.is_some()).or(newest.last()).cloned();
        StageView {
            event: self.events(),
            time: time(view.now),
            profile: profile(&self.spec),
            caption,
            sides: cast.sides.iter().filter_map(|side| SideScene::new(&moment, side)).collect(),
            lanes: lanes(&cast, &view, events, &events[fresh_part(&fresh)], keys),
            ladder: Ladder::new(&cast, &view, events, &fresh, keys),
            cards: cards(&moment),
            tabs: tabs(&moment),
            diagram: Diagram::new(&moment),
            fresh,
            rows: self.rows(&view, shown.clone()),
            later: self.events() + 1 - shown.end,
            question,
            held: self.held,
            answered: !self.done.is_empty() && self.done.iter().all(|done| *done),
            verdict: self.verdicts.iter().rfind(|(step, _)| *step < at).map(|(_, v)| v.clone()),
            known: self.story.known(),
            can_back: at > 0,
            can_step: !keys.is_empty(),
            can_happen: keys.len(),
            every: self.every,
            ending: ending(self.story.is_full().then_some(at), &view),
            offers: offers.shown,
            faults: offers.faults,
            more_faults: offers.more_faults,
            network: allowed.then_some(self.network),
        }
    }
}

/// Where the events of the last step lie in the list.
fn fresh_part(fresh: &Range<u32>) -> Range<usize> {
    fresh.start.saturating_sub(1) as usize..fresh.end.saturating_sub(1) as usize
}

fn profile(spec: &StageSpec) -> String {
    let network = match spec.scenario.network {
        Network::Loopback => "simulated kernel, loopback".into(),
        Network::Wire { mtu, .. } => format!("simulated kernels, MTU {mtu}"),
    };
    match spec.scenario.profile {
        Profile::Linux => network,
        Profile::Posix => format!("{network}, whatever POSIX permits"),
    }
}

fn ending(full: Option<usize>, view: &View) -> Option<Sentence> {
    if let Some(most) = full {
        return Some(Sentence::text(format!(
            "The stage stops here: it holds {most} steps. Go back to see more."
        )));
    }
    let free = view.programs.iter().any(|program| doing(program) == Doing::Free);
    Some(Sentence::text(match view.end? {
        End::Idle if free => "Nothing happens by itself now: it is your turn to make a call.",
        End::Idle => "Nothing more happens: every program has ended, or waits for new connections only.",
        End::Deadlock => {
            "Nothing more can happen: the programs wait, and nothing that could wake them is under way."
        }
    }))
}
