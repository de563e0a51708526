//! Recounting the references of a machine that stands still: what its counts should be.

use super::Machine;
use crate::heap::{IMMORTAL, children};
use crate::object::Object;
use crate::value::{Id, Value};

impl Machine {
    /// Objects whose count is not the number of references to them: a leak, or one freed while somebody holds it. Constants,
    /// modules and what the prelude made live for ever and are not told.
    pub fn miscounted(&self) -> Vec<String> {
        let mut found = vec![0_u64; self.heap.counts.len()];
        let mut wrong = Vec::new();
        let mut odd = Vec::new();
        let mut count = |value: Value, by: &dyn Fn() -> String| {
            if let Value::Ref(Id(id)) = value {
                if matches!(self.heap.get(Id(id)), Object::Free) {
                    wrong.push(format!("{} holds a freed object {id}", by()));
                } else {
                    found[id as usize] += 1;
                }
            }
        };
        for id in self.heap.ids() {
            children(self.heap.get(id), &mut |value| count(value, &|| format!("{:?}", self.heap.get(id))));
        }
        for thread in &self.threads {
            let needs = thread
                .frames
                .last()
                .map_or(0, |frame| frame.base as usize + self.image.codes[frame.code as usize].locals.len());
            if thread.stack.len() < needs {
                odd.push(format!("a stack of {} values, {needs} are needed", thread.stack.len()));
            }
            let handled = thread.frames.iter().map(|frame| frame.handled).chain([thread.handled]);
            for value in handled.filter(|value| !matches!(value, Value::Undefined | Value::None)) {
                if !matches!(self.heap.of(value), Object::Exception(_)) {
                    odd.push(format!("{:?} is handled", self.heap.of(value)));
                }
            }
            let place = || "a stack".to_owned();
            thread.stack.iter().for_each(|&value| count(value, &place));
            count(thread.handled, &place);
            count(thread.object, &place);
            for frame in &thread.frames {
                count(frame.extra, &place);
                count(frame.handled, &place);
            }
            if let Some(pending) = &thread.pending {
                pending.args.iter().for_each(|&value| count(value, &place));
                pending.kw.iter().for_each(|(_, value)| count(*value, &place));
            }
        }
        self.finalise.iter().for_each(|&value| count(value, &|| "the finalisers".to_owned()));
        for id in self.heap.ids() {
            let (said, is) = (self.heap.counts[id.0 as usize], found[id.0 as usize]);
            if said < IMMORTAL && u64::from(said) != is {
                wrong.push(format!("object {} counts {said}, {is} hold it: {:?}", id.0, self.heap.get(id)));
            }
        }
        wrong.append(&mut odd);
        wrong
    }
}
