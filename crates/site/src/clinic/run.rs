//! What came of the programs: the run that breaks them step by step, what Python says, or what is worth a word.

use lessons::clinic::{Broken, Case, Mistake, Shows, Step};
use lessons::escape;

use crate::texts::clinic::{
    AND_SO_ON, NETWORK, OPEN_ON_THE_STAGE, THE_MESSAGE, THE_SHORTEST_RUN, UNUSUAL, WHAT_A_SEARCH_SAYS,
    WHAT_PYTHON_SAYS,
};
use crate::urls::Urls;

/// Steps of a round at most, where a program goes round and round.
const MOST_IN_ROUND: usize = 6;

/// The section about it.
pub(crate) fn html(case: &Case, mistake: &Mistake, urls: &Urls<'_>) -> String {
    let wrong = &case.recorded.wrong;
    let (heading, body) = match (mistake.shows, &wrong.broken) {
        (Shows::Exception, _) => (
            WHAT_PYTHON_SAYS,
            format!(
                "<pre class=\"code\" tabindex=\"0\" role=\"region\" aria-label=\"{THE_MESSAGE}\"><code>{}</code></pre>\n",
                escape(wrong.error.trim_end())
            ),
        ),
        (_, Some(broken)) => (THE_SHORTEST_RUN, steps(&broken.steps) + &verdict(broken, &wrong.says, urls)),
        (_, None) => {
            let findings = wrong.findings.iter().map(|it| format!("<li>{}</li>\n", escape(it)));
            let body = format!(
                "<p>{}.</p>\n<ul class=\"findings\">\n{}</ul>\n",
                escape(&capital(&wrong.says)),
                findings.collect::<String>()
            );
            (WHAT_A_SEARCH_SAYS, body)
        }
    };
    format!(
        "<section class=\"came\" aria-labelledby=\"came\"><h2 id=\"came\">{heading}</h2>\n{body}</section>\n"
    )
}

fn capital(text: &str) -> String {
    let mut rest = text.chars();
    rest.next().map_or_else(String::new, |first| first.to_uppercase().chain(rest).collect())
}

/// What was done, in its order; of what comes again and again two rounds.
fn steps(all: &[Step]) -> String {
    let (told, again) = rounds(all);
    let item = |step: &Step| {
        let at = match (&step.program, step.line) {
            (Some(program), 0) => escape(program),
            (Some(program), line) => {
                let program = escape(program);
                format!("<a href=\"#{program}-line-{line}\">{program}:{line}</a>")
            }
            (None, _) => NETWORK.into(),
        };
        let says = escape(&step.says.replace(" -> ", " → "));
        let (class, why) = step.unusual.as_ref().map_or_else(Default::default, |why| {
            (" class=\"unusual\"", format!("<p class=\"why\"><strong>{UNUSUAL}</strong> {}</p>", escape(why)))
        });
        format!("<li{class}><span class=\"at\">{at}</span> <code>{says}</code>{why}</li>\n")
    };
    let items: String = told.iter().map(item).collect();
    let more = if again { &format!("<p class=\"more\">{AND_SO_ON}</p>\n") } else { "" };
    format!("<ol class=\"steps\" translate=\"no\">\n{items}</ol>\n{more}")
}

/// A run whose end is the same few steps again and again, cut off behind their second time; and whether it was.
fn rounds(all: &[Step]) -> (&[Step], bool) {
    let found = (1..=MOST_IN_ROUND).find_map(|round| {
        let alike = all.iter().rev().zip(all.iter().rev().skip(round)).take_while(|(a, b)| a == b).count();
        (alike >= 3 * round).then_some(all.len() - alike + round)
    });
    found.map_or((all, false), |end| (&all[..end], true))
}

/// What it means, who does it, and where it can be seen.
fn verdict(broken: &Broken, who: &str, urls: &Urls<'_>) -> String {
    let link = broken.link.as_ref().map(|link| {
        format!(
            "<p class=\"open\"><a class=\"btn main\" href=\"{}{}\">{OPEN_ON_THE_STAGE}</a></p>\n",
            urls.page("/programs", None),
            escape(link)
        )
    });
    let by = if broken.linux { "linux" } else { "posix" };
    format!(
        "<div class=\"meaning\"><p>{}</p>\n<p class=\"who {by}\">{}</p></div>\n{}",
        escape(&broken.says),
        escape(who),
        link.unwrap_or_default()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_goes_round_and_round_is_told_twice() {
        let of = |says: &str| -> Vec<Step> {
            let step = |c: char| Step { program: None, line: 1, says: c.into(), unusual: None };
            says.chars().map(step).collect()
        };
        let told = |says: &str| {
            let all = of(says);
            let (told, again) = rounds(&all);
            (told.iter().map(|it| it.says.as_str()).collect::<String>(), again)
        };
        assert_eq!(told("abcdcdcdcdcd"), ("abcdcd".into(), true));
        assert_eq!(told("abddddd"), ("abdd".into(), true));
        assert_eq!(told("abcdd"), ("abcdd".into(), false));
    }
}
