//! The page that shows how true the simulator is: every measured statement, its script, and what comes of it in the simulator, on a
//! real kernel, and on two over a lab's wire.

use lessons::escape;
use truth::{Recorded, Report, Row, Section as Facts, Status, caught, differences, recorded, simulated};

use crate::layout::{Content, Section};
use crate::texts::truth::{
    self as texts, DESCRIPTION, HERE, HOW_TRUE_IT_IS, LEDE, LETTERS, LINE, NOBODY, NOT_PLAYED_YET,
    NOTICED_BY, ON_LINUX, RANDOM_SCRIPTS, RULE, SIMULATED, WHAT_IT_DOES_OTHERWISE, WHO_NOTICES,
    WHO_NOTICES_ABOUT,
};

/// The whole table.
pub(crate) fn content() -> Content<'static> {
    let (sections, recorded) = (simulated(), recorded());
    let count = |status: Status| {
        sections.iter().flat_map(|(_, reports)| reports).filter(|report| report.status == status).count()
    };
    let mut main = format!(
        "<div class=\"page\">\n<header class=\"opening\"><h1>{HOW_TRUE_IT_IS}</h1>\n\
         <p class=\"lede\">{LEDE}</p></header>\n<div class=\"prose\">\n\
         <p class=\"tally\">{tally}</p>\n\
         <p>{figures}</p>\n\
         <p>{last_column}</p>\n\
         <p>{LETTERS}</p>\n</div>\n",
        tally = texts::tally(count(Status::Pass), count(Status::Simplified), count(Status::Fail)),
        figures = texts::figures(escape(&recorded[0].kernel)),
        last_column = texts::last_column(recorded[0].runs),
    );
    for (number, (facts, reports)) in sections.iter().enumerate() {
        section(&mut main, number + 1, facts, reports, &recorded);
    }
    lists(&mut main);
    main.push_str("</div>\n");
    Content { title: HOW_TRUE_IT_IS, description: DESCRIPTION, section: Section::None, main }
}

/// What is done otherwise, and which rules are watched.
fn lists(out: &mut String) {
    out.push_str(&format!("<section class=\"wide facts\" aria-labelledby=\"differences\"><h2 id=\"differences\">{WHAT_IT_DOES_OTHERWISE}</h2>\
         <p>{RANDOM_SCRIPTS}</p>\n\
         <table><thead><tr><th scope=\"col\">{HERE}</th><th scope=\"col\">{ON_LINUX}</th></tr></thead><tbody>\n"));
    for difference in differences() {
        let (what, why) = (escape(&difference.what), escape(&difference.why));
        out.push_str(&format!("<tr><td>{what}</td><td>{why}</td></tr>\n"));
    }
    out.push_str(&format!("</tbody></table></section>\n<section class=\"wide facts\" aria-labelledby=\"mutations\">\
         <h2 id=\"mutations\">{WHO_NOTICES}</h2><p>{WHO_NOTICES_ABOUT}</p>\n<table><thead><tr><th scope=\"col\">{RULE}</th>\
         <th scope=\"col\">{NOTICED_BY}</th></tr></thead><tbody>\n"));
    for caught in caught() {
        let by = if caught.by.is_empty() { NOBODY } else { caught.by.as_str() };
        out.push_str(&format!("<tr><td>{}</td><td>{}</td></tr>\n", escape(&caught.rule), escape(by)));
    }
    out.push_str("</tbody></table></section>\n");
}

fn section(out: &mut String, number: usize, facts: &Facts, reports: &[Report], recorded: &[Recorded; 2]) {
    out.push_str(&format!(
        "<section class=\"wide facts\" aria-labelledby=\"facts-{number}\"><h2 id=\"facts-{number}\">{}</h2><p>{}</p>\n",
        escape(&facts.title),
        escape(&facts.about)
    ));
    for (row, report) in facts.rows.iter().zip(reports) {
        fact(out, row, report, recorded);
    }
    out.push_str("</section>\n");
}

fn fact(out: &mut String, row: &Row, report: &Report, recorded: &[Recorded; 2]) {
    let (verdict, claim) = (report.status.text(), escape(&row.claim));
    out.push_str(&format!(
        "<details class=\"fact\" id=\"{}\"><summary><span class=\"stands {verdict}\">{verdict}</span> \
         <span class=\"claim\">{claim}</span></summary>\n<p>{holds_for}{}{}</p>\n",
        row.id,
        sentence(row.note.as_deref()),
        sentence(row.simplified.as_deref()),
        holds_for = texts::holds_for(row.scope.text()),
    ));
    let came = recorded.each_ref().map(|recorded| recorded.row(row));
    for (recorded, came) in recorded.iter().zip(&came) {
        if came.is_none() {
            let why = recorded.left_out(&row.id).unwrap_or(NOT_PLAYED_YET);
            out.push_str(&format!("<p>{}</p>\n", texts::not_over(escape(&recorded.network), escape(why))));
        }
    }
    out.push_str(&format!(
        "<table><thead><tr><th scope=\"col\">{LINE}</th>\
         <th scope=\"col\">{SIMULATED}</th>"
    ));
    for recorded in recorded {
        out.push_str(&format!("<th scope=\"col\">{}</th>", texts::real(escape(&recorded.network))));
    }
    out.push_str("</tr></thead><tbody>\n");
    for (place, played) in report.story.iter().enumerate() {
        let wrong = if played.fine { "" } else { " class=\"wrong\"" };
        let line = escape(&played.line);
        out.push_str(&format!("<tr><td><code>{line}</code></td><td{wrong}>{}</td>", code(&played.came)));
        for came in &came {
            let came = came.map_or("", |came| &came[place]);
            let same = if came == played.came { " class=\"same\"" } else { "" };
            out.push_str(&format!("<td{same}>{}</td>", code(came)));
        }
        out.push_str("</tr>\n");
    }
    out.push_str("</tbody></table></details>\n");
}

fn code(came: &str) -> String {
    if came.is_empty() { String::new() } else { format!("<code>{}</code>", escape(came)) }
}

fn sentence(text: Option<&str>) -> String {
    text.map_or_else(String::new, |text| format!(" {}", escape(text)))
}
