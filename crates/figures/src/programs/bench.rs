//! The workbench: what a learner has written, the machine that runs it, and what changes both.

mod desk;
mod exchange;
mod find;
mod found;
mod judge;
mod judged;
mod link;
mod machine;
mod pace;
mod view;

use std::collections::VecDeque;
use std::rc::Rc;

use scene::StageSpec;
use scene::programs::{Command, ProgramsView, Way};
use yew::prelude::*;

use self::desk::Desk;
use self::exchange::Exchange;
use self::find::{Find, Finder};
use self::judge::{Judging, Verdict};
use self::machine::MOST;
use super::ProgramsProps;
use super::listings::listings;
use super::work::Work;
use crate::platform;
use crate::platform::programs::{Machine, Rest, Told};
use crate::texts;

/// How long nothing must have been written before it is kept, in milliseconds.
const KEEP_MS: u32 = 300;
/// Calls before which a run may stop.
pub(super) const CALLS: [&str; 10] =
    ["socket", "bind", "listen", "accept", "connect", "send", "recv", "shutdown", "close", "select"];

/// A button that moves the run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Press {
    Run,
    Line(Way),
    Call,
    Event,
}

/// What is said beside the buttons.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Note {
    says: String,
    bad: bool,
}

/// What happens to a workbench.
pub(super) enum Msg {
    Awake,
    /// Somebody is about to use it, or may be soon and nothing else is to be done.
    Near,
    Edited(usize, String),
    Stops(usize, Vec<u32>),
    StopHere,
    Call(&'static str),
    Tab(usize),
    Task(u32),
    Frame(usize),
    Press(Press, bool),
    Again,
    Stage(scene::Command),
    Give(u32, Option<String>),
    Told(Told),
    Go(usize, u32),
    Original,
    Compare,
    Save,
    Copy,
    Link(String),
    Opened(Option<Work>, Option<Vec<u8>>, Option<u32>),
    Find(Find),
    Judge(Verdict),
    Posix,
    Say(Note),
    Keep,
    /// What was put aside takes the place of what stands there, and the other way round.
    Aside,
}

/// What waits for the machine.
#[derive(Clone, Debug)]
enum Ask {
    Command(Box<Command>),
    Line(Way, bool),
    Run(bool),
}

pub(super) struct Workbench {
    awake: bool,
    /// The figure's own programs, and those of an exercise's later rounds.
    specs: Vec<Rc<StageSpec>>,
    work: Work,
    desks: Vec<Desk>,
    /// The highest number of a desk.
    desks_ever: usize,
    /// Fields were made once.
    dressed: bool,
    section: NodeRef,
    tabs: NodeRef,
    rest: Option<Rest>,
    machine: Option<Machine>,
    exchange: Exchange,
    /// What is shown is of other texts than those that stand there.
    stale: bool,
    view: Option<Rc<ProgramsView>>,
    queue: VecDeque<Ask>,
    /// It runs, backwards or not.
    running: Option<bool>,
    /// The run is asked for, to be put into a link.
    copying: bool,
    /// It ran until somebody had to type.
    to_go_on: bool,
    most: u32,
    tab: usize,
    task: Option<u32>,
    frame: Option<usize>,
    compare: bool,
    note: Note,
    keeping: Option<platform::Timeout>,
    /// What stands there came with a link and was not changed.
    from_link: bool,
    /// Something was put aside.
    aside: bool,
    finder: Finder,
    judging: Judging,
    /// Calls may move any number of bytes.
    posix: bool,
}

impl Component for Workbench {
    type Message = Msg;
    type Properties = ProgramsProps;

    fn create(ctx: &Context<Self>) -> Self {
        let work = Work::original(&ctx.props().spec);
        Self {
            awake: false,
            specs: vec![Rc::new(ctx.props().spec.clone())],
            desks: (0..work.files.len()).map(|place| Desk::new(place, place)).collect(),
            desks_ever: work.files.len(),
            dressed: false,
            work,
            section: NodeRef::default(),
            tabs: NodeRef::default(),
            rest: None,
            machine: None,
            exchange: Exchange::default(),
            stale: false,
            view: None,
            queue: VecDeque::new(),
            running: None,
            copying: false,
            to_go_on: false,
            most: MOST,
            tab: 0,
            task: None,
            frame: None,
            compare: false,
            note: Note::default(),
            keeping: None,
            from_link: false,
            aside: false,
            finder: Finder::default(),
            judging: Judging::default(),
            posix: false,
        }
    }

    fn view(&self, ctx: &Context<Self>) -> Html {
        if self.awake { self.drawn(ctx) } else { listings(&ctx.props().spec) }
    }

    fn rendered(&mut self, ctx: &Context<Self>, first: bool) {
        if first {
            ctx.link().send_message(Msg::Awake);
        } else if self.awake && self.is_bare() {
            self.dress(ctx);
        }
        if std::mem::take(&mut self.finder.reveals) {
            self.finder.reveal();
        }
    }

    fn update(&mut self, ctx: &Context<Self>, msg: Msg) -> bool {
        match msg {
            Msg::Awake => self.wake(ctx),
            Msg::Near => {
                self.near(ctx);
                return false;
            }
            Msg::Edited(program, text) => return self.edited(ctx, program, text),
            Msg::Stops(program, lines) => return self.stops(ctx, program, lines),
            Msg::StopHere => {
                if let Some(field) = self.field(self.tab) {
                    let line = field.line();
                    let mut lines = self.work.stops[self.tab].clone();
                    match lines.iter().position(|it| *it == line) {
                        Some(at) => drop(lines.remove(at)),
                        None => lines.push(line),
                    }
                    field.stops(&lines);
                    return self.stops(ctx, self.tab, lines);
                }
            }
            Msg::Call(name) => {
                match self.work.calls.iter().position(|it| it == name) {
                    Some(at) => drop(self.work.calls.remove(at)),
                    None => self.work.calls.push(name.to_owned()),
                }
                self.tell_stops(ctx);
                self.keep_soon(ctx);
            }
            Msg::Tab(tab) => (self.tab, self.task, self.frame) = (tab, None, None),
            Msg::Task(task) => (self.task, self.frame) = (Some(task), None),
            Msg::Frame(frame) => self.frame = Some(frame),
            Msg::Press(press, back) => self.press(ctx, press, back),
            Msg::Again => {
                self.running = None;
                self.begin(ctx);
                self.note = Note { says: texts::programs::FROM_THE_BEGINNING.into(), bad: false };
            }
            Msg::Stage(command) => {
                self.running = None;
                self.ask(ctx, Ask::Command(Box::new(Command::Stage(command))));
            }
            Msg::Give(task, line) => self.give(ctx, task, line),
            Msg::Told(told) => return self.told(ctx, told),
            Msg::Go(program, line) => {
                (self.tab, self.task, self.frame) = (program, None, None);
                if let Some(field) = self.field(program) {
                    field.go(line);
                }
            }
            Msg::Original => {
                let original = Work::original(&ctx.props().spec);
                let Work { stops, calls, .. } = self.whole();
                self.open(Work { stops, calls, ..original });
                self.keep_soon(ctx);
                self.note = Note { says: texts::programs::THE_ORIGINAL_TEXTS.into(), bad: false };
            }
            Msg::Compare => self.compare = !self.compare,
            Msg::Save => self.save(),
            Msg::Copy => {
                if self.exchange.is_loaded()
                    && !self.stale
                    && self.view.as_ref().is_some_and(|it| it.faults.is_empty())
                {
                    self.copying = true;
                    self.ask(ctx, Ask::Command(Box::new(Command::Record)));
                } else {
                    self.copy(ctx, None);
                }
            }
            Msg::Link(link) => link::follow(ctx, self.specs.clone(), &link),
            Msg::Opened(work, record, at) => self.opened(ctx, work, record, at),
            Msg::Find(find) => self.find(ctx, find),
            Msg::Judge(verdict) => self.judge(ctx, verdict),
            Msg::Posix => {
                self.posix = !self.posix;
                self.running = None;
                // What was loaded ahead has the other rule.
                self.exchange.changed();
                self.begin(ctx);
                self.note = Note { says: texts::programs::FROM_THE_BEGINNING.into(), bad: false };
            }
            Msg::Say(note) => self.note = note,
            Msg::Keep => return self.keep(&ctx.props().spec),
            Msg::Aside => self.swap(ctx),
        }
        true
    }
}

impl Workbench {
    /// The programs that stand there, as the page has them.
    fn spec(&self) -> &Rc<StageSpec> {
        &self.specs[self.work.round]
    }

    fn wake(&mut self, ctx: &Context<Self>) {
        let spec = &ctx.props().spec;
        self.awake = true;
        if let Some(work) = link::kept(spec) {
            if work.texts != self.work.texts {
                self.note = Note { says: texts::programs::AS_YOU_LEFT_IT.into(), bad: false };
            }
            self.work = work;
        }
        self.look_for_exercise(spec);
        self.aside = link::aside(spec).is_some();
    }

    fn machine(&mut self, ctx: &Context<Self>) -> &Machine {
        self.machine.get_or_insert_with(|| {
            let told = ctx.link().callback(Msg::Told);
            Machine::new(move |it| told.emit(it))
        })
    }

    fn press(&mut self, ctx: &Context<Self>, press: Press, back: bool) {
        self.note = Note::default();
        if self.running.take().is_some() && press == Press::Run {
            return;
        }
        match press {
            Press::Run => {
                (self.running, self.most) = (Some(back), MOST);
                self.ask(ctx, Ask::Run(back));
            }
            Press::Line(way) => self.ask(ctx, Ask::Line(way, back)),
            Press::Call | Press::Event => {
                let command = match (press, back) {
                    (Press::Call, false) => scene::Command::StepCall,
                    (Press::Call, true) => scene::Command::BackCall,
                    (_, false) => scene::Command::Step,
                    (_, true) => scene::Command::Back,
                };
                self.ask(ctx, Ask::Command(Box::new(Command::Stage(command))));
            }
        }
    }

    fn give(&mut self, ctx: &Context<Self>, task: u32, line: Option<String>) {
        if self.stale {
            return;
        }
        self.ask(ctx, Ask::Command(Box::new(Command::Input { task, line })));
        if std::mem::take(&mut self.to_go_on) {
            self.running = Some(false);
            self.ask(ctx, Ask::Run(false));
        }
    }
}
