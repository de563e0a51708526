//! What the machine holds of a program: threads, call stack, variables, and what it wrote.

use scene::programs::{Pane, ProgramsView, TaskView, VariableView, Written};
use syscall::{Direction, StreamRange};
use yew::prelude::*;

use super::traceback::{Piece, pieces};
use crate::platform;
use crate::texts;

/// Threads, call stack and variables of one program.
pub(super) struct Stacks<'p> {
    pub(super) pane: &'p Pane,
    /// The thread that is shown.
    pub(super) task: &'p TaskView,
    /// The function that is shown, by its place in the stack.
    pub(super) frame: usize,
    pub(super) pick_task: Callback<u32>,
    pub(super) pick_frame: Callback<usize>,
}

impl Stacks<'_> {
    pub(super) fn html(&self) -> Html {
        let frame = self.task.stack.get(self.frame).filter(|frame| frame.function != "<module>");
        html! {
            <>
                if self.pane.tasks.len() > 1 { {self.threads()} }
                if !self.task.c.is_empty() { {in_c(&self.task.c)} }
                if !self.task.stack.is_empty() { {self.stack()} }
                if let Some(text) = &self.task.library { {library(self.task, text)} }
                if let Some(frame) = frame {
                    {variables(&texts::programs::variables_of(&frame.function), &frame.locals)}
                }
                {variables(&texts::programs::variables_of(&self.pane.file), &self.task.globals)}
            </>
        }
    }

    fn threads(&self) -> Html {
        html! {
            <div class="pane" data-part="threads">
                <h3>{texts::programs::THREADS}</h3>
                <ol class="threads">
                    for (at, task) in self.pane.tasks.iter().enumerate() {
                        <li key={task.task}>
                            <button type="button" class="tab" aria-pressed={(task.task == self.task.task).to_string()}
                                onclick={let task = task.task; self.pick_task.reform(move |_: MouseEvent| task)}>
                                <span class="sign" aria-hidden="true">{at + 1}</span><b>{task.name.clone()}</b>{" "}<span>{where_is(task)}</span>
                            </button>
                        </li>
                    }
                </ol>
            </div>
        }
    }

    /// The innermost function first, as it is where the thread is.
    fn stack(&self) -> Html {
        html! {
            <div class="pane" data-part="stack">
                <h3>{texts::programs::CALL_STACK}</h3>
                <ol class="frames">
                    for (at, frame) in self.task.stack.iter().enumerate().rev() {
                        <li key={at}>
                            <button type="button" class="tab" aria-pressed={(at == self.frame).to_string()}
                                onclick={self.pick_frame.reform(move |_: MouseEvent| at)}>
                                <b>{frame.function.clone()}</b>{" "}<span>{texts::programs::line_of(&frame.file, frame.line)}</span>
                            </button>
                        </li>
                    }
                </ol>
            </div>
        }
    }
}

/// The call at hand as C spells it.
fn in_c(statements: &str) -> Html {
    html! {
        <div class="pane" data-part="c">
            <h3>{texts::programs::THIS_CALL_IN_C}</h3>
            <pre class="in-c"><code>{statements.to_owned()}</code></pre>
        </div>
    }
}

/// The lines around the one that runs in the middle of a library's module.
fn library(task: &TaskView, text: &str) -> Html {
    const AROUND: usize = 4;
    let line = task.line as usize;
    let from = line.saturating_sub(AROUND + 1);
    let file = task.stack.last().map(|frame| frame.file.clone()).unwrap_or_default();
    html! {
        <div class="pane" data-part="library">
            <h3>{file}{" "}<span>{texts::programs::IN_THE_LIBRARY}</span></h3>
            <ol class="src">
                for (at, text) in text.lines().enumerate().skip(from).take(2 * AROUND + 1) {
                    <li key={at} class={classes!((at + 1 == line).then_some("current"))}><span class="n">{at + 1}</span><code>{text.to_owned()}</code></li>
                }
            </ol>
        </div>
    }
}

/// Whether all of such a value stands in its own text.
fn is_plain(class: &str) -> bool {
    matches!(class, "str" | "bytes" | "bytearray" | "int" | "float" | "bool" | "tuple")
}

/// The stretch of a stream that bytes are: as the tapes below count them.
fn stretch(of: StreamRange) -> Html {
    let back = if of.direction == Direction::Back { texts::programs::BACK } else { "" };
    let bytes = scene::range(of.start, of.end);
    html! { <span class="streams"><span class="ref">{texts::programs::bytes_of(bytes, of.connection, back)}</span></span> }
}

/// What a container or an instance holds.
fn parts(variable: &VariableView) -> Html {
    html! {
        <details><summary>{texts::programs::parts(variable.parts.len())}</summary>
            <ul>
                for (at, (name, text)) in variable.parts.iter().enumerate() {
                    <li key={at}><code>{name.clone()}{": "}{text.clone()}</code></li>
                }
            </ul>
        </details>
    }
}

fn where_is(task: &TaskView) -> String {
    if task.ended || task.line == 0 {
        task.doing.clone()
    } else {
        texts::programs::line_and_doing(task.line, &task.doing)
    }
}

fn variables(title: &str, list: &[VariableView]) -> Html {
    html! {
        <div class="pane" data-part="variables">
            <h3>{title.to_owned()}</h3>
            if list.is_empty() { <p class="hint">{texts::programs::NONE_YET}</p> }
            <dl class="values">
                for variable in list.iter() {
                    <div key={variable.name.clone()} class={classes!(variable.changed.then_some("changed"))}>
                        <dt>
                            if variable.changed { <span class="new" aria-hidden="true">{"•"}</span><span class="sr">{texts::programs::CHANGED}</span> }
                            {variable.name.clone()}
                        </dt>
                        <dd>
                            <code>{variable.text.clone()}</code>{" "}<span class="class">{variable.class.clone()}</span>
                            {for variable.bytes.map(stretch)}
                            if variable.parts.len() > 1 && !is_plain(&variable.class) { {parts(variable)} }
                        </dd>
                    </div>
                }
            </dl>
        </div>
    }
}

/// What each program wrote, and a field where one waits for input. `go` leads to a line, `give` takes a line of input.
pub(super) fn outputs(
    view: &ProgramsView,
    go: &Callback<(usize, u32)>,
    give: &Callback<(u32, Option<String>)>,
    stale: bool,
) -> Html {
    let files: Vec<_> = view.panes.iter().map(|pane| pane.file.as_str()).collect();
    html! {
        <div class="outputs" data-part="outputs">
            for pane in view.panes.iter() {
                <div key={pane.program} class="output" data-part="output">
                    <h3>{pane.name.clone()}{" "}<span>{texts::programs::WROTE}</span></h3>
                    <div class="written" tabindex="0" role="region" aria-label={texts::programs::output_of(&pane.name)}>
                        if pane.cut { <p class="hint">{texts::programs::EARLIER_OUTPUT_IS_LEFT_OUT}</p> }
                        if pane.output.is_empty() { <p class="hint">{texts::programs::NOTHING_YET}</p> }
                        for (at, written) in pane.output.iter().enumerate() { {piece(at, written, &files, go)} }
                    </div>
                    for task in pane.tasks.iter().filter(|task| task.reads && !stale) {
                        <InputForm key={task.task} task={task.task} name={pane.name.clone()} give={give.clone()} />
                    }
                </div>
            }
        </div>
    }
}

fn piece(at: usize, written: &Written, files: &[&str], go: &Callback<(usize, u32)>) -> Html {
    html! {
        <pre key={at} class={classes!(written.error.then_some("error"))}>
            if written.error { <span class="sr">{texts::programs::STANDARD_ERROR}</span> }
            for (at, piece) in pieces(&written.text, files).into_iter().enumerate() {
                {match piece {
                    Piece::Text(text) => html! { <span key={at}>{text}</span> },
                    Piece::Place { program, line, text } => html! {
                        <button key={at} type="button" class="line-link" onclick={go.reform(move |_: MouseEvent| (program, line))}>{text}</button>
                    },
                }}
            }
        </pre>
    }
}

#[derive(Properties, PartialEq, Clone)]
struct InputProps {
    task: u32,
    name: String,
    give: Callback<(u32, Option<String>)>,
}

/// A line of standard input.
#[component]
fn InputForm(props: &InputProps) -> Html {
    let form = use_node_ref();
    let submit = {
        let (form, give, task) = (form.clone(), props.give.clone(), props.task);
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            give.emit((task, Some(platform::programs::take_field(&form, "line"))));
        })
    };
    let end = {
        let (give, task) = (props.give.clone(), props.task);
        Callback::from(move |_: MouseEvent| give.emit((task, None)))
    };
    html! {
        <form class="input-line" ref={form} onsubmit={submit} data-part="input">
            <input type="text" name="line" autocomplete="off" autocapitalize="off" spellcheck="false"
                aria-label={texts::programs::input_for(&props.name)} />
            <button type="submit" class="btn main">{texts::programs::ENTER}</button>
            <button type="button" class="btn quiet" onclick={end} title={texts::programs::END_OF_INPUT_HINT}>{texts::programs::END_OF_INPUT}</button>
        </form>
    }
}
