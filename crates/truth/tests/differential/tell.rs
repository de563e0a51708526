//! What was found, in words: the kind of a difference, and the script that leads to it.

use syscall::{Call, OptionValue, Returned, TcpInfo};

use crate::compare::{letter, say, told};
use crate::moves::{Move, script};
use crate::run::{Ended, Record, Step};

/// What kind of difference it is: the call and both ends, without numbers.
pub(crate) fn kind(step: &Step, real: &Record, simulated: &Record) -> String {
    let call = match step {
        Step::Call(_, Call::Setsockopt { option, .. } | Call::Getsockopt { option, .. }) => {
            option.to_string()
        }
        Step::Call(_, call) => call.name().into(),
        other => line(other),
    };
    if let (Some(real), Some(simulated)) = (tcp_info(real), tcp_info(simulated))
        && real.state == simulated.state
    {
        let pairs = told(real).into_iter().zip(told(simulated));
        let names: Vec<_> = pairs.filter(|(a, b)| a != b).map(|((name, _), _)| name).collect();
        return format!("{call} {}: {}", real.state, names.join(", "));
    }
    let plain = |record: &Record| {
        let text = say(record);
        let text: String = text.chars().filter(|c| c.is_ascii_alphabetic() || *c == '|').collect();
        text.chars().take(60).collect::<String>()
    };
    format!("{call}: real {}, simulated {}", plain(real), plain(simulated))
}

/// The script up to the difference, to read and to run again.
pub(crate) fn tell(
    steps: &[Step],
    records: &[Record],
    at: usize,
    real: &Record,
    simulated: &Record,
) -> String {
    let mut text = String::new();
    for (step, record) in steps.iter().zip(records).take(at) {
        text.push_str(&format!("{} -> {}\n", line(step), say(record)));
    }
    text.push_str(&format!(
        "{}\n    real:      {}\n    simulated: {}\n",
        line(&steps[at]),
        say(real),
        say(simulated)
    ));
    text.push_str("the same for `cargo run -p truth -- play real`, or `play sim`:\n");
    for (step, record) in steps.iter().zip(records).take(at + 1) {
        text.push_str(&format!("{}\n", again(step, record)));
    }
    text
}

fn tcp_info(record: &Record) -> Option<&TcpInfo> {
    match &record.own {
        Some(Ended::Outcome(Ok(Returned::Option(OptionValue::TcpInfo(info))))) => Some(info),
        _ => None,
    }
}

fn line(step: &Step) -> String {
    match step {
        Step::Call(task, call) => format!("{}: {call}", letter(*task)),
        Step::Pass(us) => format!("pass {} ms", *us as f64 / 1000.0),
        Step::Signal(task) => format!("signal {}", letter(*task)),
        Step::Kill(task) => format!("kill {}", letter(*task)),
    }
}

/// As the table's scripts have it.
fn again(step: &Step, record: &Record) -> String {
    let waits = matches!(step, Step::Call(..)) && record.own == Some(Ended::Waits);
    line(step) + if waits { " -> waits" } else { "" }
}

#[test]
fn what_is_told_can_be_played_again() {
    let one =
        |kind| Move { task: kind % 3, kind, a: kind, b: kind.wrapping_mul(7), c: kind.wrapping_mul(13) };
    let (steps, _) = script(&(0..100).map(one).collect::<Vec<_>>());
    let waits = Record { own: Some(Ended::Waits), others: Vec::new(), cannot: None, clock: 0 };
    let text: String = steps.iter().map(|step| again(step, &waits) + "\n").collect();
    assert_eq!(truth::script(&text).expect("the table's grammar").len(), steps.len());
}
