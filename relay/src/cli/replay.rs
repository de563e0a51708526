//! `socketscope replay`: a recorded run, from a link or a file, once more: its events and how it ended.

use std::fs::File;
use std::io::{self, Read as _, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use clap::Args;
use flate2::read::DeflateDecoder;
use lessons::{Block, Lessons};
use python::Limits;
use runs::Turns;
use scene::FigureSpec;
use serde_json::json;
use world::{End, LINK, Record, Replayed, Runs, Scenario, World};

use super::programs::again::{Asked, Failing, Live, again};

/// Version of what is printed as JSON.
const VERSION: u32 = 1;
/// Most bytes of a record, unpacked.
const MAX_RECORD: u64 = 16 << 20;

/// What to replay.
#[derive(Args, Clone, Debug)]
pub(super) struct Options {
    /// A link with `#v1.` in it, what follows there, or a file of the record that a link packs
    run: String,
    /// Programs to take the place of those that were recorded, in their order: whether the run breaks these too
    files: Vec<PathBuf>,
    /// Events as JSON lines, then one line about the end
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    live: Asked,
}

/// Exit codes: 0 the run ended well, 1 it is another run than was recorded or cannot be read, 3 it ended in deadlock.
pub(super) fn run(options: &Options) -> ExitCode {
    match replay(options) {
        Ok((record, scenario, replayed)) => {
            let failing = || Failing::replayed(&record, &scenario, &replayed);
            let live = |runs| failing().map_or_else(Live::NotRun, |failing| again(&failing, runs));
            let live = options.live.live.map(live);
            // Whoever closed our output does not want the rest.
            let _ = if options.json {
                print_json(&record, &replayed, live.as_ref())
            } else {
                print(&scenario, &replayed, live.as_ref())
            };
            match (&replayed.difference, replayed.world.end()) {
                (Some(_), _) => ExitCode::FAILURE,
                (None, Some(End::Deadlock)) => ExitCode::from(3),
                (None, Some(End::Idle) | None) => ExitCode::SUCCESS,
            }
        }
        Err(problem) => {
            eprintln!("socketscope: {problem}");
            ExitCode::FAILURE
        }
    }
}

fn replay(options: &Options) -> Result<(Record, Scenario, Replayed), String> {
    let record = Record::from_bytes(&read(&options.run)?).map_err(|error| error.to_string())?;
    let lessons = Lessons::embedded().map_err(|_| "the lessons in this binary cannot be read")?;
    let mut scenario = record
        .start
        .scenario(|id| figure(&lessons, id))
        .ok_or_else(|| format!("{} recorded a figure that is not here", record.maker))?;
    replace(&mut scenario, &options.files)?;
    let python = scenario.programs.iter().any(|program| program.runs == Runs::Python);
    let world =
        if python { runs::world(&scenario, Turns::Lines, Limits::default()) } else { World::new(&scenario) };
    let world = world.map_err(|error| format!("its scenario cannot be run: {error}"))?;
    let replayed = record.replay_in(world);
    Ok((record, scenario, replayed))
}

/// Other texts for the programs in Python.
fn replace(scenario: &mut Scenario, files: &[PathBuf]) -> Result<(), String> {
    let mut programs: Vec<_> = scenario.programs.iter_mut().filter(|it| it.runs == Runs::Python).collect();
    if files.len() > programs.len() {
        return Err(format!(
            "the run is of {} programs in Python, and {} files were given",
            programs.len(),
            files.len()
        ));
    }
    for (program, file) in programs.iter_mut().zip(files) {
        program.source = std::fs::read_to_string(file)
            .map_err(|error| format!("cannot read {}: {error}", file.display()))?;
    }
    Ok(())
}

/// The record's bytes: those of a file, or packed in a link.
fn read(run: &str) -> Result<Vec<u8>, String> {
    if run.trim().is_empty() {
        return Err(format!("there is nothing to replay: say a link, which has {LINK} in it, or a file"));
    }
    let Some((_, token)) = run.split_once(LINK) else {
        let mut bytes = Vec::new();
        // One byte more than a record may have tells a longer file, which may have no end: /dev/zero.
        return match File::open(run).and_then(|file| file.take(MAX_RECORD + 1).read_to_end(&mut bytes)) {
            Ok(len) if len as u64 > MAX_RECORD => {
                Err(format!("{run} is longer than any recorded run: {MAX_RECORD} bytes"))
            }
            Ok(_) => Ok(bytes),
            Err(error) => Err(format!("cannot read {run}: {error}. A link has {LINK} in it.")),
        };
    };
    let packed = URL_SAFE_NO_PAD
        .decode(token.trim())
        .map_err(|error| format!("the link is damaged, perhaps cut off ({error})"))?;
    let mut bytes = Vec::new();
    // What can be unpacked of a damaged link may still say who made it.
    let unpacked = DeflateDecoder::new(&*packed).take(MAX_RECORD).read_to_end(&mut bytes);
    match (unpacked, bytes.is_empty()) {
        (Err(error), true) => Err(format!("the link is damaged, perhaps cut off ({error})")),
        _ => Ok(bytes),
    }
}

/// The scenario of a lesson's stage: `slug/stage`.
fn figure(lessons: &Lessons, id: &str) -> Option<Scenario> {
    let (slug, stage) = id.split_once('/')?;
    let lesson = lessons.lessons.iter().find(|lesson| lesson.slug == slug)?;
    stage_in(&lesson.blocks, stage)
}

fn stage_in(blocks: &[Block], stage: &str) -> Option<Scenario> {
    blocks.iter().find_map(|block| match block {
        Block::Figure(FigureSpec::Stage(spec)) if spec.id == stage => Some(spec.scenario.clone()),
        Block::After { blocks, .. }
        | Block::Side { blocks, .. }
        | Block::Hint { blocks }
        | Block::Part { blocks, .. } => stage_in(blocks, stage),
        Block::Figure(_)
        | Block::Prose(_)
        | Block::Truth(_)
        | Block::Measured(_)
        | Block::Mistake(_)
        | Block::Repair(_)
        | Block::Fails(_)
        | Block::Term(_) => None,
    })
}

fn print(scenario: &Scenario, replayed: &Replayed, live: Option<&Live>) -> io::Result<()> {
    let mut out = io::stdout().lock();
    let (world, events) = (&replayed.world, replayed.world.events());
    for (row, event) in scene::transcript(scenario, &world.view(), events).iter().zip(events) {
        writeln!(out, "{:5} {:>12.3} ms  {}", event.index, event.at as f64 / 1000.0, row.spoken())?;
    }
    let end = match world.end() {
        Some(End::Idle) => "nothing more happens",
        Some(End::Deadlock) => "deadlock: the programs wait, and nothing can wake them",
        None => "more may happen",
    };
    writeln!(out, "{end}; digest {:016x}", world.digest())?;
    if let Some(difference) = &replayed.difference {
        writeln!(out, "{difference}")?;
    }
    live.map_or(Ok(()), |live| writeln!(out, "{}", live.says()))
}

fn print_json(record: &Record, replayed: &Replayed, live: Option<&Live>) -> io::Result<()> {
    let mut out = io::stdout().lock();
    let world = &replayed.world;
    for event in world.events() {
        writeln!(out, "{}", json!({ "event": event }))?;
    }
    let difference = replayed.difference.as_ref();
    let last = json!({
        "version": VERSION,
        "end": world.end(),
        "digest": format!("{:016x}", world.digest()),
        "recorded_by": record.maker.to_string(),
        "recorded_digest": format!("{:016x}", record.digest),
        "choices": record.acts.len(),
        "diverged_at": difference.map(|difference| difference.at),
        "difference": difference.map(ToString::to_string),
        "live": live.map(Live::json),
    });
    writeln!(out, "{last}")
}
