//! "Judge it", on an exercise's page: the learner's file in every round, asked for piece by piece as a search is.

use std::rc::Rc;

use scene::StageSpec;
use scene::judge::{Judge, JudgeReport, JudgeView, Judged};
use scene::programs::Command;
use yew::prelude::*;

use super::find::{self, is_hunt};
use super::pace::Pace;
use super::{Ask, Note, Workbench};
use crate::platform;
use crate::programs::work::Work;
use crate::texts;

/// A press.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in crate::programs) enum Verdict {
    /// Begin, or stop.
    Press,
    /// Show the run that breaks the learner's program.
    Show,
    /// The peers that stood there before come back.
    Home,
    /// Show what came of it no more.
    Close,
}

/// Where a judgement is.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) enum Stands {
    /// Nobody has asked, or it was stopped.
    #[default]
    Still,
    /// It goes on.
    Goes(JudgeView),
    /// There is a report.
    Done(Rc<JudgeReport>),
}

/// The judgement of a workbench.
#[derive(Debug)]
pub(super) struct Judging {
    /// What the page has of its exercise; none on other pages.
    pub(super) judged: Option<Rc<Judged>>,
    pub(super) stands: Stands,
    /// What stood there before a round's own peers came; it is what is kept, with the learner's file as that is now.
    pub(super) home: Option<Work>,
    /// The text that was judged.
    of: String,
    pace: Pace,
}

impl Default for Judging {
    fn default() -> Self {
        let pace = Pace::from(0);
        Self { judged: None, stands: Stands::Still, home: None, of: String::new(), pace }
    }
}

impl Judging {
    pub(super) const fn goes(&self) -> bool {
        matches!(self.stands, Stands::Goes(_))
    }

    /// It goes on no more; whether it did.
    pub(super) fn stops(&mut self) -> bool {
        let goes = self.goes();
        if goes {
            self.stands = Stands::Still;
        }
        goes
    }
}

impl Workbench {
    /// Looks whether the page is an exercise's: whom the learner's file meets in each round.
    pub(super) fn look_for_exercise(&mut self, spec: &StageSpec) {
        let json = platform::programs::beside(&spec.id);
        let judged = json.and_then(|json| serde_json::from_str::<Judged>(&json).ok());
        let Some(judged) = judged.filter(|it| it.place(&self.work.files).is_some()) else { return };
        // The first is the figure's own.
        let later = judged.rounds.iter().skip(1).map(|met| {
            let title = texts::judging::file_and_peers(&judged.file, &met.says);
            let scenario = met.scenario(&spec.scenario);
            let (id, predictions) = (spec.id.clone(), Vec::new());
            Rc::new(StageSpec { id, title, scenario, start: 0, small: false, predictions })
        });
        self.specs.extend(later);
        self.tab = judged.place(&self.work.files).unwrap_or(0);
        self.judging.judged = Some(Rc::new(judged));
    }

    /// The place of the learner's file in this work; none where the page is no exercise's.
    pub(super) fn place_in(&self, work: &Work) -> Option<usize> {
        self.judging.judged.as_ref()?.place(&work.files)
    }

    /// The learner's file as it stands there.
    fn own_text(&self) -> Option<&String> {
        self.work.texts.get(self.place_in(&self.work)?)
    }

    /// Whether what was judged is another text than the one that stands there.
    pub(super) fn is_old(&self) -> bool {
        self.own_text() != Some(&self.judging.of)
    }

    pub(super) fn judge(&mut self, ctx: &Context<Self>, verdict: Verdict) {
        match verdict {
            Verdict::Press if self.judging.stops() => {
                self.finder.spoken.clear();
                self.queue.retain(|ask| !is_judge(ask));
                self.ask_judge(ctx, Judge::End);
                self.note = Note { says: texts::judging::JUDGING_WAS_STOPPED.into(), bad: false };
            }
            Verdict::Press => self.begin_to_judge(ctx),
            Verdict::Show => self.show_round(ctx),
            Verdict::Home => {
                let home = self.whole();
                self.open(home);
                self.tab = self.place_in(&self.work).unwrap_or(0);
                self.forget_found();
                let says = texts::judging::AS_BEFORE.into();
                self.note = Note { says, bad: false };
            }
            Verdict::Close => {
                self.judging.stands = Stands::Still;
                self.forget_found();
            }
        }
    }

    fn begin_to_judge(&mut self, ctx: &Context<Self>) {
        let (Some(judged), Some(own)) = (self.judging.judged.clone(), self.own_text().cloned()) else {
            return;
        };
        self.running = None;
        self.note = Note::default();
        self.finder.stops();
        self.queue.retain(|ask| !is_hunt(ask));
        if !self.exchange.is_loaded() {
            // So that no press of another button begins anew while it is judged.
            self.begin(ctx);
        }
        self.forget_found();
        self.finder.spoken = texts::judging::JUDGING_HAS_BEGUN.into();
        self.judging.pace = Pace::from(platform::now_ms());
        self.judging.stands = Stands::Goes(JudgeView::default());
        self.judging.of.clone_from(&own);
        self.ask_judge(ctx, Judge::Begin { exercise: judged.exercise.clone(), submission: own });
    }

    /// The machine is asked whatever is loaded: what is judged comes with what is asked.
    fn ask_judge(&mut self, ctx: &Context<Self>, judge: Judge) {
        self.queue.push_back(Ask::Command(Box::new(Command::Judge(judge))));
        self.pump(ctx);
    }

    /// The machine has answered how far the judgement is. Whether that is to be drawn.
    pub(super) fn judged(&mut self, ctx: &Context<Self>, view: JudgeView, took: u64) -> bool {
        // An answer to what was asked before it was stopped, or begun anew, says nothing of this one.
        if !self.judging.goes() || self.queue.iter().any(is_judge) {
            return false;
        }
        let Some(report) = view.report else {
            let choices = self.judging.pace.choices(took);
            self.queue.push_back(Ask::Command(Box::new(Command::Judge(Judge::GoOn { choices }))));
            let now = platform::now_ms();
            let draws = self.judging.pace.draws(now);
            if draws {
                if self.judging.pace.says(now) {
                    self.finder.spoken.clone_from(&view.says);
                }
                self.judging.stands = Stands::Goes(view);
            }
            return draws;
        };
        self.finder.spoken.clone_from(&report.says);
        if let Some(judged) = &self.judging.judged {
            platform::programs::verdict(&ctx.props().spec.id, &judged.name, report.passed, &report.says);
        }
        self.judging.stands = Stands::Done(Rc::from(report));
        self.show_round(ctx);
        true
    }

    /// The run that breaks the learner's program takes the stage, and the peers of its round their tabs.
    fn show_round(&mut self, ctx: &Context<Self>) {
        let Stands::Done(report) = &self.judging.stands else { return };
        let Some((round, answer)) = report.broken.clone() else { return };
        let come = self.seat(round as usize);
        self.finder.takes(answer);
        self.opens(ctx);
        let says =
            self.judging.judged.as_ref().and_then(|it| it.rounds.get(round as usize)).map(|it| &it.says);
        if let Some(says) = says.filter(|_| come) {
            let whose = texts::judging::round_shown(round + 1, says);
            self.note.says = format!("{whose} {}", self.note.says);
        }
    }

    /// Seats the exercise's own peers of a round around the learner's file; whether others stood there.
    fn seat(&mut self, round: usize) -> bool {
        let Some(spec) = self.specs.get(round) else { return false };
        let mut work = Work::of(spec, round);
        self.takes_own(&self.work, &mut work);
        if (work.round, &work.texts) == (self.work.round, &self.work.texts) {
            return false;
        }
        let home = self.whole();
        self.open(work);
        let same = (home.round, &home.texts) == (self.work.round, &self.work.texts);
        self.judging.home = (!same).then_some(home);
        true
    }

    /// What is kept: what stood there before a round's own peers came, and the learner's file as it is now.
    pub(super) fn whole(&self) -> Work {
        let Some(mut home) = self.judging.home.clone() else { return self.work.clone() };
        self.takes_own(&self.work, &mut home);
        home
    }

    /// The learner's file goes from one work into another, with its breakpoints and those at calls.
    fn takes_own(&self, from: &Work, to: &mut Work) {
        let (Some(here), Some(there)) = (self.place_in(from), self.place_in(to)) else { return };
        to.texts[there].clone_from(&from.texts[here]);
        to.stops[there].clone_from(&from.stops[here]);
        to.calls.clone_from(&from.calls);
    }

    /// What was found by a judgement is shown no more.
    fn forget_found(&mut self) {
        if self.finder.judged {
            self.finder.stands = find::Stands::Still;
        }
    }
}

pub(super) fn is_judge(ask: &Ask) -> bool {
    matches!(ask, Ask::Command(it) if matches!(**it, Command::Judge(_)))
}
