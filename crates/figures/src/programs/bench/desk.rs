//! The desks: a field for each program. The learner's own stays the same when others take their places around it.

use std::cell::Cell;
use std::rc::Rc;

use scene::programs::{Breakpoints, Command};
use yew::prelude::*;

use super::{Ask, KEEP_MS, Msg, Note, Workbench};
use crate::platform;
use crate::platform::programs::{Field, Rest};
use crate::programs::work::Work;
use crate::texts;

/// A program's place to be written at.
pub(super) struct Desk {
    /// Its number in this figure, which no other ever has.
    pub(super) key: usize,
    /// The place of its program now: what its field tells is about that.
    place: Rc<Cell<usize>>,
    pub(super) area: NodeRef,
    pub(super) field: Option<Field>,
}

impl Desk {
    pub(super) fn new(key: usize, place: usize) -> Self {
        Self { key, place: Rc::new(Cell::new(place)), area: NodeRef::default(), field: None }
    }
}

impl Workbench {
    /// Makes the fields that are missing; the first time it also follows links from then on.
    pub(super) fn dress(&mut self, ctx: &Context<Self>) {
        for desk in self.desks.iter_mut().filter(|desk| desk.field.is_none()) {
            let (edits, stops) = (Rc::clone(&desk.place), Rc::clone(&desk.place));
            let changed = ctx.link().callback(move |text| Msg::Edited(edits.get(), text));
            let stopped = ctx.link().callback(move |lines| Msg::Stops(stops.get(), lines));
            let told = (move |text| changed.emit(text), move |lines| stopped.emit(lines));
            desk.field = Field::new(&desk.area, told.0, told.1);
            if let Some(field) = &desk.field {
                field.stops(&self.work.stops[desk.place.get()]);
            }
        }
        if std::mem::replace(&mut self.dressed, true) {
            return;
        }
        let near = ctx.link().callback(|()| Msg::Near);
        self.rest = Rest::new(&self.section, move || near.emit(()));
        let link = ctx.link().callback(Msg::Link);
        platform::follow(&ctx.props().spec.id, move |it| {
            if let Some(it) = it {
                link.emit(it);
            }
            None
        });
        ctx.props().mounted.emit(());
    }

    /// Whether a field is missing.
    pub(super) fn is_bare(&self) -> bool {
        self.desks.iter().any(|desk| desk.field.is_none())
    }

    pub(super) fn field(&self, program: usize) -> Option<&Field> {
        self.desks.get(program)?.field.as_ref()
    }

    /// Puts other work in the place of what stands there.
    pub(super) fn open(&mut self, work: Work) {
        self.judging.home = None;
        let before = std::mem::replace(&mut self.work, work);
        if before.round != self.work.round {
            // What was shown is of programs that are gone.
            self.view = None;
            self.reseat(&before);
        }
        self.changed();
        for (program, desk) in self.desks.iter().enumerate() {
            if let Some(field) = &desk.field {
                field.set(&self.work.texts[program]);
                field.stops(&self.work.stops[program]);
            }
        }
    }

    /// Others have come: they have desks of their own, and the learner's file keeps its one.
    fn reseat(&mut self, before: &Work) {
        let (from, to) = (self.place_in(before), self.place_in(&self.work));
        let mut own = from.map(|from| self.desks.swap_remove(from));
        let mut desks = Vec::new();
        for place in 0..self.work.files.len() {
            let kept = own.take_if(|_| to == Some(place));
            desks.push(kept.unwrap_or_else(|| {
                self.desks_ever += 1;
                Desk::new(self.desks_ever, place)
            }));
            desks[place].place.set(place);
        }
        self.desks = desks;
        (self.tab, self.task, self.frame) = (to.unwrap_or(0), None, None);
    }

    pub(super) fn edited(&mut self, ctx: &Context<Self>, program: usize, text: String) -> bool {
        if self.work.texts.get(program).is_none_or(|it| *it == text) {
            return false;
        }
        self.work.texts[program] = text;
        self.changed();
        self.keep_soon(ctx);
        true
    }

    /// The texts are others than the machine's.
    pub(super) fn changed(&mut self) {
        self.queue.clear();
        self.exchange.changed();
        self.finder.changed();
        (self.running, self.to_go_on) = (None, false);
        self.stale = self.view.is_some();
        self.note = Note::default();
        if self.judging.stops() {
            self.note.says = texts::judging::TEXT_HAS_CHANGED.into();
        }
        for field in self.desks.iter().filter_map(|desk| desk.field.as_ref()) {
            field.mark("[]");
        }
    }

    pub(super) fn stops(&mut self, ctx: &Context<Self>, program: usize, mut lines: Vec<u32>) -> bool {
        lines.sort_unstable();
        if self.work.stops.get(program).is_none_or(|it| *it == lines) {
            return false;
        }
        self.work.stops[program] = lines;
        self.tell_stops(ctx);
        self.keep_soon(ctx);
        true
    }

    pub(super) fn breakpoints(&self) -> Breakpoints {
        Breakpoints { lines: self.work.lines(), calls: self.work.calls.clone() }
    }

    pub(super) fn tell_stops(&mut self, ctx: &Context<Self>) {
        if self.exchange.is_loaded() {
            let stops = Command::Breakpoints(self.breakpoints());
            self.ask(ctx, Ask::Command(Box::new(stops)));
        } else {
            // What was loaded ahead stops elsewhere.
            self.exchange.changed();
        }
    }

    pub(super) fn keep_soon(&mut self, ctx: &Context<Self>) {
        let link = ctx.link().clone();
        self.keeping = Some(platform::Timeout::new(KEEP_MS, move || link.send_message(Msg::Keep)));
    }
}
