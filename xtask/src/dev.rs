//! `cargo xtask dev`: a quick build that is served, rebuilt when a source changes, and reloaded in the browser.
//!
//! Sources are looked at twice a second: that needs no library, works on every file system, and costs a few
//! milliseconds. The reload is a small script that is added to a copy of the static files; the product has no trace of it.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, ExitCode, Stdio};
use std::time::{Duration, SystemTime};

use crate::artifacts::{self, Profile};
use crate::process::{Cmd, Result};
use crate::setup::Web;
use crate::{project, stamp};

/// How often sources are looked at.
const LOOK: Duration = Duration::from_millis(500);
/// How long a server may take to stop by itself.
const STOP_LIMIT: Duration = Duration::from_secs(3);
/// What is watched.
const WATCHED: [&str; 7] = ["frontend", "editor", "crates", "lessons", "relay", "static", "Cargo.toml"];

/// Serves, watches, rebuilds; ends by Ctrl-C.
pub(crate) fn dev(options: &[String]) -> Result<ExitCode> {
    let web = Web::set_up()?;
    let mut seen = Sources::look()?;
    let mut server = start(&web, options);
    loop {
        std::thread::sleep(LOOK);
        if let Some(Ok(Some(status))) = server.as_mut().map(Child::try_wait) {
            eprintln!("dev: the server has ended ({status}); it starts again when a source changes.");
            server = None;
        }
        let now = Sources::look()?;
        if let Some(changed) = now.first_change(&seen) {
            eprintln!("\ndev: {} changed", changed.display());
            seen = now;
            // The old server answers until the new one is built.
            match build(&web) {
                Ok(binary) => {
                    if let Some(old) = server.take() {
                        stop(old)?;
                    }
                    server = spawn(&binary, options);
                }
                Err(problem) => eprintln!("dev: {problem}; change a source to try again."),
            }
        }
    }
}

fn start(web: &Web, options: &[String]) -> Option<Child> {
    match build(web) {
        Ok(binary) => spawn(&binary, options),
        Err(problem) => {
            eprintln!("dev: {problem}; change a source to try again.");
            None
        }
    }
}

fn build(web: &Web) -> Result<PathBuf> {
    artifacts::front_end(web, Profile::Dev)?;
    artifacts::editor()?;
    artifacts::assets(Profile::Dev)?;
    artifacts::binary(Profile::Dev)
}

fn spawn(binary: &Path, options: &[String]) -> Option<Child> {
    let server = Cmd::new(binary).arg("serve").args(options);
    match server.command().stdin(Stdio::null()).spawn() {
        Ok(child) => Some(child),
        Err(problem) => {
            eprintln!("dev: {server} could not be started: {problem}");
            None
        }
    }
}

/// Asks the server to stop, and insists after a while, so that its port is free for the next.
fn stop(mut server: Child) -> Result {
    #[cfg(unix)]
    if let Ok(id) = i32::try_from(server.id()) {
        // It may have ended by itself a moment ago.
        let _ = nix::sys::signal::kill(nix::unistd::Pid::from_raw(id), nix::sys::signal::Signal::SIGTERM);
        let start = std::time::Instant::now();
        while start.elapsed() < STOP_LIMIT {
            if server.try_wait()?.is_some() {
                return Ok(());
            }
            std::thread::sleep(Duration::from_millis(20));
        }
    }
    let _ = server.kill();
    server.wait()?;
    Ok(())
}

/// When each source was changed last.
#[derive(PartialEq, Eq)]
struct Sources(BTreeMap<PathBuf, SystemTime>);

impl Sources {
    fn look() -> Result<Self> {
        let mut times = BTreeMap::new();
        for watched in WATCHED {
            for file in stamp::sources(&project::at(watched))? {
                // An editor may take a file away for a moment while it writes; the next look sees it.
                if let Ok(time) = fs::metadata(&file).and_then(|about| about.modified()) {
                    times.insert(file, time);
                }
            }
        }
        Ok(Self(times))
    }

    fn first_change(&self, before: &Self) -> Option<&Path> {
        let new = self.0.iter().find(|(file, time)| before.0.get(*file) != Some(time)).map(|(file, _)| file);
        // A file that is gone is reported by a neighbour's name only if none else changed.
        let gone = || (self.0.len() != before.0.len()).then(|| self.0.keys().next()).flatten();
        new.or_else(gone).map(PathBuf::as_path)
    }
}

/// A copy of `static` whose start script also reloads the page; the folder that holds it.
///
/// The page asks the server about itself every second; another answer than at first means another build.
pub(crate) fn static_files_that_reload() -> Result<PathBuf> {
    const RELOAD: &str = "
{
  let first;
  setInterval(async () => {
    try {
      const tag = (await fetch(location.href, { method: 'HEAD', cache: 'no-store' })).headers.get('etag');
      if (first && tag && tag !== first) location.reload();
      first ??= tag;
    } catch {
      // The server is being built again.
    }
  }, 1000);
}
";
    let (from, to) = (project::at("static"), project::target().join("xtask/static"));
    if to.exists() {
        fs::remove_dir_all(&to)?;
    }
    for file in stamp::sources(&from)? {
        let copy = to.join(file.strip_prefix(&from)?);
        fs::create_dir_all(copy.parent().expect("the copy lies in a folder"))?;
        fs::copy(&file, copy)?;
    }
    let script = to.join("js/boot.js");
    let mut text = fs::read_to_string(&script)?;
    text.push_str(RELOAD);
    fs::write(script, text)?;
    Ok(to)
}
