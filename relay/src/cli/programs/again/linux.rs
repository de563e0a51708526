//! The runs on this machine's own kernel, and whether what is seen there is what broke.

use std::time::Duration;

use ::runs::End;

use super::super::LIVE_MOST;
use super::super::seen::{self, Play, Seen};
use super::*;

/// How long a program may take that is thought to go on for ever.
const FOR_EVER: Duration = Duration::from_secs(5);

impl Failing {
    pub(super) fn again(&self, runs: u32) -> Result<Live, String> {
        if self.wanted == Wanted::Nothing {
            return Err("what broke is not to be seen from outside a simulated kernel".into());
        }
        let (mut kernel, mut others) = (String::new(), Vec::new());
        for run in 1..=runs {
            let lab = seen::lab(&self.scenario.hosts)?;
            let about = crate::kernel(lab.mode().name());
            kernel = format!("{} {}, {}", about.system, about.release, about.mode);
            let most = if matches!(self.wanted, Wanted::Spin { .. }) { FOR_EVER } else { LIVE_MOST };
            let order = (order_of(run) == "record").then_some((&*self.order.0, self.order.1));
            let play = Play { scenario: &self.scenario, limits: self.limits, most, order };
            let seen = play.on(lab, |seen| self.enough(seen))?;
            if let Some(seen) = self.same(&seen) {
                return Ok(Live::Same { seen, run, kernel });
            }
            let instead = instead(&seen);
            if !others.contains(&instead) {
                others.push(instead);
            }
        }
        let mut seen = others.join("; or ");
        if self.scenario.buffers.is_some() {
            seen = format!("{} It keeps its own buffers: --buffers sets simulated ones", stopped(&seen));
        }
        Ok(Live::NotSeen { seen, runs, kernel })
    }

    /// Whether nothing more need be seen.
    fn enough(&self, seen: &Seen) -> bool {
        let lost = matches!(self.wanted, Wanted::Lost { .. }) && seen.lost.is_some();
        lost || seen.limited.is_some() || seen.status.values().any(|status| *status != 0)
    }

    /// What was seen, if it is what broke.
    fn same(&self, seen: &Seen) -> Option<String> {
        let over = matches!(seen.end, Some(End::Done | End::Idle));
        match &self.wanted {
            Wanted::Exit { process, status, complaint } => {
                let said = seen.complained.get(process).map_or("", String::as_str);
                let program = self.scenario.programs.get(*process).or(self.scenario.programs.first())?;
                let same = seen.status.get(process) == Some(status)
                    && Complaint::of(said, &program.file) == *complaint;
                let last = said.trim_end().lines().last().unwrap_or_default();
                let at =
                    if complaint.line > 0 { format!(", line {}", complaint.line) } else { String::new() };
                same.then(|| format!("{}{at}, ended with status {status}: {last}", seen.name(*process)))
            }
            Wanted::Deadlock(waits) => {
                let Some(End::Deadlock { stuck, .. }) = &seen.end else { return None };
                let calls = stuck.iter().filter(|it| it.waits.starts_with("in ") && it.waits != "in a sleep");
                let mut same: Vec<_> = calls.map(|it| (it.process, it.line)).collect();
                same.sort_unstable();
                (same == *waits).then(|| seen.wrong()).flatten()
            }
            Wanted::Lost { process, line } => {
                let lost =
                    seen.lost.as_ref().filter(|lost| (lost.process, lost.line) == (*process, *line))?;
                Some(lost_in_words(seen, lost))
            }
            Wanted::Spin { process } => {
                let limited = seen.limited.as_ref().is_some_and(|(limited, _)| limited == process);
                let goes_on = seen.end.is_none() && !seen.status.contains_key(process);
                let seconds = FOR_EVER.as_secs();
                (limited || goes_on)
                    .then(|| format!("{} was still running after {seconds} seconds", seen.name(*process)))
            }
            Wanted::Leak { process, fd } => seen
                .left_open
                .contains(&(*process, *fd))
                .then(|| format!("{} still has descriptor {fd} open, in CLOSE-WAIT", seen.name(*process))),
            Wanted::Check(Check::Prints { program, text }) => {
                let process = *program as usize;
                let wrote = seen.wrote.get(&process).map_or("", String::as_str);
                (over && wrote != text).then(|| format!("{} had written {wrote:?}", seen.name(process)))
            }
            Wanted::Check(Check::Ends { program }) => {
                let process = *program as usize;
                (over && !seen.status.contains_key(&process))
                    .then(|| format!("{} still waited", seen.name(process)))
            }
            Wanted::Nothing => None,
        }
    }
}

fn lost_in_words(seen: &Seen, lost: &seen::Rest) -> String {
    let name = seen.name(lost.process);
    format!(
        "{name}, line {}: send took {} of {} bytes, and nobody sent the rest",
        lost.line, lost.taken, lost.given
    )
}

/// What was seen instead of what broke.
fn instead(seen: &Seen) -> String {
    let lost = seen.lost.as_ref().map(|lost| lost_in_words(seen, lost));
    seen.wrong().or(lost).unwrap_or_else(|| match seen.end {
        Some(End::Idle) => "nothing broke, and who has not ended waits for new connections".into(),
        _ => "nothing broke, and every program ended".into(),
    })
}
