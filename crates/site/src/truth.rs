//! The page that shows how true the simulator is: every measured statement, its script, and what the simulator does.

use lessons::escape;
use truth::{Report, Row, Section as Facts, Status, caught, differences, simulated};

use crate::layout::{Content, Section};

/// The whole table.
pub(crate) fn content() -> Content<'static> {
    let sections = simulated();
    let count = |status: Status| {
        sections.iter().flat_map(|(_, reports)| reports).filter(|report| report.status == status).count()
    };
    let mut main = format!(
        "<div class=\"page\">\n<header class=\"opening\"><h1>How true it is</h1>\n\
         <p class=\"lede\">Every statement here was measured on a real kernel. Beside each stands the script that shows it \
         and what the simulated kernel answers to that script.</p></header>\n<div class=\"prose\">\n\
         <p class=\"tally\"><span>{} pass</span> <span>{} simplified</span> <span>{} fail</span></p>\n\
         <p>The figures are those of Linux 6.18 with bbr on loopback. The same scripts run on this machine’s own kernel: \
         <code>cargo run -p truth -- real</code>. There each process is a real one, without privilege, in a network of its \
         own; where another kernel answers other figures, the bounds behind <code>~</code> must hold.</p>\n\
         <p>A letter is a process. <code>sends</code> repeats a non-blocking send until it fails, <code>recvs</code> a \
         receive; <code>state</code> is what TCP_INFO tells.</p>\n</div>\n",
        count(Status::Pass),
        count(Status::Simplified),
        count(Status::Fail),
    );
    for (number, (facts, reports)) in sections.iter().enumerate() {
        section(&mut main, number + 1, facts, reports);
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

fn section(out: &mut String, number: usize, facts: &Facts, reports: &[Report]) {
    out.push_str(&format!(
        "<section class=\"wide facts\" aria-labelledby=\"facts-{number}\"><h2 id=\"facts-{number}\">{}</h2><p>{}</p>\n",
        escape(&facts.title),
        escape(&facts.about)
    ));
    for (row, report) in facts.rows.iter().zip(reports) {
        fact(out, row, report);
    }
    out.push_str("</section>\n");
}

fn fact(out: &mut String, row: &Row, report: &Report) {
    let (verdict, claim) = (report.status.text(), escape(&row.claim));
    out.push_str(&format!(
        "<details class=\"fact\" id=\"{}\"><summary><span class=\"stands {verdict}\">{verdict}</span> \
         <span class=\"claim\">{claim}</span></summary>\n<p>Holds for: {}.{}{}</p>\n",
        row.id,
        row.scope.text(),
        sentence(row.note.as_deref()),
        sentence(row.simplified.as_deref()),
    ));
    out.push_str(
        "<table><thead><tr><th scope=\"col\">Line, and what must come of it</th>\
         <th scope=\"col\">What comes</th></tr></thead><tbody>\n",
    );
    for played in &report.story {
        let wrong = if played.fine { "" } else { " class=\"wrong\"" };
        let came = if played.came.is_empty() {
            String::new()
        } else {
            format!("<code>{}</code>", escape(&played.came))
        };
        out.push_str(&format!(
            "<tr><td><code>{}</code></td><td{wrong}>{came}</td></tr>\n",
            escape(&played.line)
        ));
    }
    out.push_str("</tbody></table></details>\n");
}

fn sentence(text: Option<&str>) -> String {
    text.map_or_else(String::new, |text| format!(" {}", escape(text)))
}
