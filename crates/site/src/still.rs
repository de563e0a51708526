//! A stage for readers whose scripts are off: its questions with their answers, and the calls of its run.

use lessons::{escape, inline_html};
use scene::{Command, Part, Row, Sentence, Stage, StageSpec};

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
