//! A stage for readers whose scripts are off: its questions with their answers, and the calls of its run.

use lessons::{escape, inline_html, listing};
use python::Limits;
use scene::{Command, FigureSpec, Part, Row, Sentence, Stage, StageSpec, programs};
use studio::Studio;

use crate::texts::still::{
    self as texts, LIVE_WITHOUT_SCRIPTS, PROGRAMS_WITHOUT_SCRIPTS, RUN_IT, STEP_AND_CHANGE_IT, STEP_IT,
    THINK_FIRST,
};

/// Most steps of a run that is told without scripts.
const MOST_STEPS: u32 = 20_000;

/// Most calls that are told on the page of all lessons.
const MOST_CALLS: usize = 60;

/// What came of a figure when nobody interfered, for readers for whom it does not move.
pub(crate) enum Came {
    /// A stage's calls; none where it cannot run.
    Calls(Vec<Row>),
    /// What each program wrote; none where they cannot run.
    Wrote(Option<Vec<(String, String)>>),
    /// Nothing runs that is not real.
    Nothing,
}

impl Came {
    /// Runs the figure.
    pub(crate) fn of(spec: &FigureSpec) -> Self {
        match spec {
            FigureSpec::Stage(stage) => Self::Calls(calls(stage)),
            FigureSpec::Programs(programs) => Self::Wrote(wrote(programs)),
            FigureSpec::Live(_) => Self::Nothing,
        }
    }
}

/// What stands in for a figure while scripts are off.
pub(crate) fn html(spec: &FigureSpec, came: &Came) -> String {
    match (spec, came) {
        (FigureSpec::Stage(stage), Came::Calls(calls)) => of_stage(stage, calls),
        (_, Came::Wrote(Some(wrote))) => of_programs(wrote),
        (FigureSpec::Live(_), _) => {
            format!("<noscript><p class=\"still\">{LIVE_WITHOUT_SCRIPTS}</p></noscript>")
        }
        _ => String::new(),
    }
}

fn of_stage(spec: &StageSpec, calls: &[Row]) -> String {
    if calls.is_empty() {
        return String::new();
    }
    let questions = spec.predictions.iter().map(|p| {
        format!(
            "<details><summary>{}</summary><p>{}</p></details>\n",
            inline_html(&p.ask),
            inline_html(&p.because)
        )
    });
    let rows = calls.iter().map(told);
    format!(
        "<noscript><div class=\"still\"><p>{stage_without_scripts}</p>\n{}<details><summary>{how_many}</summary><ol>\n{}</ol></details></div></noscript>",
        questions.collect::<String>(),
        rows.collect::<String>(),
        stage_without_scripts =
            texts::stage_without_scripts(if spec.predictions.is_empty() { "" } else { THINK_FIRST }),
        how_many = texts::calls(calls.len())
    )
}

fn told(row: &Row) -> String {
    let call = row.call.as_deref().unwrap_or_default();
    format!("<li>{} <code>{}</code> {}</li>\n", escape(&row.who), escape(call), sentence(&row.says))
}

/// A figure on the page of all lessons: its programs, its questions with their answers, and what came of them. `href` leads to where it
/// can be stepped or run.
pub(crate) fn on_paper(spec: &FigureSpec, came: &Came, id: &str, href: &str) -> String {
    let (scenario, does) = match spec {
        FigureSpec::Stage(stage) => (&stage.scenario, STEP_IT),
        FigureSpec::Programs(stage) => (&stage.scenario, STEP_AND_CHANGE_IT),
        FigureSpec::Live(live) => (&live.scenario, RUN_IT),
    };
    let one = |it: &world::ProgramSpec| {
        let source = listing(&texts::file_of(spec.title(), &it.file), it.source.trim(), true);
        format!("<div><p>{} <code>{}</code></p>\n{source}</div>\n", escape(&it.name), escape(&it.file))
    };
    let listings = scenario.programs.iter().map(one);
    let asked = match spec {
        FigureSpec::Stage(stage) => asked(stage),
        FigureSpec::Programs(_) | FigureSpec::Live(_) => String::new(),
    };
    let came = match came {
        Came::Calls(calls) => on_paper_calls(calls),
        Came::Wrote(wrote) => on_paper_wrote(spec.title(), wrote.as_deref().unwrap_or_default()),
        Came::Nothing => String::new(),
    };
    format!(
        "<section class=\"still on-paper\" id=\"{id}\" aria-label=\"{title}\"><p><strong>{title}</strong> <a href=\"{href}\">{does}</a></p>\n\
         <div class=\"listings\">{}</div>{asked}{came}</section>\n",
        listings.collect::<String>(),
        title = escape(spec.title()),
    )
}

fn asked(stage: &StageSpec) -> String {
    let one = |it: &scene::Prediction| {
        format!("<dt>{}</dt><dd>{}</dd>\n", inline_html(&it.ask), inline_html(&it.because))
    };
    let all: String = stage.predictions.iter().map(one).collect();
    if all.is_empty() { all } else { format!("<dl class=\"asked\">{all}</dl>\n") }
}

fn on_paper_calls(calls: &[Row]) -> String {
    if calls.is_empty() {
        return String::new();
    }
    let more = match calls.len().saturating_sub(MOST_CALLS) {
        0 => String::new(),
        more => format!("<p>{}</p>", texts::more_calls(more)),
    };
    format!(
        "<details><summary>{how_many}</summary><ol>\n{}</ol>{more}</details>\n",
        calls.iter().take(MOST_CALLS).map(told).collect::<String>(),
        how_many = texts::calls(calls.len())
    )
}

fn on_paper_wrote(title: &str, wrote: &[(String, String)]) -> String {
    let one = |(name, text): &(String, String)| {
        let label = texts::what_wrote(title, name);
        format!(
            "<p>{}</p>\n{}",
            texts::wrote_simulated(escape(name)),
            listing(&label, text.trim_end(), false)
        )
    };
    wrote.iter().filter(|(_, text)| !text.is_empty()).map(one).collect()
}

/// What programs in Python have written.
fn of_programs(wrote: &[(String, String)]) -> String {
    let one = |(name, text): &(String, String)| {
        format!(
            "<h3>{}</h3>\n<pre class=\"code\">{}</pre>\n",
            texts::wrote(escape(name)),
            escape(text.trim_end())
        )
    };
    let wrote: String = wrote.iter().filter(|(_, text)| !text.is_empty()).map(one).collect();
    let came = if wrote.is_empty() { texts::THEY_WROTE_NOTHING } else { texts::THIS_CAME_OF_THEM };
    format!(
        "<noscript><div class=\"still\"><p>{PROGRAMS_WITHOUT_SCRIPTS} {came}</p>\n{wrote}</div></noscript>"
    )
}

/// Each program's name and all that it wrote; none where they cannot be run.
pub(crate) fn wrote(spec: &StageSpec) -> Option<Vec<(String, String)>> {
    let spec = Box::new(StageSpec { predictions: Vec::new(), ..spec.clone() });
    let mut studio = Studio::new(Limits::default());
    let view = studio.handle(programs::Command::Load { spec, stops: programs::Breakpoints::default() });
    if !view.faults.is_empty() || view.problem.is_some() {
        return None;
    }
    let view = studio.handle(programs::Command::Run { most: MOST_STEPS, back: false });
    let text = |pane: programs::Pane| (pane.name, pane.output.into_iter().map(|it| it.text).collect());
    Some(view.panes.into_iter().map(text).collect())
}

/// Every call of the run that nobody interferes with.
fn calls(spec: &StageSpec) -> Vec<Row> {
    let spec = StageSpec { predictions: Vec::new(), ..spec.clone() };
    let Ok(mut stage) = Stage::new(spec) else { return Vec::new() };
    stage.handle(Command::ToEnd);
    stage.transcript().into_iter().filter(|row| row.call.is_some()).collect()
}

fn sentence(sentence: &Sentence) -> String {
    let part = |part: &Part| match part {
        Part::Text(text) => escape(text),
        Part::Code(text) => format!("<code>{}</code>", escape(text)),
        Part::Bytes(start, end) => scene::range(*start, *end),
        Part::Em(text) => format!("<em>{}</em>", escape(text)),
        Part::Strong(text) => format!("<strong>{}</strong>", escape(text)),
    };
    sentence.0.iter().map(part).collect()
}
