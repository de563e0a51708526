//! `assets STAGING EDITOR DIST STATIC SCRIPTS`: names, compresses and lists everything that pages ask for.

use std::path::PathBuf;
use std::process::ExitCode;

const USAGE: &str = "usage: assets STAGING EDITOR DIST STATIC SCRIPTS

  STAGING  what Trunk made: stage.js, stage_bg.wasm and so on
  EDITOR   what esbuild made: editor.js and so on, and the licences of what is inside
  DIST     where to: manifest.json and assets/ (what is stale there is removed)
  STATIC   css/, fonts/, icons/
  SCRIPTS  the pages' own scripts";

fn main() -> ExitCode {
    let args: Vec<PathBuf> = std::env::args_os().skip(1).map(PathBuf::from).collect();
    let [staging, editor, dist, fixed, scripts] = &args[..] else { return usage() };
    match assets::make(staging, editor, fixed, scripts, dist) {
        Ok(table) => {
            print!("{table}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("assets: {error}");
            ExitCode::FAILURE
        }
    }
}

fn usage() -> ExitCode {
    eprintln!("{USAGE}");
    ExitCode::from(2)
}
