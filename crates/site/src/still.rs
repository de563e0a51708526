//! A stage for readers whose scripts are off: its questions with their answers, and the calls of its run.

use lessons::{escape, inline_html};
use python::Limits;
use scene::{Command, Part, Row, Sentence, Stage, StageSpec, programs};
use studio::Studio;

/// Most steps of a run that is told without scripts.
const MOST_STEPS: u32 = 20_000;

/// What stands in for stepping: nothing for a stage that cannot run.
pub(crate) fn html(spec: &StageSpec) -> String {
    let calls = calls(spec);
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
    let rows = calls.iter().map(|row| {
        let call = row.call.as_deref().unwrap_or_default();
        format!("<li>{} <code>{}</code> {}</li>\n", escape(&row.who), escape(call), sentence(&row.says))
    });
    format!(
        "<noscript><div class=\"still\"><p>Scripts are off, so this stage does not move.{} Here is its run when nobody \
         interferes, call by call.</p>\n{}<details><summary>{} calls, simulated</summary><ol>\n{}</ol></details></div></noscript>",
        if spec.predictions.is_empty() { "" } else { " Think of an answer to each question, then open it." },
        questions.collect::<String>(),
        calls.len(),
        rows.collect::<String>()
    )
}

/// What programs in Python have written when nobody interferes, for readers whose scripts are off.
pub(crate) fn of_programs(spec: &StageSpec) -> String {
    let Some(wrote) = wrote(spec) else { return String::new() };
    let one = |(name, text): &(String, String)| {
        format!("<h3>{} wrote</h3>\n<pre class=\"code\">{}</pre>\n", escape(name), escape(text.trim_end()))
    };
    format!(
        "<noscript><div class=\"still\"><p>Scripts are off, so these programs are neither edited nor stepped here. This came of \
         them on a simulated kernel, when nobody interfered.</p>\n{}</div></noscript>",
        wrote.iter().filter(|(_, text)| !text.is_empty()).map(one).collect::<String>()
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
