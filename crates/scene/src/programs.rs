//! Programs in Python on a page: what the page asks of their engine, and what it is shown. The engine is crate `studio`.

use serde::{Deserialize, Serialize};
use syscall::StreamRange;

use crate::hunt::{Hunt, HuntView};
use crate::judge::{Judge, JudgeView};
use crate::spec::StageSpec;
use crate::stage::{self, StageView};
use crate::text::Sentence;

/// What a page may ask.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Command {
    /// Begin anew with these programs.
    Load {
        /// Hosts, network, programs and questions.
        spec: Box<StageSpec>,
        /// Where they stop.
        stops: Breakpoints,
    },
    /// As any stage.
    Stage(stage::Command),
    /// Go on until a thread is about to run another line.
    Line {
        /// The thread, as a task.
        task: u32,
        /// Which lines count.
        way: Way,
        /// Backwards.
        back: bool,
    },
    /// Go on until a breakpoint, a question or the end, at most so many steps; asked again while it is to run.
    Run {
        /// Most steps.
        most: u32,
        /// Backwards.
        back: bool,
    },
    /// Stop before these.
    Breakpoints(Breakpoints),
    /// A line of standard input, with its end; none is the end of the input.
    Input {
        /// The thread that reads.
        task: u32,
        /// The line.
        line: Option<String>,
    },
    /// Answer with the run as a link carries it: [`ProgramsView::record`].
    Record,
    /// Begin anew with what a link carries and do what was done, as far as it goes. Breakpoints stay.
    Replay {
        /// [`world::Record`] as bytes.
        record: Vec<u8>,
        /// After how many steps it stands then; none: after all.
        at: Option<u32>,
    },
    /// Search for what breaks the programs. Answered with [`ProgramsView::hunt`] and nothing else, unless they cannot be run.
    Hunt(Hunt),
    /// Judge an exercise, whatever programs are loaded. Answered with [`ProgramsView::judge`] and nothing else, unless it cannot be judged.
    Judge(Judge),
}

/// Before what a run stops.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Breakpoints {
    /// Programs by their place in the scenario, with a line from 1.
    pub lines: Vec<(u32, u32)>,
    /// Names of calls: `send`.
    pub calls: Vec<String>,
}

/// Which lines count for a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Way {
    /// Every line, also of functions that are called.
    Into,
    /// Those of this function, and of what called it.
    Over,
    /// Those of what called this function.
    Out,
}

/// Programs at one moment, ready to be drawn.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ProgramsView {
    /// The stage below them.
    pub stage: StageView,
    /// The programs, in the order of the scenario.
    pub panes: Vec<Pane>,
    /// What keeps the programs from being run; empty: nothing does.
    pub faults: Vec<Fault>,
    /// Why it stands where it stands, after a command that goes on.
    pub stopped: Option<Stopped>,
    /// Why nothing more happens, if so: better than the stage's own.
    pub ending: Option<Sentence>,
    /// How many steps were taken, lines included, and how many are known.
    pub steps: (u32, u32),
    /// The run as a link carries it, where it was asked for.
    pub record: Option<Vec<u8>>,
    /// How far the search is, where that was asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hunt: Option<Box<HuntView>>,
    /// How far the judgement is, where that was asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub judge: Option<Box<JudgeView>>,
    /// What is wrong with what was asked: a link that is damaged or diverges.
    pub problem: Option<String>,
}

/// Why going on has stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stopped {
    /// The step that was asked for is done.
    Step,
    /// At a line with a breakpoint.
    Line {
        /// The program.
        program: u32,
        /// The line.
        line: u32,
    },
    /// Before a call with a breakpoint.
    Call {
        /// The thread that makes it.
        task: u32,
    },
    /// A question is due.
    Question,
    /// A program waits for a line of standard input, and nothing else happens.
    Input {
        /// The thread.
        task: u32,
    },
    /// As many steps as were asked for are done.
    Most,
    /// Nothing more happens; backwards: nothing has happened yet.
    End,
}

/// A program that cannot be run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fault {
    /// Which, by its place in the scenario.
    pub program: u32,
    /// The line, from 1; 0 where it is about the whole.
    pub line: u32,
    /// The column, characters from 1.
    pub column: u32,
    /// What is wrong: as CPython says it, or what this machine does not support.
    pub says: String,
    /// What to write instead, where it is not supported.
    pub instead: String,
}

/// A program with its processes and threads.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pane {
    /// Its place in the scenario.
    pub program: u32,
    /// Its name.
    pub name: String,
    /// Its host's name.
    pub host: String,
    /// Its file's name.
    pub file: String,
    /// Its threads and those of the processes that it forked, in the order of their start.
    pub tasks: Vec<TaskView>,
    /// What it has written, oldest first; of much the last part.
    pub output: Vec<Written>,
    /// Whether earlier output is left out.
    pub cut: bool,
}

/// Text that a program has written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Written {
    /// The event that told it.
    pub event: u32,
    /// Whether to standard error.
    pub error: bool,
    /// The text.
    pub text: String,
}

/// A thread.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaskView {
    /// Its number.
    pub task: u32,
    /// Its process.
    pub pid: u32,
    /// Its name.
    pub name: String,
    /// What it does, as a phrase: `is about to run line 5`, `waits in recv(3, 100)`.
    pub doing: String,
    /// The call that it is about to make, or waits in, as statements of C; empty where there is none.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub c: String,
    /// The line that runs next or waits, from 1; 0 where it has ended.
    pub line: u32,
    /// The text of the library's module that it is in the middle of, where it is: `line` is of that text then.
    pub library: Option<String>,
    /// Whether it can go on now.
    pub ready: bool,
    /// Whether it has ended.
    pub ended: bool,
    /// Whether it reads standard input.
    pub reads: bool,
    /// The calls in progress, the outermost first.
    pub stack: Vec<FrameView>,
    /// Global variables.
    pub globals: Vec<VariableView>,
}

/// A function's call in progress.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FrameView {
    /// The function's name; `<module>` for the program's text.
    pub function: String,
    /// The file.
    pub file: String,
    /// The line.
    pub line: u32,
    /// Its variables, parameters first; none for `<module>`: they are global.
    pub locals: Vec<VariableView>,
}

/// A variable.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct VariableView {
    /// Its name.
    pub name: String,
    /// As `repr` would show it, cut where it is long.
    pub text: String,
    /// The name of its class.
    pub class: String,
    /// Whether the last command changed it.
    pub changed: bool,
    /// What a container or an instance holds.
    pub parts: Vec<(String, String)>,
    /// The stretch of a stream that its bytes are, where they are one: sent from it, or received.
    pub bytes: Option<StreamRange>,
}
