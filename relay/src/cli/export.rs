//! `socketscope export-site`: every page and asset as files.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;

/// Where to.
#[derive(Args, Clone, Debug)]
pub(super) struct Options {
    /// The folder; made if it is not there
    folder: PathBuf,
    /// Write into a folder that has something in it (nothing is removed)
    #[arg(long)]
    force: bool,
    /// A folder with lessons and exercises of your own
    #[arg(long, value_name = "DIR")]
    lessons: Option<PathBuf>,
}

pub(super) fn run(options: &Options) -> ExitCode {
    let folder = &options.folder;
    if !options.force && fs::read_dir(folder).is_ok_and(|mut entries| entries.next().is_some()) {
        eprintln!("socketscope: {} is not empty. Name another folder, or add --force.", folder.display());
        return ExitCode::from(2);
    }
    let site = match crate::site(site::Options { relay: false }, options.lessons.as_deref()) {
        Ok(site) => site,
        Err(problems) => return super::problems(&problems),
    };
    match write(folder, &site) {
        Ok(count) => {
            eprintln!("{count} files in {}", folder.display());
            ExitCode::SUCCESS
        }
        Err((path, error)) => {
            eprintln!("socketscope: cannot write {}: {error}", path.display());
            ExitCode::FAILURE
        }
    }
}

/// Answers how many files were written.
fn write(folder: &Path, site: &site::Site) -> Result<usize, (PathBuf, io::Error)> {
    let pages = site.export().into_iter().map(|(path, html)| (path, html.as_bytes().to_vec()));
    let mut count = 0;
    for (path, bytes) in pages.chain(crate::asset_files()) {
        let path = folder.join(path);
        let parent = path.parent().unwrap_or(folder);
        fs::create_dir_all(parent).and_then(|()| fs::write(&path, bytes)).map_err(|error| (path, error))?;
        count += 1;
    }
    Ok(count)
}
