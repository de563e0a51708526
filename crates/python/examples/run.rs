//! Runs a Python file on the machine, without any world: `cargo run -p python --example run -- FILE`.

use std::io::Write as _;

use python::{Answer, Limits, Machine, Program, Stop, Stream, Unfit, Until};

fn main() {
    let mut args = std::env::args().skip(1);
    let file = args.next().expect("the first argument is a file");
    let text = std::fs::read_to_string(&file).expect("it can be read");
    let rest: Vec<String> = args.collect();
    let program = match Program::compile(&text, &file) {
        Ok(program) => program,
        Err(Unfit::Syntax(fault)) => {
            eprint!("{fault}");
            std::process::exit(1);
        }
        Err(Unfit::Refused(refusals)) => {
            for refusal in refusals {
                eprintln!("{file}:{}: {}; instead: {}", refusal.line, refusal.says, refusal.instead);
            }
            std::process::exit(2);
        }
    };
    let limits = Limits { instructions: u64::MAX, ..Limits::default() };
    let mut machine = Machine::new(&program, &rest, limits);
    let mut budget = u64::MAX;
    loop {
        match machine.run(0, Until::Event, &mut budget) {
            Stop::Output { stream: Stream::Stdout, text } => {
                print!("{text}");
                std::io::stdout().flush().expect("it can be written");
            }
            Stop::Output { stream: Stream::Stderr, text } => eprint!("{text}"),
            Stop::Input => {
                let mut line = String::new();
                let read = std::io::stdin().read_line(&mut line).expect("it can be read");
                machine.answer(0, Answer::Line((read > 0).then_some(line)));
            }
            Stop::Started(_) => {}
            Stop::Now => machine.answer(0, Answer::Time { monotonic_us: 0, wall_us: 0 }),
            Stop::Sleep(_) => machine.answer(0, Answer::Done),
            Stop::Exit(status) => {
                if std::env::var_os("AUDIT").is_some() {
                    machine.miscounted().iter().take(20).for_each(|wrong| eprintln!("{wrong:.200}"));
                }
                std::process::exit(status);
            }
            other => {
                eprintln!("{other:?}");
                std::process::exit(3);
            }
        }
    }
}
