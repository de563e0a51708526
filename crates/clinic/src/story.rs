//! What happened in the run that broke: the calls that ended, and who waits in which.

use explorer::{Failure, Plain, Run};
use syscall::{Bytes, Call, Event, Outcome, Returned, StreamRange, TaskId, What};
use world::{Scenario, Status, View};

use crate::source::Source;

/// A call that ended.
#[derive(Clone, Debug)]
pub(crate) struct Done {
    pub(crate) task: TaskId,
    pub(crate) program: u32,
    pub(crate) line: u32,
    pub(crate) call: Call,
    pub(crate) outcome: Outcome,
    pub(crate) range: Option<StreamRange>,
}

impl Done {
    /// The bytes that it received, and how many it asked for.
    pub(crate) fn received(&self) -> Option<(&Bytes, u32)> {
        match (&self.call, &self.outcome) {
            (Call::Recv { len, .. } | Call::Read { len, .. }, Ok(Returned::Data(data))) => Some((data, *len)),
            _ => None,
        }
    }

    /// The bytes that it sent.
    pub(crate) fn sent(&self) -> Option<Bytes> {
        match (&self.call, &self.outcome) {
            (Call::Send { data, .. } | Call::Write { data, .. }, Ok(Returned::Count(n))) => {
                Some(data.slice(0..(*n as usize).min(data.len())))
            }
            _ => None,
        }
    }
}

/// The run that broke.
pub(crate) struct Story {
    pub(crate) scenario: Scenario,
    pub(crate) sources: Vec<Source>,
    pub(crate) failure: Failure,
    pub(crate) calls: Vec<Done>,
    /// How everything stands at its end.
    pub(crate) view: View,
}

impl Story {
    pub(crate) fn of(root: &Run, scenario: &Scenario, plain: &Plain) -> Self {
        let mut world = root.world().clone();
        let mut calls = Vec::new();
        for key in &plain.way {
            world.take_offered(*key);
            let heard = world.drain().events.into_iter().filter_map(|event| done(&world, event));
            calls.extend(heard.collect::<Vec<_>>());
        }
        Self {
            sources: scenario.programs.iter().map(|it| Source::new(&it.source)).collect(),
            scenario: scenario.clone(),
            failure: plain.failure.clone(),
            calls,
            view: world.view(),
        }
    }

    pub(crate) fn source(&self, program: u32) -> Option<&Source> {
        self.sources.get(program as usize)
    }

    pub(crate) fn name(&self, program: u32) -> &str {
        self.scenario.programs.get(program as usize).map_or("a program", |it| &it.name)
    }

    /// Who waits in a call, and where.
    pub(crate) fn waiting(&self) -> impl Iterator<Item = (TaskId, u32, u32, &Call)> {
        let stuck = self.view.programs.iter().filter(|it| it.status == Status::Waits);
        stuck.filter_map(|it| Some((it.task, it.program, it.line, it.call.as_ref()?)))
    }
}

fn done(world: &world::World, event: Event) -> Option<Done> {
    let task = TaskId(event.tid?.0 - 1);
    let What::Returned { call, outcome, .. } = event.what else { return None };
    Some(Done {
        task,
        program: world.program_of(task)?,
        line: event.source.map_or(0, |source| source.line),
        call,
        outcome,
        range: event.range,
    })
}
