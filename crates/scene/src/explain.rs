//! Why a real run differs from its simulated twin, where that is known.

use syscall::{Call, Outcome, Returned};

use crate::compare::{Likeness, Line, Real, Twin, compare};
use crate::text::number;

/// What is known of a real run beside its calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Facts<'a> {
    /// The kernel's release, as `uname` says it: `6.18.44`.
    pub release: &'a str,
    /// How much of the run had happened when somebody first laid a hand on the wire, if ever.
    pub hand: Option<usize>,
    /// The MSS that the twin's connection has, in bytes.
    pub twin_mss: u32,
}

/// The kernel whose numbers the simulation reproduces.
const MEASURED: &str = "6.18";

/// Why the first difference may be there, a sentence or two; nothing where there is none.
pub fn explain(real: &[Real], twin: &[Twin], facts: &Facts) -> Option<String> {
    let lines = compare(real, twin);
    let first = lines.iter().position(|line| matches!(line, Line::Call { likeness: Likeness::First, .. }))?;
    let Real::Call { call, outcome, by_kernel, .. } = &real[first] else { return None };
    if !by_kernel {
        return Some(
            "At the first difference no kernel answered: the relay did, for it keeps limits of its own."
                .into(),
        );
    }
    let mut why = Vec::new();
    if facts.hand.is_some_and(|at| at <= first) {
        why.push(
            "You have laid a hand on the wire of the real run, and the simulation’s runs by itself."
                .to_owned(),
        );
    }
    let mss = real[..=first].iter().rev().find_map(|step| match step {
        Real::Call { here: Some(here), .. } => Some(here.mss).filter(|mss| *mss > 0 && here.state.is_some()),
        _ => None,
    });
    if let Some(mss) = mss.filter(|mss| *mss != facts.twin_mss && moves_bytes(call, outcome.as_ref())) {
        let (real, twin) = (number(mss.into()), number(facts.twin_mss.into()));
        why.push(format!(
            "A segment of the real connection carries at most {real} bytes, one of the simulated {twin}: buffers are charged for each segment."
        ));
    }
    if !facts.release.starts_with(MEASURED) {
        why.push(format!(
            "This kernel is Linux {}; the simulation reproduces what Linux {MEASURED} does.",
            facts.release
        ));
    }
    if why.is_empty() && moves_bytes(call, outcome.as_ref()) {
        why.push("How much a call moves depends on what has arrived by then. In the real run that is a matter of microseconds, and of your messages’ way to the relay: run it again, and it may be another number.".into());
    }
    if why.is_empty() {
        why.push("Nothing that this page knows explains the first difference.".into());
    }
    Some(why.join(" "))
}

/// Whether the answer is a number that depends on when it was asked.
fn moves_bytes(call: &Call, outcome: Option<&Outcome>) -> bool {
    let asks =
        matches!(call, Call::Send { .. } | Call::Recv { .. } | Call::Select { .. } | Call::Poll { .. });
    let told = matches!(
        outcome,
        Some(
            Ok(Returned::Count(_) | Returned::Data(_) | Returned::Selected { .. })
                | Err(syscall::Errno::EAGAIN)
        )
    );
    asks && told
}

#[cfg(test)]
mod tests {
    use super::*;
    use syscall::{Bytes, Errno, Fd, MsgFlags, Observed, TcpState};

    const FACTS: Facts = Facts { release: "6.18.44", hand: None, twin_mss: 1448 };

    fn run(real: u32, mss: u32) -> (Vec<Real>, Vec<Twin>) {
        let call = Call::Send { fd: Fd(3), data: Bytes::from(vec![0; 20_000]), flags: MsgFlags::default() };
        let mut step = Real::call(call.clone(), Some(Ok(Returned::Count(real))));
        if let Real::Call { here, .. } = &mut step {
            *here = Some(Observed { mss, state: Some(TcpState::Established), ..Observed::default() });
        }
        (vec![step], vec![(call, Some(Ok(Returned::Count(5792))))])
    }

    fn why(real: u32, mss: u32, facts: &Facts) -> Option<String> {
        let (real, twin) = run(real, mss);
        explain(&real, &twin, facts)
    }

    #[test]
    fn where_nothing_differs_nothing_is_explained() {
        assert_eq!(why(5792, 1448, &FACTS), None);
    }

    #[test]
    fn another_segment_size_release_or_hand_is_named() {
        let says = why(6144, 65_483, &FACTS).unwrap();
        assert!(says.contains("65,483") && says.contains("1448"), "{says}");
        let says = why(6144, 1448, &Facts { release: "5.15.0", ..FACTS }).unwrap();
        assert!(says.contains("Linux 5.15.0"), "{says}");
        let says = why(6144, 1448, &Facts { hand: Some(0), ..FACTS }).unwrap();
        assert!(says.starts_with("You have laid a hand"), "{says}");
        let says = why(6144, 1448, &Facts { hand: Some(1), ..FACTS }).unwrap();
        assert!(says.contains("microseconds"), "a hand laid later explains nothing: {says}");
    }

    #[test]
    fn what_cannot_be_explained_is_said_to_be_so() {
        let (mut real, twin) = run(0, 1448);
        let Real::Call { outcome, .. } = &mut real[0] else { panic!("a call") };
        *outcome = Some(Err(Errno::EPIPE));
        assert!(explain(&real, &twin, &FACTS).unwrap().starts_with("Nothing"));
        let Real::Call { by_kernel, .. } = &mut real[0] else { panic!("a call") };
        *by_kernel = false;
        assert!(explain(&real, &twin, &FACTS).unwrap().contains("relay"));
    }
}
