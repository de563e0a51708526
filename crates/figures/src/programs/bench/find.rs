//! "Find what breaks it": the search is asked for piece by piece, so that whatever else is pressed comes between.

use std::rc::Rc;

use scene::hunt::{Hunt, HuntAnswer, HuntView};
use scene::programs::Command;
use world::Faults;
use yew::prelude::*;

use super::judge::is_judge;
use super::pace::Pace;
use super::{Ask, Note, Workbench};
use crate::platform;
use crate::texts;

/// States of one search: so many more each time that somebody looks further.
const STATES: u64 = 300_000;
/// Most states that are looked at on a page: what is known of them stays in memory.
const MOST_STATES: u64 = 1_500_000;

/// A press.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in crate::programs) enum Find {
    /// Begin, or stop.
    Press,
    /// Go on where it stopped.
    Further,
    /// Allow this fault, or do not.
    Fault(usize),
    /// Show the run that breaks the programs, after so many steps; none: at its first unusual one.
    Show(Option<u32>),
    /// Show the run that stood there before.
    Own,
    /// Copy a link to the run that breaks the programs.
    Copy,
    /// Show what was found, or do not.
    Close,
}

/// Where a search is.
#[derive(Clone, Debug, Default, PartialEq)]
pub(in crate::programs) enum Stands {
    /// Nobody has asked, or it was stopped.
    #[default]
    Still,
    /// It goes on.
    Goes(HuntView),
    /// There is an answer.
    Done(Rc<HuntAnswer>),
}

/// The search of a workbench.
#[derive(Debug)]
pub(super) struct Finder {
    pub(super) stands: Stands,
    pub(super) faults: Faults,
    /// The texts are others since.
    pub(super) old: bool,
    /// The stage shows the run that was found.
    pub(super) shown: bool,
    /// The run that the found one took the place of, and where it was.
    pub(super) own: Option<Vec<u8>>,
    /// It is asked for.
    pub(super) owns: bool,
    /// The two runs as lists, and in each what is to be seen of it.
    pub(super) lists: [NodeRef; 2],
    pub(super) marks: [NodeRef; 2],
    /// What is to be seen is to be brought into view.
    pub(super) reveals: bool,
    /// What whoever listens is told.
    pub(super) spoken: String,
    /// States that may be looked at, all together.
    pub(super) allowed: u64,
    /// What was found, a judgement found.
    pub(super) judged: bool,
    pace: Pace,
}

impl Default for Finder {
    fn default() -> Self {
        Self {
            stands: Stands::Still,
            faults: Faults::default(),
            old: false,
            shown: false,
            own: None,
            owns: false,
            lists: Default::default(),
            marks: Default::default(),
            reveals: false,
            spoken: String::new(),
            allowed: STATES,
            judged: false,
            pace: Pace::from(0),
        }
    }
}

impl Finder {
    pub(super) const fn goes(&self) -> bool {
        matches!(self.stands, Stands::Goes(_))
    }

    /// What a judgement found is shown as if a search had found it.
    pub(super) fn takes(&mut self, answer: HuntAnswer) {
        self.stands = Stands::Done(Rc::new(answer));
        (self.old, self.judged, self.reveals) = (false, true, true);
    }

    /// Whether what came of a search, or of a judgement, is there to be shown.
    pub(super) const fn has_answer(&self) -> bool {
        matches!(self.stands, Stands::Done(_))
    }

    /// Brings into view where the runs part.
    pub(super) fn reveal(&self) {
        for (list, mark) in self.lists.iter().zip(&self.marks) {
            platform::reveal(list, mark);
        }
    }

    /// Whether somebody may look further.
    pub(super) const fn may_go_on(&self) -> bool {
        !self.old && self.allowed < MOST_STATES
    }

    /// What was found, of the texts that stand there.
    pub(super) fn found(&self) -> Option<&scene::hunt::Breaks> {
        match &self.stands {
            Stands::Done(answer) if !self.old => answer.broken.as_deref(),
            _ => None,
        }
    }

    /// It goes on no more.
    pub(super) fn stops(&mut self) {
        if self.goes() {
            self.stands = Stands::Still;
            self.spoken.clear();
        }
    }

    /// The machine begins anew.
    pub(super) fn begins(&mut self) {
        self.stops();
        (self.shown, self.owns, self.own) = (false, false, None);
    }

    /// Other texts stand there: what was found stays to be read.
    pub(super) fn changed(&mut self) {
        self.begins();
        self.old = true;
    }
}

impl Workbench {
    pub(super) fn find(&mut self, ctx: &Context<Self>, find: Find) {
        match find {
            Find::Press if self.finder.goes() => {
                self.finder.stops();
                self.queue.retain(|ask| !is_hunt(ask));
                self.ask_hunt(ctx, Hunt::End);
                self.note = Note { says: texts::search::THE_SEARCH_WAS_STOPPED.into(), bad: false };
            }
            Find::Press => self.search(ctx),
            Find::Further => {
                self.finder.allowed += STATES;
                self.finder.stands = Stands::Goes(HuntView::default());
                self.ask_hunt(ctx, Hunt::Further { states: STATES });
            }
            Find::Fault(place) => {
                if let Some((_, _, _, fault)) = FAULTS.get(place) {
                    let fault = fault(&mut self.finder.faults);
                    *fault = !*fault;
                }
            }
            Find::Show(at) => {
                self.show_found(ctx, at);
                if at.is_none() {
                    platform::programs::focus_in(&self.section, ".stage");
                }
            }
            Find::Own => {
                let Some(record) = self.finder.own.take() else { return };
                self.finder.shown = false;
                self.ask(ctx, Ask::Command(Box::new(Command::Replay { record, at: None })));
                self.note = Note { says: texts::search::YOUR_OWN_RUN.into(), bad: false };
            }
            Find::Copy => {
                if let Some(found) = self.finder.found() {
                    self.copy(ctx, Some((found.record.clone(), Some(found.at))));
                }
            }
            Find::Close => self.finder.stands = Stands::Still,
        }
    }

    fn search(&mut self, ctx: &Context<Self>) {
        self.running = None;
        self.note = Note::default();
        self.judging.stops();
        self.queue.retain(|ask| !is_judge(ask));
        let faults = self.finder.faults;
        self.ask_hunt(ctx, Hunt::Begin { faults, states: STATES });
        let (own, shown) = (self.finder.own.take(), self.finder.shown);
        let spoken = texts::search::THE_SEARCH_HAS_BEGUN.into();
        let pace = Pace::from(platform::now_ms());
        let stands = Stands::Goes(HuntView::default());
        self.finder = Finder { stands, faults, own, shown, spoken, pace, ..Finder::default() };
    }

    fn ask_hunt(&mut self, ctx: &Context<Self>, hunt: Hunt) {
        self.ask(ctx, Ask::Command(Box::new(Command::Hunt(hunt))));
    }

    /// The machine has answered how far the search is. Whether that is to be drawn.
    pub(super) fn hunted(&mut self, ctx: &Context<Self>, view: HuntView, took: u64) -> bool {
        // An answer to what was asked before the search was stopped, or begun anew, says nothing of this one.
        if !self.finder.goes() || self.queue.iter().any(is_hunt) {
            return false;
        }
        let now = platform::now_ms();
        if let Some(answer) = view.answer {
            let answer = Rc::new(answer);
            self.finder.spoken = answer.broken.as_ref().map_or(&answer.verdict, |it| &it.says).clone();
            self.finder.stands = Stands::Done(Rc::clone(&answer));
            if answer.broken.is_some() {
                self.finder.reveals = true;
                self.opens(ctx);
            }
            return true;
        }
        let go_on = Hunt::GoOn { choices: self.finder.pace.choices(took) };
        self.queue.push_back(Ask::Command(Box::new(Command::Hunt(go_on))));
        let draws = self.finder.pace.draws(now);
        if draws {
            if self.finder.pace.says(now) {
                self.finder.spoken = progress(&view);
            }
            self.finder.stands = Stands::Goes(view);
        }
        draws
    }

    /// The run that was found takes the stage; the one that stood there can come back.
    pub(super) fn opens(&mut self, ctx: &Context<Self>) {
        let own = !self.finder.shown && self.view.as_ref().is_some_and(|view| view.steps.0 > 0);
        if own {
            self.finder.owns = true;
            self.ask(ctx, Ask::Command(Box::new(Command::Record)));
        }
        self.show_found(ctx, None);
    }

    fn show_found(&mut self, ctx: &Context<Self>, at: Option<u32>) {
        let Some(found) = self.finder.found() else { return };
        let (record, first) = (found.record.clone(), found.at);
        let step = found.steps.iter().find(|step| step.at == at.unwrap_or(first) && step.program.is_some());
        let program = step.and_then(|step| step.program).unwrap_or(found.program) as usize;
        let unusual = found.steps.iter().any(|step| step.unusual.is_some());
        self.running = None;
        (self.tab, self.task, self.frame) = (program.min(self.work.files.len() - 1), None, None);
        let steps = at.unwrap_or(first);
        // Anew each time: somebody may have gone another way there.
        self.ask(ctx, Ask::Command(Box::new(Command::Replay { record, at: Some(steps) })));
        self.finder.shown = true;
        let says = match (at, unusual) {
            (Some(_), _) => texts::search::AT_THIS_STEP,
            (None, true) => texts::search::AT_ITS_FIRST_UNUSUAL_STEP,
            (None, false) => texts::search::AT_ITS_END,
        };
        self.note = Note { says: says.into(), bad: false };
    }
}

pub(super) fn is_hunt(ask: &Ask) -> bool {
    matches!(ask, Ask::Command(it) if matches!(**it, Command::Hunt(_)))
}

/// How far it is.
pub(super) fn progress(view: &HuntView) -> String {
    let whose = if view.posix { texts::search::ANY_COUNT } else { texts::search::WHAT_LINUX_DOES };
    let runs = match view.unusual {
        Some(0) => texts::search::NO_UNUSUAL_CHOICE.to_owned(),
        Some(1) => texts::search::ONE_UNUSUAL_CHOICE.to_owned(),
        Some(most) => texts::search::unusual_choices(most),
        None => texts::search::ANY_UNUSUAL_CHOICES.to_owned(),
    };
    texts::search::progress(world::number(view.states), whose, runs)
}

/// A fault: its name, what it means, whether it needs a wire, and where it is allowed.
type Fault = (&'static str, &'static str, bool, fn(&mut Faults) -> &mut bool);

/// What may go wrong besides.
pub(super) const FAULTS: [Fault; 7] = [
    ("lose", texts::search::PACKETS_ARE_LOST, true, |it| &mut it.lose),
    ("duplicate", texts::search::PACKETS_COME_TWICE, true, |it| &mut it.duplicate),
    ("reorder", texts::search::PACKETS_OVERTAKE_EACH_OTHER, true, |it| &mut it.reorder),
    ("cable", texts::search::CABLE_CUT, true, |it| &mut it.cable),
    ("power", texts::search::HOST_DIES, true, |it| &mut it.power),
    ("kill", texts::search::A_PROGRAM_IS_KILLED, false, |it| &mut it.kill),
    ("signal", texts::search::A_SIGNAL_INTERRUPTS_A_CALL, false, |it| &mut it.signal),
];

/// The address of a lesson, for a page at this path: pages of a static host end in a slash.
pub(super) fn lesson(path: &str, slug: &str) -> String {
    let folder = if path.len() > 1 && path.ends_with('/') { "/" } else { "" };
    let path = path.trim_end_matches('/');
    let parts = ["/lessons/", "/embed/", "/exercises/", "/experiments/"];
    let root = parts.iter().find_map(|part| path.rfind(part)).or_else(|| path.rfind('/'));
    format!("{}/lessons/{slug}{folder}", &path[..root.unwrap_or(0)])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lesson_is_found_from_every_page() {
        for (path, address) in [
            ("/programs", "/lessons/x"),
            ("/programs/", "/lessons/x/"),
            ("/site/programs/", "/site/lessons/x/"),
            ("/lessons/four-framings", "/lessons/x"),
            ("/site/lessons/four-framings/", "/site/lessons/x/"),
            ("/embed/framings", "/lessons/x"),
            ("/exercises/send-all", "/lessons/x"),
            ("/site/exercises/send-all/", "/site/lessons/x/"),
        ] {
            assert_eq!(lesson(path, "x"), address, "{path}");
        }
    }

    #[test]
    fn how_far_it_is_is_said_with_whose_runs_they_are() {
        let view = HuntView { states: 12_345, unusual: Some(2), posix: false, answer: None };
        assert_eq!(
            progress(&view),
            "12,345 states tried: what Linux does, runs with up to 2 unusual choices"
        );
        let any = HuntView { unusual: None, posix: true, ..view };
        assert!(
            progress(&any).ends_with("any count that POSIX permits, runs with any number of unusual choices")
        );
    }

    #[test]
    fn other_texts_stop_a_search_and_leave_what_was_found_to_be_read() {
        let mut finder = Finder { stands: Stands::Goes(HuntView::default()), ..Finder::default() };
        finder.changed();
        assert_eq!(finder.stands, Stands::Still);
        let answer = HuntAnswer { broken: Some(Box::default()), ..HuntAnswer::default() };
        let mut finder = Finder { stands: Stands::Done(Rc::new(answer)), shown: true, ..Finder::default() };
        assert!(finder.found().is_some());
        finder.changed();
        assert!(matches!(finder.stands, Stands::Done(_)) && finder.found().is_none() && !finder.shown);
    }
}
