//! Classes: how soon learners' work is acknowledged and on the board, what a learner weighs, how long a record takes.

use std::fs;
use std::path::PathBuf;

use super::other::{build, measure as client};
use super::sessions::{LOOPBACK, ROOM, relay};
use super::{Figure, Rows};
use crate::check::Server;
use crate::process::Result;
use crate::project;

/// Most of the slowest hundredth, in milliseconds, from something done to the teacher's board: in one room, and in thirty.
const BOARD_MS: [f64; 2] = [300.0, 1000.0];
/// Most of the slowest hundredth from a row to its answer, in milliseconds.
const SAVED_MS: f64 = 150.0;
/// Most of a learner beside labs, in KiB.
const LEARNER_KIB: f64 = 24.0;
/// Most until a record has come, in seconds.
const RECORD_S: f64 = 2.0;

/// A relay whose rooms are on the disk, and their folder, gone afterwards.
struct Kept {
    server: Server,
    folder: PathBuf,
}

impl Kept {
    fn new(name: &str, more: &[&str]) -> Result<Self> {
        let folder = project::target().join("bench").join(format!("rooms-{name}"));
        // Left over by one that was stopped.
        let _ = fs::remove_dir_all(&folder);
        let data = ["--data", folder.to_str().ok_or("the target folder has no name in Unicode")?];
        Ok(Self { server: relay(&[&ROOM, &LOOPBACK, &data, more])?, folder })
    }
}

impl Drop for Kept {
    fn drop(&mut self) {
        // The server has it open until it is dropped after this; on Linux that hinders nobody.
        let _ = fs::remove_dir_all(&self.folder);
    }
}

pub(super) fn measure(rows: &Rows, short: bool) -> Result<Vec<Figure>> {
    // Name, rooms, learners in each.
    let (classes, seconds, record) = if short {
        ([("one", "1", "50"), ("thirty", "4", "10"), ("crowd", "2", "100")], "5", "20000")
    } else {
        ([("one", "1", "200"), ("thirty", "30", "40"), ("crowd", "8", "250")], "60", "200000")
    };
    build()?;
    for (name, rooms, learners) in classes {
        let kept = Kept::new(name, &[])?;
        let run = client().args(["rooms", "--relay", &kept.server.address, "--name", name]);
        let run = run.args(["--rooms", rooms, "--learners", learners, "--seconds", seconds]);
        run.arg("--relay-pid").arg(kept.server.id().to_string()).run_printing_into(&rows.append()?)?;
    }
    {
        let kept = Kept::new("record", &[])?;
        let run = client().args(["record", "--relay", &kept.server.address, "--rows", record]);
        run.run_printing_into(&rows.append()?)?;
    }
    {
        let bears = ["--wrong-codes", "100000", "--wrong-codes-in-all", "100000"];
        let kept = Kept::new("codes", &bears)?;
        let rounds = if short { "10" } else { "200" };
        let run = client().args(["codes", "--relay", &kept.server.address, "--rounds", rounds]);
        run.run_printing_into(&rows.append()?)?;
    }
    let of = |what: &str, unit: &str| rows.median(what, unit);
    Ok(vec![
        Figure::new("room_board_p99_ms", of("one", "board_p99_ms")?, Some(BOARD_MS[0])),
        Figure::new("room_thirty_board_p99_ms", of("thirty", "board_p99_ms")?, Some(BOARD_MS[1])),
        Figure::new("room_crowd_board_p99_ms", of("crowd", "board_p99_ms")?, None),
        Figure::new("room_saved_p99_ms", of("one", "saved_p99_ms")?, None),
        Figure::new("room_thirty_saved_p99_ms", of("thirty", "saved_p99_ms")?, None),
        Figure::new("room_crowd_saved_p99_ms", of("crowd", "saved_p99_ms")?, Some(SAVED_MS)),
        Figure::new("room_crowd_joined_p99_ms", of("crowd", "joined_p99_ms")?, None),
        Figure::new("room_crowd_cores", of("crowd", "cores")?, None),
        Figure::new("room_kib_per_learner", of("crowd", "kib_per_learner")?, Some(LEARNER_KIB)),
        Figure::new("room_wrong_code_p50_ms", of("codes", "wrong_p50_ms")?, None),
        Figure::new("room_closed_code_p50_ms", of("codes", "closed_p50_ms")?, None),
        Figure::new("room_wrong_code_p99_ms", of("codes", "wrong_p99_ms")?, None),
        Figure::new("room_closed_code_p99_ms", of("codes", "closed_p99_ms")?, None),
        Figure::new("room_record_csv_s", of("record", "csv_s")?, Some(RECORD_S)),
        Figure::new("room_record_json_s", of("record", "json_s")?, Some(RECORD_S)),
    ])
}
