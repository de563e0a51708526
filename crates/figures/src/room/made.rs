//! A call of a process in a shared lab that has ended, as the lists of calls show it.

use protocol::Answered;
use syscall::{Call, Errno, Outcome, Returned};
use yew::prelude::*;

use crate::texts;

/// A call that has ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Made {
    /// The how manieth it was.
    pub(crate) number: u64,
    /// The call, as a transcript shows it.
    pub(crate) call: String,
    /// What it answered.
    pub(crate) outcome: String,
    /// Whether the kernel answered, or the relay in its stead.
    pub(crate) by: Answered,
    /// What was sent or received, where that is shown.
    pub(crate) text: Option<String>,
}

impl Made {
    /// As this process' call of that number.
    pub(crate) fn new(number: u64, call: &Call, outcome: &Outcome, by: Answered) -> Self {
        let outcome = outcome.as_ref().map_or_else(Errno::to_string, Returned::to_string);
        Self { number, call: call.to_string(), outcome, by, text: None }
    }

    /// A line of a list.
    pub(crate) fn line(&self) -> Html {
        html! { <>
            <code>{self.call.clone()}{" = "}{self.outcome.clone()}</code>
            if let Some(text) = &self.text { {" "}<q>{text.clone()}</q> }
            if self.by == Answered::Relay { <span class="by">{texts::class::BY_THE_RELAY}</span> }
        </> }
    }
}
