//! Work that comes and goes: kept in the browser, by links, as files.

use std::rc::Rc;

use scene::StageSpec;
use scene::programs::Command;
use yew::prelude::*;

use super::{Ask, Msg, Note, Workbench};
use crate::base64::{base64, unbase64};
use crate::platform;
use crate::programs::work::{self, LINK, MAX_LINK, Work};
use crate::texts;

impl Workbench {
    /// Keeps what stands there. What somebody else's link brought does not take the place of one's own: that is put aside.
    pub(super) fn keep(&mut self, spec: &StageSpec) -> bool {
        platform::programs::forget_link();
        let own = std::mem::take(&mut self.from_link).then(|| kept(spec)).flatten();
        let work = self.whole();
        let own = own.filter(|own| own.texts != work.texts && own.texts != Work::original(spec).texts);
        let mut says = None;
        if let Some(own) = own
            && platform::remember(&aside_under(spec), &own.write())
        {
            self.aside = true;
            says = Some((texts::programs::PUT_ASIDE, false));
        }
        if !platform::remember(&kept_under(spec), &work.write()) {
            let none = texts::programs::KEEPS_NOTHING;
            says = Some((none, true));
        }
        let Some((says, bad)) = says else { return false };
        self.note = Note { says: says.into(), bad };
        true
    }

    /// Changes places with what was put aside.
    pub(super) fn swap(&mut self, ctx: &Context<Self>) {
        let spec = &ctx.props().spec;
        let Some(work) = aside(spec) else { return };
        platform::remember(&aside_under(spec), &self.whole().write());
        self.open(work);
        self.keep(spec);
        self.note = Note { says: texts::programs::BROUGHT_BACK.into(), bad: false };
    }

    pub(super) fn opened(
        &mut self,
        ctx: &Context<Self>,
        work: Option<Work>,
        record: Option<Vec<u8>>,
        at: Option<u32>,
    ) {
        let Some(work) = work else {
            self.note = Note { says: texts::programs::LINK_DAMAGED.into(), bad: true };
            return;
        };
        let later = work.round > 0;
        self.open(work);
        self.from_link = true;
        if later {
            let spec = &ctx.props().spec;
            self.judging.home = Some(kept(spec).unwrap_or_else(|| Work::original(spec)));
        }
        self.note = Note { says: texts::programs::AS_THE_LINK_HAS_IT.into(), bad: false };
        if let Some(record) = record {
            self.ask(ctx, Ask::Command(Box::new(Command::Replay { record, at })));
        }
    }

    pub(super) fn save(&mut self) {
        let spec = Rc::clone(self.spec());
        let Some(program) = spec.scenario.programs.get(self.tab) else { return };
        let text = work::file(&spec, program, &self.work.texts[self.tab]);
        self.note = match platform::save_file(&program.file, text.as_bytes()) {
            Some(()) => Note { says: texts::programs::saved(&program.file), bad: false },
            None => Note { says: texts::programs::CANNOT_SAVE.into(), bad: true },
        };
    }

    /// Makes a link of the programs and their run, and copies it; it opens after so many steps, or at the run's end.
    pub(super) fn copy(&self, ctx: &Context<Self>, run: Option<(Vec<u8>, Option<u32>)>) {
        let (record, at) = run.map_or((None, None), |(record, at)| (Some(record), at));
        let say = ctx.link().callback(|(says, bad)| Msg::Say(Note { says, bad }));
        let (id, any) = (ctx.props().spec.id.clone(), record.is_some());
        let work = self.work.write().into_bytes();
        platform::deflate(work, move |work| {
            let Some(work) = work else {
                return say.emit((texts::programs::CANNOT_PACK.into(), true));
            };
            let bare = format!("{LINK}{}", base64(&work));
            platform::deflate(record.unwrap_or_default(), move |run| {
                let run = run.filter(|_| any).map(|run| {
                    format!("{bare}.{}{}", base64(&run), at.map_or(String::new(), |at| format!(".{at}")))
                });
                let (link, says) = match run.filter(|it| it.len() <= MAX_LINK) {
                    Some(whole) => (whole, texts::programs::COPIED_WITH_RUN),
                    None => (bare, texts::programs::COPIED_FROM_THE_START),
                };
                if link.len() > MAX_LINK {
                    let says = texts::programs::too_long_for_a_link(MAX_LINK);
                    return say.emit((says, true));
                }
                platform::keep(&id, &link);
                platform::copy_address(move |copied| {
                    say.emit(if copied {
                        (says.into(), false)
                    } else {
                        let says = texts::programs::COPY_BY_HAND;
                        (says.into(), true)
                    });
                });
            });
        });
    }
}

/// The name under which a figure's work is kept.
fn kept_under(spec: &StageSpec) -> String {
    format!("socketscope.programs.{}.{}", platform::programs::path(), spec.id)
}

fn aside_under(spec: &StageSpec) -> String {
    format!("{}.aside", kept_under(spec))
}

/// The work that is kept of this figure.
pub(super) fn kept(spec: &StageSpec) -> Option<Work> {
    Work::read(&platform::remembered(&kept_under(spec))?, &[Rc::new(spec.clone())])
}

/// The work that was put aside for somebody's link.
pub(super) fn aside(spec: &StageSpec) -> Option<Work> {
    Work::read(&platform::remembered(&aside_under(spec))?, &[Rc::new(spec.clone())])
}

/// Unpacks what a link has, of one of these rounds.
pub(super) fn follow(ctx: &Context<Workbench>, rounds: Vec<Rc<StageSpec>>, link: &str) {
    let opened = ctx.link().callback(|(work, record, at)| Msg::Opened(work, record, at));
    let Some((packed, record, at)) = work::parts(link) else {
        return opened.emit((None, None, None));
    };
    let run = record.and_then(unbase64);
    let Some(packed) = unbase64(packed).filter(|_| link.len() <= MAX_LINK) else {
        return opened.emit((None, None, None));
    };
    platform::inflate(packed, move |bytes| {
        let json = bytes.and_then(|bytes| String::from_utf8(bytes).ok());
        let work = json.and_then(|json| Work::read(&json, &rounds));
        match run {
            // A run that cannot be read is left out: the programs open at least.
            Some(run) => platform::inflate(run, move |run| opened.emit((work, run, at))),
            None => opened.emit((work, None, None)),
        }
    });
}
