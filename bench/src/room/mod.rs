//! Classes: how soon work is acknowledged and on the board, what a learner weighs, how long a record takes to come.

mod board;
mod codes;
mod load;
mod person;

use std::time::{Duration, Instant};

use clap::Args;
use futures_util::future::{join_all, try_join_all};
use protocol::room::{Answer, Ask, Direct, Format, Learn, MOST_ROWS, RoomReport, RoomSettings};

use crate::cpu;
use crate::learners::{AT_ONCE, kib, quantile};
use crate::options::WithProcess;
use crate::relay::Problem;
use board::Board;
pub(crate) use codes::{Codes, codes};
use person::{Person, device, row};

/// How long a load may go on after its last request.
const PATIENCE: Duration = Duration::from_secs(60);
/// Learners whose work makes a long record.
const AUTHORS: u32 = 40;
/// How often a record is taken in each form.
const TAKEN: u32 = 3;

#[derive(Args)]
pub(crate) struct Rooms {
    #[command(flatten)]
    at: WithProcess,
    /// What the rows are called.
    #[arg(long)]
    name: String,
    /// How many rooms, each with its teacher's board open.
    #[arg(long)]
    rooms: u32,
    /// Learners in each.
    #[arg(long)]
    learners: u32,
    /// For how long each of them goes a step and saves a row, once a second.
    #[arg(long)]
    seconds: u32,
}

#[derive(Args)]
pub(crate) struct Record {
    /// Where the relay listens.
    #[arg(long)]
    relay: String,
    /// How many rows it has.
    #[arg(long)]
    rows: u32,
}

/// A room, and who is in it.
struct Class {
    teacher: Person,
    code: String,
    learners: Vec<Person>,
}

impl Class {
    async fn open(relay: &str) -> Result<Self, Problem> {
        let (teacher, code) = Person::opens(relay, RoomSettings::default()).await?;
        Ok(Self { teacher, code, learners: Vec::new() })
    }

    /// So many join, some at once; how long each of them waited.
    async fn join(&mut self, relay: &str, count: u32) -> Result<Vec<Duration>, Problem> {
        let (mut times, mut next) = (Vec::new(), 0);
        while next < count {
            let more = count.min(next + AT_ONCE as u32);
            let code = &self.code;
            let joining = (next..more).map(|number| async move {
                let began = Instant::now();
                let learner = Person::joins(relay, code, &format!("Learner {number}")).await?;
                Ok::<_, Problem>((learner, began.elapsed()))
            });
            for (learner, time) in try_join_all(joining).await? {
                self.learners.push(learner);
                times.push(time);
            }
            next = more;
        }
        Ok(times)
    }
}

/// Prints rows `NAME,joined|saved|board_p50_ms|p99_ms,0,…`: from connecting to being in the room, from when a row was due to its
/// answer, from when a row or a step was due to the tile at the teacher; `NAME,kib_per_learner,0,…`: the relay's memory; and
/// `NAME,cores,0,…`: the processors that it used.
pub(crate) async fn rooms(options: &Rooms) -> Result<(), Problem> {
    let Rooms { at: WithProcess { relay, relay_pid }, name, rooms, learners, seconds } = options;
    let rollup = format!("/proc/{relay_pid}/smaps_rollup");
    // What the first ones take is there once.
    let mut warm = Class::open(relay).await?;
    warm.join(relay, AT_ONCE as u32).await?;
    tokio::time::sleep(Duration::from_secs(1)).await;
    let empty = kib(&rollup, "Pss")?;
    let (mut classes, mut joined) = (Vec::new(), Vec::new());
    for _ in 0..*rooms {
        let mut class = Class::open(relay).await?;
        joined.extend(class.join(relay, *learners).await?);
        classes.push(class);
    }
    let used = cpu::used_ns(*relay_pid)?;
    let began = Instant::now();
    let done = tokio::time::timeout(
        Duration::from_secs((*seconds).into()) + PATIENCE,
        load::load(&mut classes, *seconds),
    );
    let (mut saved, mut board) = done.await.map_err(|_| "the load does not end")??;
    let cores = (cpu::used_ns(*relay_pid)? - used) as f64 / began.elapsed().as_nanos() as f64;
    for (what, times) in [("joined", &mut joined), ("saved", &mut saved), ("board", &mut board)] {
        for (unit, share) in [("p50_ms", 0.5), ("p99_ms", 0.99), ("most_ms", 1.0)] {
            println!("{name},{what}_{unit},0,{:.3}", quantile(times, share).as_secs_f64() * 1e3);
        }
    }
    let weight = kib(&rollup, "Pss")?.saturating_sub(empty) as f64;
    println!("{name},kib_per_learner,0,{:.2}", weight / f64::from(rooms * learners));
    println!("{name},cores,0,{cores:.3}");
    Ok(())
}

/// Prints rows `record,kept_s,0,…`, the time until all was acknowledged, and `record,csv_s|json_s,ROUND,…`: from asking for the
/// record to its last part.
pub(crate) async fn record(options: &Record) -> Result<(), Problem> {
    let mut class = Class::open(&options.relay).await?;
    class.join(&options.relay, AUTHORS).await?;
    let each = u64::from(options.rows / AUTHORS);
    let began = Instant::now();
    let writing = class.learners.iter_mut().map(|learner| async move {
        for first in (1..=each).step_by(MOST_ROWS) {
            let rows = (first..=each.min(first + MOST_ROWS as u64 - 1)).map(row).collect();
            let save = Ask::Learn(Learn::Save { device: device(), rows });
            match learner.ask(save).await? {
                Answer::Saved { .. } => {}
                other => return Err::<_, Problem>(format!("not saved: {other:?}").into()),
            }
        }
        Ok(())
    });
    join_all(writing).await.into_iter().collect::<Result<(), _>>()?;
    println!("record,kept_s,0,{:.3}", began.elapsed().as_secs_f64());
    for round in 0..TAKEN {
        for (unit, format) in [("csv_s", Format::Csv), ("json_s", Format::Json)] {
            let began = Instant::now();
            let bytes = taken(&mut class.teacher, format).await?;
            println!("record,{unit},{round},{:.3}", began.elapsed().as_secs_f64());
            // A row has more than its numbers.
            if bytes < u64::from(options.rows) * 50 {
                return Err(format!("a record of {bytes} bytes").into());
            }
        }
    }
    Ok(())
}

/// Takes the room's record; how many bytes it has.
async fn taken(teacher: &mut Person, format: Format) -> Result<u64, Problem> {
    teacher.say(Ask::Direct(Direct::Export { format })).await?;
    let mut bytes = 0;
    loop {
        let report = teacher.hear().await?;
        teacher.acknowledge().await?;
        match report {
            RoomReport::Exported { part, left } => {
                bytes += part.len() as u64;
                if left == 0 {
                    return Ok(bytes);
                }
            }
            RoomReport::Answer { answer: Answer::Refused { says, .. }, .. } => return Err(says.into()),
            _ => {}
        }
    }
}
