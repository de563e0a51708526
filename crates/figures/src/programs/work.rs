//! What a learner made of the programs: kept in the browser, put into links, saved as files.

use scene::StageSpec;
use serde::{Deserialize, Serialize};
use world::{Network, ProgramSpec};

use crate::texts;

/// What a link of this kind begins with, behind the figure's name.
pub(super) const LINK: &str = "p1.";
/// Most characters of a link.
pub(super) const MAX_LINK: usize = 8192;

/// Texts and breakpoints of all programs, in their order.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Work {
    /// The files' names: where they are others now, the work belongs to another version of the page.
    pub(super) files: Vec<String>,
    pub(super) texts: Vec<String>,
    #[serde(default)]
    pub(super) stops: Vec<Vec<u32>>,
    #[serde(default)]
    pub(super) calls: Vec<String>,
    /// The round of an exercise whose programs these are; 0 for the figure's own.
    #[serde(default, skip_serializing_if = "is_first")]
    pub(super) round: usize,
}

const fn is_first(round: &usize) -> bool {
    *round == 0
}

impl Work {
    /// The figure's own programs as the page has them.
    pub(super) fn original(spec: &StageSpec) -> Self {
        Self::of(spec, 0)
    }

    /// The programs of this round as the page has them.
    pub(super) fn of(spec: &StageSpec, round: usize) -> Self {
        let programs = &spec.scenario.programs;
        Self {
            files: programs.iter().map(|it| it.file.clone()).collect(),
            texts: programs.iter().map(|it| it.source.clone()).collect(),
            stops: vec![Vec::new(); programs.len()],
            calls: Vec::new(),
            round,
        }
    }

    /// Work as it was written, if it is about the programs of one of these rounds.
    pub(super) fn read<S: AsRef<StageSpec>>(json: &str, rounds: &[S]) -> Option<Self> {
        let mut work: Self = serde_json::from_str(json).ok()?;
        let spec = rounds.get(work.round)?.as_ref();
        let fits = work.files == Self::original(spec).files && work.texts.len() == work.files.len();
        work.stops.resize(work.files.len(), Vec::new());
        fits.then_some(work)
    }

    /// The same as [`read`](Self::read) reads.
    pub(super) fn write(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    /// The specification with these texts.
    pub(super) fn spec(&self, spec: &StageSpec) -> StageSpec {
        let mut spec = spec.clone();
        for (program, text) in spec.scenario.programs.iter_mut().zip(&self.texts) {
            program.source = text.clone();
        }
        spec
    }

    /// Breakpoints as (program, line).
    pub(super) fn lines(&self) -> Vec<(u32, u32)> {
        let stops = self.stops.iter().enumerate();
        stops.flat_map(|(program, lines)| lines.iter().map(move |line| (program as u32, *line))).collect()
    }
}

/// The parts of a link: the packed work; what was done, if that is there; and after how many steps of that it opens, if not at its end.
pub(super) fn parts(link: &str) -> Option<(&str, Option<&str>, Option<u32>)> {
    let mut parts = link.strip_prefix(LINK)?.splitn(3, '.');
    let work = parts.next()?;
    let record = parts.next().filter(|it| !it.is_empty());
    Some((work, record, parts.next().and_then(|at| at.parse().ok())))
}

/// A program as a file, with how to run it on a machine of one's own above it.
pub(super) fn file(spec: &StageSpec, program: &ProgramSpec, text: &str) -> String {
    let args: String = program.args.iter().map(|arg| format!(" {arg}")).collect();
    let mut head = texts::programs::file_head(&spec.title, &program.file, args);
    let others: Vec<_> = spec.scenario.programs.iter().map(|it| it.file.as_str()).collect();
    if others.len() > 1 {
        head.push_str(&texts::programs::file_order(others.join(", ")));
    }
    if matches!(spec.scenario.network, Network::Wire { .. }) {
        head.push_str(texts::programs::FILE_ADDRESSES);
    }
    format!("{head}\n{}\n", text.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;
    use world::{Runs, Scenario};

    fn spec() -> StageSpec {
        let program = |file: &str| ProgramSpec {
            runs: Runs::Python,
            file: file.into(),
            source: "pass\n".into(),
            ..ProgramSpec::console(file, "here")
        };
        StageSpec {
            id: "two".into(),
            title: "Two".into(),
            scenario: Scenario::new(
                Network::Loopback,
                vec!["here".into()],
                vec![program("a.py"), program("b.py")],
            ),
            start: 0,
            small: false,
            predictions: Vec::new(),
        }
    }

    #[test]
    fn work_comes_back_as_it_was_and_only_to_its_own_programs() {
        let mut work = Work::original(&spec());
        work.texts[1] = "print('\u{fc}')\n".into();
        work.stops[1] = vec![1];
        let read = |json: &str, spec: StageSpec| Work::read(json, &[Box::new(spec)]);
        assert_eq!(read(&work.write(), spec()), Some(work.clone()));
        assert_eq!(work.lines(), [(1, 1)]);
        let mut other = spec();
        other.scenario.programs[0].file = "c.py".into();
        assert_eq!(read(&work.write(), other), None);
        assert_eq!(read("{", spec()), None);
    }

    #[test]
    fn work_of_a_later_round_is_read_with_that_rounds_programs() {
        let mut later = spec();
        later.scenario.programs.remove(0);
        let work = Work::of(&later, 1);
        let rounds = [Box::new(spec()), Box::new(later)];
        assert_eq!(Work::read(&work.write(), &rounds), Some(work.clone()));
        assert_eq!(Work::read(&work.write(), &rounds[..1]), None);
        // The first round is written as ever.
        assert!(!Work::original(&spec()).write().contains("round"));
    }

    #[test]
    fn a_link_has_the_work_first_so_that_the_rest_may_be_missing() {
        assert_eq!(parts("p1.abc.def"), Some(("abc", Some("def"), None)));
        assert_eq!(parts("p1.abc.def.17"), Some(("abc", Some("def"), Some(17))));
        assert_eq!(parts("p1.abc.def.x"), Some(("abc", Some("def"), None)));
        assert_eq!(parts("p1.abc."), Some(("abc", None, None)));
        assert_eq!(parts("p1.abc"), Some(("abc", None, None)));
        assert_eq!(parts("v1.abc"), None);
    }

    #[test]
    fn a_file_says_how_it_is_run() {
        let spec = spec();
        let text = file(&spec, &spec.scenario.programs[0], "pass\n\n");
        assert!(text.contains("python3 a.py") && text.ends_with("\n\npass\n"), "{text}");
    }
}
