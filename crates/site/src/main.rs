//! `site assets [STAGING DIST [STATIC]]`: names, compresses and lists everything that pages ask for.

mod build;

use std::path::PathBuf;
use std::process::ExitCode;

const USAGE: &str = "usage: site assets [STAGING DIST [STATIC]]

  STAGING  what Trunk made: frontend.js, frontend_bg.wasm
  DIST     where to: manifest.json and assets/ (what is stale there is removed)
  STATIC   css/, fonts/, icons/, js/; `static` where it is not given

As a hook of Trunk it needs no arguments: Trunk names its folders in the environment.";

fn main() -> ExitCode {
    let args: Vec<_> = std::env::args().skip(1).collect();
    let (staging, dist, fixed): (PathBuf, PathBuf, PathBuf) =
        match args.iter().map(String::as_str).collect::<Vec<_>>()[..] {
            ["assets"] => match hook() {
                Some((staging, root)) => (staging, root.join("dist"), root.join("static")),
                None => return usage(),
            },
            ["assets", staging, dist] => (staging.into(), dist.into(), "static".into()),
            ["assets", staging, dist, fixed] => (staging.into(), dist.into(), fixed.into()),
            _ => return usage(),
        };
    match build::assets(&staging, &fixed, &dist) {
        Ok(table) => {
            print!("{table}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("site assets: {error}");
            ExitCode::FAILURE
        }
    }
}

fn usage() -> ExitCode {
    eprintln!("{USAGE}");
    ExitCode::from(2)
}

/// Trunk's output, and the folder above the one that has its `index.html`.
fn hook() -> Option<(PathBuf, PathBuf)> {
    let staging = std::env::var_os("TRUNK_STAGING_DIR")?;
    let source = PathBuf::from(std::env::var_os("TRUNK_SOURCE_DIR")?);
    Some((staging.into(), source.parent()?.to_owned()))
}
