//! The page that shows how true the simulator is: every measured statement, its script, and what comes of it in the simulator, on a
//! real kernel, and on two over a lab's wire.

use lessons::escape;
use truth::{Recorded, Report, Row, Section as Facts, Status, caught, differences, recorded, simulated};

use crate::layout::{Content, Section};

/// The whole table.
pub(crate) fn content() -> Content<'static> {
    let (sections, recorded) = (simulated(), recorded());
    let count = |status: Status| {
        sections.iter().flat_map(|(_, reports)| reports).filter(|report| report.status == status).count()
    };
    let mut main = format!(
        "<div class=\"page\">\n<header class=\"opening\"><h1>How true it is</h1>\n\
         <p class=\"lede\">Every statement here was measured on a real kernel. Beside each stands the script that shows it, \
         what the simulated kernel answers to it, and what the real one does.</p></header>\n<div class=\"prose\">\n\
         <p class=\"tally\"><span>{} pass</span> <span>{} simplified</span> <span>{} fail</span></p>\n\
         <p>The figures are those of {kernel} on loopback. The same scripts run on this machine’s own kernel: \
         <code>cargo run -p truth -- real</code>. There each process is a real one, without privilege, in a network of its \
         own. All of a row’s run on one processor, so that what a call wakes goes on after it, as in the simulator: on two, a \
         reader may look while the sender is still inside its call, and answers would vary with that. Where another kernel \
         answers other figures, the bounds behind <code>~</code> must hold.</p>\n\
         <p>In the last column the processes are a learner’s, on two hosts of a lab: every call is a message of the live runs’ \
         protocol, and a segment has 1448 bytes instead of loopback’s up to 65,483, so that figures differ where buffers and \
         segments meet. There one send offers at most 196,608 bytes, and 2 ms pass between lines, so that what is under way \
         arrives. Both recordings are {runs} runs each, made by <code>cargo xtask truth</code>; where they varied, every answer \
         stands there.</p>\n\
         <p>A letter is a process. <code>sends</code> repeats a non-blocking send until it fails, <code>recvs</code> a \
         receive; <code>state</code> is what TCP_INFO tells.</p>\n</div>\n",
        count(Status::Pass),
        count(Status::Simplified),
        count(Status::Fail),
        kernel = escape(&recorded[0].kernel),
        runs = recorded[0].runs,
    );
    for (number, (facts, reports)) in sections.iter().enumerate() {
        section(&mut main, number + 1, facts, reports, &recorded);
    }
    lists(&mut main);
    main.push_str("</div>\n");
    Content {
        title: "How true it is",
        description: "Every statement that was measured on Linux, and what the simulated kernel does.",
        section: Section::None,
        main,
    }
}

/// What is done otherwise, and which rules are watched.
fn lists(out: &mut String) {
    out.push_str(
        "<section class=\"wide facts\" aria-labelledby=\"differences\"><h2 id=\"differences\">What it does \
         otherwise</h2><p>Random scripts of calls run on both kernels, and each outcome is compared: 2,000 scripts with \
         every run of the tests, more with <code>cargo xtask soak</code>. What was found was put right, or stands \
         here.</p>\n<table><thead><tr><th scope=\"col\">Here</th><th scope=\"col\">On Linux, and why it is left \
         so</th></tr></thead><tbody>\n",
    );
    for difference in differences() {
        let (what, why) = (escape(&difference.what), escape(&difference.why));
        out.push_str(&format!("<tr><td>{what}</td><td>{why}</td></tr>\n"));
    }
    out.push_str(
        "</tbody></table></section>\n<section class=\"wide facts\" aria-labelledby=\"mutations\">\
         <h2 id=\"mutations\">Who notices</h2><p>Each rule of the simulated kernel was switched off, one at a time, to see \
         whether anything complains.</p>\n<table><thead><tr><th scope=\"col\">Rule</th>\
         <th scope=\"col\">Noticed by</th></tr></thead><tbody>\n",
    );
    for caught in caught() {
        let by = if caught.by.is_empty() { "nobody" } else { caught.by.as_str() };
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
         <span class=\"claim\">{claim}</span></summary>\n<p>Holds for: {}.{}{}</p>\n",
        row.id,
        row.scope.text(),
        sentence(row.note.as_deref()),
        sentence(row.simplified.as_deref()),
    ));
    let came = recorded.each_ref().map(|recorded| recorded.row(row));
    for (recorded, came) in recorded.iter().zip(&came) {
        if came.is_none() {
            let why =
                recorded.left_out(&row.id).unwrap_or("It has not been played there since it was written so.");
            out.push_str(&format!("<p>Not over {}: {}</p>\n", escape(&recorded.network), escape(why)));
        }
    }
    out.push_str(
        "<table><thead><tr><th scope=\"col\">Line, and what must come of it</th>\
         <th scope=\"col\">Simulated</th>",
    );
    for recorded in recorded {
        out.push_str(&format!("<th scope=\"col\">Real, {}</th>", escape(&recorded.network)));
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
