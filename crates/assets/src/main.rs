//! `assets STAGING EDITOR DIST [STATIC]`: names, compresses and lists everything that pages ask for.

use std::path::PathBuf;
use std::process::ExitCode;

const USAGE: &str = "usage: assets STAGING EDITOR DIST [STATIC]

  STAGING  what Trunk made: stage.js, stage_bg.wasm and so on
  EDITOR   what esbuild made: editor.js, and the licences of what is inside
  DIST     where to: manifest.json and assets/ (what is stale there is removed)
  STATIC   css/, fonts/, icons/, js/; `static` where it is not given";

fn main() -> ExitCode {
    let args: Vec<_> = std::env::args().skip(1).collect();
    let (staging, editor, dist, fixed): (PathBuf, PathBuf, PathBuf, PathBuf) =
        match args.iter().map(String::as_str).collect::<Vec<_>>()[..] {
            [staging, editor, dist] => (staging.into(), editor.into(), dist.into(), "static".into()),
            [staging, editor, dist, fixed] => (staging.into(), editor.into(), dist.into(), fixed.into()),
            _ => return usage(),
        };
    match assets::make(&staging, &editor, &fixed, &dist) {
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
