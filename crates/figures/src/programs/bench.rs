//! The workbench: what a learner has written, the machine that runs it, and what changes both.

mod view;

use std::collections::VecDeque;
use std::rc::Rc;

use scene::StageSpec;
use scene::programs::{Command, Pane, ProgramsView, Stopped, TaskView, Way};
use yew::prelude::*;

use super::ProgramsProps;
use super::listings::listings;
use super::work::{self, LINK, MAX_LINK, Work};
use crate::base64::{base64, unbase64};
use crate::platform;
use crate::platform::programs::{Field, Machine, Told};

/// How long nothing must have been written before it is kept, in milliseconds.
const KEEP_MS: u32 = 300;
/// Steps of a run that are asked for at first; then as many as take about [`TURN_MS`].
const MOST: u32 = 100;
/// Most of them.
const MOST_EVER: u32 = 20_000;
/// What one turn of a run takes, in milliseconds: a press of Pause waits so long.
const TURN_MS: u64 = 120;
/// Presses that wait for the machine; more are forgotten.
const QUEUE: usize = 16;
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
    /// Somebody is about to use it.
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
    Opened(Option<Work>, Option<Vec<u8>>),
    Say(Note),
    Keep,
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
    work: Work,
    areas: Vec<NodeRef>,
    tabs: NodeRef,
    fields: Vec<Field>,
    machine: Option<Machine>,
    /// Whether the machine has these texts.
    loaded: bool,
    /// What is shown is of other texts than those that stand there.
    stale: bool,
    view: Option<Rc<ProgramsView>>,
    queue: VecDeque<Ask>,
    /// The command that is being done: its number, whether it is a turn of a run, and since when.
    asked: Option<(u32, bool, u64)>,
    seq: u32,
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
}

impl Component for Workbench {
    type Message = Msg;
    type Properties = ProgramsProps;

    fn create(ctx: &Context<Self>) -> Self {
        let work = Work::original(&ctx.props().spec);
        Self {
            awake: false,
            areas: work.files.iter().map(|_| NodeRef::default()).collect(),
            work,
            tabs: NodeRef::default(),
            fields: Vec::new(),
            machine: None,
            loaded: false,
            stale: false,
            view: None,
            queue: VecDeque::new(),
            asked: None,
            seq: 0,
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
        }
    }

    fn view(&self, ctx: &Context<Self>) -> Html {
        if self.awake { self.drawn(ctx) } else { listings(&ctx.props().spec) }
    }

    fn rendered(&mut self, ctx: &Context<Self>, first: bool) {
        if first {
            ctx.link().send_message(Msg::Awake);
        } else if self.awake && self.fields.is_empty() {
            self.dress(ctx);
            ctx.props().mounted.emit(());
        }
    }

    fn update(&mut self, ctx: &Context<Self>, msg: Msg) -> bool {
        match msg {
            Msg::Awake => self.wake(ctx),
            Msg::Near => {
                self.machine(ctx).warm();
                return false;
            }
            Msg::Edited(program, text) => return self.edited(ctx, program, text),
            Msg::Stops(program, lines) => return self.stops(ctx, program, lines),
            Msg::StopHere => {
                if let Some(field) = self.fields.get(self.tab) {
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
                self.loaded = false;
                self.begin(ctx);
                self.note = Note { says: "From the beginning.".into(), bad: false };
            }
            Msg::Stage(command) => {
                self.running = None;
                self.ask(ctx, Ask::Command(Box::new(Command::Stage(command))));
            }
            Msg::Give(task, line) => self.give(ctx, task, line),
            Msg::Told(told) => self.told(ctx, told),
            Msg::Go(program, line) => {
                (self.tab, self.task, self.frame) = (program, None, None);
                if let Some(field) = self.fields.get(program) {
                    field.go(line);
                }
            }
            Msg::Original => {
                let original = Work::original(&ctx.props().spec);
                self.open(
                    ctx,
                    Work { stops: self.work.stops.clone(), calls: self.work.calls.clone(), ..original },
                );
                self.keep_soon(ctx);
                self.note = Note { says: "The original texts.".into(), bad: false };
            }
            Msg::Compare => self.compare = !self.compare,
            Msg::Save => self.save(&ctx.props().spec),
            Msg::Copy => {
                if self.loaded && !self.stale && self.view.as_ref().is_some_and(|it| it.faults.is_empty()) {
                    self.copying = true;
                    self.ask(ctx, Ask::Command(Box::new(Command::Record)));
                } else {
                    self.copy(ctx, None);
                }
            }
            Msg::Link(link) => follow(ctx, &link),
            Msg::Opened(work, record) => self.opened(ctx, work, record),
            Msg::Say(note) => self.note = note,
            Msg::Keep => {
                platform::programs::forget_link();
                let name = kept_under(&ctx.props().spec);
                if !platform::remember(&name, &self.work.write()) {
                    self.note = Note {
                        says: "This browser keeps nothing: what you write is gone with the page. Copy a link, or download it."
                            .into(),
                        bad: true,
                    };
                    return true;
                }
                return false;
            }
        }
        true
    }
}

/// The name under which a figure's work is kept.
fn kept_under(spec: &StageSpec) -> String {
    format!("socketscope.programs.{}.{}", platform::programs::path(), spec.id)
}

impl Workbench {
    fn wake(&mut self, ctx: &Context<Self>) {
        let spec = &ctx.props().spec;
        self.awake = true;
        if let Some(work) = platform::remembered(&kept_under(spec)).and_then(|it| Work::read(&it, spec)) {
            if work.texts != self.work.texts {
                self.note = Note { says: "As you left it.".into(), bad: false };
            }
            self.work = work;
        }
    }

    /// Makes the fields, and follows links from now on.
    fn dress(&mut self, ctx: &Context<Self>) {
        for (program, area) in self.areas.iter().enumerate() {
            let changed = ctx.link().callback(move |text| Msg::Edited(program, text));
            let stopped = ctx.link().callback(move |lines| Msg::Stops(program, lines));
            let field = Field::new(area, move |text| changed.emit(text), move |lines| stopped.emit(lines));
            if let Some(field) = field {
                field.stops(&self.work.stops[program]);
                self.fields.push(field);
            }
        }
        let link = ctx.link().callback(Msg::Link);
        platform::follow(&ctx.props().spec.id, move |it| {
            if let Some(it) = it {
                link.emit(it);
            }
            None
        });
    }

    fn machine(&mut self, ctx: &Context<Self>) -> &Machine {
        self.machine.get_or_insert_with(|| {
            let told = ctx.link().callback(Msg::Told);
            Machine::new(move |it| told.emit(it))
        })
    }

    fn edited(&mut self, ctx: &Context<Self>, program: usize, text: String) -> bool {
        if self.work.texts[program] == text {
            return false;
        }
        self.work.texts[program] = text;
        self.changed();
        self.keep_soon(ctx);
        true
    }

    /// The texts are others than the machine's.
    fn changed(&mut self) {
        self.queue.clear();
        (self.loaded, self.running, self.to_go_on) = (false, None, false);
        self.stale = self.view.is_some();
        self.note = Note::default();
        for field in &self.fields {
            field.mark("[]");
        }
    }

    fn stops(&mut self, ctx: &Context<Self>, program: usize, mut lines: Vec<u32>) -> bool {
        lines.sort_unstable();
        if self.work.stops[program] == lines {
            return false;
        }
        self.work.stops[program] = lines;
        self.tell_stops(ctx);
        self.keep_soon(ctx);
        true
    }

    fn breakpoints(&self) -> Ask {
        let (lines, calls) = (self.work.lines(), self.work.calls.clone());
        Ask::Command(Box::new(Command::Breakpoints { lines, calls }))
    }

    fn tell_stops(&mut self, ctx: &Context<Self>) {
        if self.loaded {
            let stops = self.breakpoints();
            self.ask(ctx, stops);
        }
    }

    fn keep_soon(&mut self, ctx: &Context<Self>) {
        let link = ctx.link().clone();
        self.keeping = Some(platform::Timeout::new(KEEP_MS, move || link.send_message(Msg::Keep)));
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

    /// Gives the machine the texts that stand there.
    fn begin(&mut self, ctx: &Context<Self>) {
        self.queue.clear();
        (self.loaded, self.stale, self.frame, self.task) = (true, false, None, None);
        let spec = Box::new(self.work.spec(&ctx.props().spec));
        let stops = self.breakpoints();
        self.queue.extend([Ask::Command(Box::new(Command::Load { spec })), stops]);
        self.pump(ctx);
    }

    /// Has something done, once what was asked before is.
    fn ask(&mut self, ctx: &Context<Self>, ask: Ask) {
        if !self.loaded {
            self.begin(ctx);
        }
        if self.queue.len() < QUEUE {
            self.queue.push_back(ask);
        }
        self.pump(ctx);
    }

    fn pump(&mut self, ctx: &Context<Self>) {
        while self.asked.is_none() {
            let Some(ask) = self.queue.pop_front() else { return };
            let run = matches!(ask, Ask::Run(_));
            let command = match ask {
                Ask::Command(command) => *command,
                Ask::Run(back) => Command::Run { most: self.most, back },
                Ask::Line(way, back) => match self.chosen().map(|(_, task)| task.task) {
                    Some(task) => Command::Line { task, way, back },
                    None => continue,
                },
            };
            let Ok(json) = serde_json::to_string(&command) else { continue };
            self.seq += 1;
            self.asked = Some((self.seq, run, platform::now_ms()));
            let seq = self.seq;
            self.machine(ctx).send(seq, &json);
        }
    }

    /// The program whose tab is chosen, and the thread of it that steps by line.
    fn chosen(&self) -> Option<(&Pane, &TaskView)> {
        let pane = self.pane(self.tab)?;
        let task = pane.tasks.iter().find(|it| Some(it.task) == self.task);
        let alive = || pane.tasks.iter().find(|it| !it.ended);
        Some((pane, task.or_else(alive).or(pane.tasks.first())?))
    }

    fn pane(&self, program: usize) -> Option<&Pane> {
        self.view.as_ref()?.panes.iter().find(|pane| pane.program as usize == program)
    }

    fn told(&mut self, ctx: &Context<Self>, told: Told) {
        match told {
            Told::View(seq, json) => {
                let Some((asked, run, since)) = self.asked.filter(|(asked, ..)| *asked == seq) else { return };
                debug_assert_eq!(asked, seq);
                self.asked = None;
                match serde_json::from_str::<ProgramsView>(&json) {
                    Ok(view) => self.shows(ctx, view, run, platform::now_ms().saturating_sub(since)),
                    Err(_) => self.lost("What the machine shows cannot be read: a mistake in the site itself."),
                }
                self.pump(ctx);
            }
            Told::Slow => self.lost(
                "One step took longer than 5 seconds: the machine was stopped and is made anew. Your programs stay; the next press \
                 begins from the start.",
            ),
            Told::Broken(why) => self.lost(&format!(
                "The machine has stopped ({why}). Your programs stay; the next press begins from the start."
            )),
        }
    }

    /// The machine is gone.
    fn lost(&mut self, says: &str) {
        self.changed();
        self.asked = None;
        self.note = Note { says: says.into(), bad: true };
    }

    fn shows(&mut self, ctx: &Context<Self>, view: ProgramsView, run: bool, took: u64) {
        if !self.loaded {
            // It was asked before the texts changed.
            return;
        }
        let mut view = view;
        let record = view.record.take();
        let view = Rc::new(view);
        self.view = Some(Rc::clone(&view));
        if std::mem::take(&mut self.copying) {
            self.copy(ctx, record);
        }
        if let Some(problem) = &view.problem {
            self.note = Note { says: problem.clone(), bad: true };
        }
        if !view.faults.is_empty() {
            (self.running, self.to_go_on) = (None, false);
            self.queue.clear();
            if let Some(fault) = view.faults.first() {
                self.tab = (fault.program as usize).min(self.work.files.len() - 1);
            }
        }
        match view.stopped {
            Some(Stopped::Line { program, .. }) => {
                (self.tab, self.task, self.frame) = (program as usize, None, None);
            }
            Some(Stopped::Call { task } | Stopped::Input { task }) => self.turn_to(task, &view),
            _ => {}
        }
        if run && let Some(back) = self.running {
            if view.stopped == Some(Stopped::Most) {
                self.most = match took {
                    0..TURN_MS => (self.most * 2).min(MOST_EVER),
                    _ => (self.most / 2).max(MOST / 4),
                };
                self.queue.push_back(Ask::Run(back));
            } else {
                let reads = matches!(view.stopped, Some(Stopped::Input { .. }));
                (self.running, self.to_go_on) = (None, reads && !back);
            }
        }
        self.mark(&view);
        if view.ending.is_some() {
            platform::ran(&ctx.props().spec.id, false);
        }
        platform::at(&ctx.props().spec.id, view.stage.event, view.stage.known);
    }

    /// Shows the program of this thread.
    fn turn_to(&mut self, task: u32, view: &ProgramsView) {
        let has = |pane: &&Pane| pane.tasks.iter().any(|it| it.task == task);
        if let Some(pane) = view.panes.iter().find(has) {
            (self.tab, self.task, self.frame) = (pane.program as usize, Some(task), None);
        }
    }

    /// Puts into the editors which line runs next, and what cannot be read.
    fn mark(&self, view: &ProgramsView) {
        for (program, field) in self.fields.iter().enumerate() {
            let mut marks = Vec::new();
            for fault in view.faults.iter().filter(|fault| fault.program as usize == program) {
                marks.push(mark(fault.line, "bad", "!", &fault.says));
            }
            let chosen = self.chosen().map(|(_, task)| task.task);
            for pane in view.panes.iter().filter(|pane| pane.program as usize == program) {
                for (at, task) in pane.tasks.iter().enumerate().filter(|(_, task)| !task.ended) {
                    let Some(line) = line_in(task, &pane.file).filter(|line| *line > 0) else { continue };
                    let now = pane.tasks.len() == 1 || chosen == Some(task.task);
                    let (kind, sign) =
                        if now { ("now", "›".into()) } else { ("note", (at + 1).to_string()) };
                    marks.push(mark(line, kind, &sign, &format!("{}: {}", task.name, task.doing)));
                }
            }
            field.mark(&serde_json::Value::Array(marks).to_string());
        }
    }

    /// Puts other work in the place of what stands there.
    fn open(&mut self, _: &Context<Self>, work: Work) {
        self.work = work;
        self.changed();
        for (program, field) in self.fields.iter().enumerate() {
            field.set(&self.work.texts[program]);
            field.stops(&self.work.stops[program]);
        }
    }

    fn opened(&mut self, ctx: &Context<Self>, work: Option<Work>, record: Option<Vec<u8>>) {
        let Some(work) = work else {
            self.note = Note {
                says: "This link is damaged, perhaps cut off. These are the programs as this page has them."
                    .into(),
                bad: true,
            };
            return;
        };
        self.open(ctx, work);
        self.note = Note {
            says: "As the link has it. Nothing of it is kept until you change it.".into(),
            bad: false,
        };
        if let Some(record) = record {
            self.ask(ctx, Ask::Command(Box::new(Command::Replay { record })));
        }
    }

    fn save(&mut self, spec: &StageSpec) {
        let Some(program) = spec.scenario.programs.get(self.tab) else { return };
        let text = work::file(spec, program, &self.work.texts[self.tab]);
        self.note = match platform::save_file(&program.file, text.as_bytes()) {
            Some(()) => Note {
                says: format!("{} is saved: its first lines say how to run it.", program.file),
                bad: false,
            },
            None => Note { says: "This browser cannot save a file.".into(), bad: true },
        };
    }

    /// Makes a link of the programs and their run, and copies it.
    fn copy(&self, ctx: &Context<Self>, record: Option<Vec<u8>>) {
        let say = ctx.link().callback(|(says, bad)| Msg::Say(Note { says, bad }));
        let (id, any) = (ctx.props().spec.id.clone(), record.is_some());
        let work = self.work.write().into_bytes();
        platform::deflate(work, move |work| {
            let Some(work) = work else {
                return say.emit(("This browser cannot pack a link.".into(), true));
            };
            let bare = format!("{LINK}{}", base64(&work));
            platform::deflate(record.unwrap_or_default(), move |run| {
                let run = run.filter(|_| any).map(|run| format!("{bare}.{}", base64(&run)));
                let (link, says) = match run.filter(|it| it.len() <= MAX_LINK) {
                    Some(whole) => (whole, "The link is copied: the programs, and where their run is."),
                    None => (bare, "The link is copied: the programs, from the start."),
                };
                if link.len() > MAX_LINK {
                    let says = format!(
                        "These programs are too long for a link, which has {MAX_LINK} characters at most: download them."
                    );
                    return say.emit((says, true));
                }
                platform::keep(&id, &link);
                platform::copy_address(move |copied| {
                    say.emit(if copied {
                        (says.into(), false)
                    } else {
                        let says = "The browser does not let this page copy. The link is in the address bar: copy it there.";
                        (says.into(), true)
                    });
                });
            });
        });
    }
}

/// Unpacks what a link has.
fn follow(ctx: &Context<Workbench>, link: &str) {
    let opened = ctx.link().callback(|(work, record)| Msg::Opened(work, record));
    let (Some((packed, record)), spec) = (work::parts(link), ctx.props().spec.clone()) else {
        return opened.emit((None, None));
    };
    let run = record.and_then(unbase64);
    let Some(packed) = unbase64(packed).filter(|_| link.len() <= MAX_LINK) else {
        return opened.emit((None, None));
    };
    platform::inflate(packed, move |bytes| {
        let json = bytes.and_then(|bytes| String::from_utf8(bytes).ok());
        let work = json.and_then(|json| Work::read(&json, &spec));
        match run {
            // A run that cannot be read is left out: the programs open at least.
            Some(run) => platform::inflate(run, move |run| opened.emit((work, run))),
            None => opened.emit((work, None)),
        }
    });
}

fn mark(line: u32, kind: &str, sign: &str, says: &str) -> serde_json::Value {
    serde_json::json!({ "line": line, "kind": kind, "sign": sign, "says": says })
}

/// The line of a program's own text at which a thread is: below a module's function, the line that called it.
fn line_in(task: &TaskView, file: &str) -> Option<u32> {
    let inner = task.stack.iter().rev().find(|frame| frame.file == file);
    inner.map(|frame| frame.line).or_else(|| task.stack.is_empty().then_some(task.line))
}
