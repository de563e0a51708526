//! What is built for people: the front end, the files that are served, and the binary with everything inside.

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;
use std::time::Instant;

use serde_json::Value;

use crate::process::{Cmd, Result};
use crate::setup::{self, TARGET, Web};
use crate::stamp::Stamp;
use crate::{dev, project};

/// How a build is made.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Profile {
    /// For people: small and fast.
    Release,
    /// For the checks: the browser's side as people get it, the host's as its tests are built, so that nothing is compiled
    /// twice.
    Check,
    /// For whoever is changing it: built quickly.
    Dev,
}

impl Profile {
    /// Cargo's name for what the host runs.
    pub(crate) const fn host(self) -> &'static str {
        match self {
            Self::Release => "release",
            Self::Check | Self::Dev => "dev",
        }
    }

    /// Cargo's name for what the browser runs.
    const fn browser(self) -> &'static str {
        match self {
            Self::Release | Self::Check => "wasm",
            Self::Dev => "dev",
        }
    }
}

/// Sets up, builds front end, files and binary, and answers the binary's path. What has not changed is not built again.
pub(crate) fn build(profile: Profile) -> Result<PathBuf> {
    let web = Web::set_up()?;
    front_end(&web, profile)?;
    editor()?;
    assets(profile)?;
    binary(profile)
}

/// Has Trunk build the browser's side into `frontend/dist`.
pub(crate) fn front_end(web: &Web, profile: Profile) -> Result {
    let output = project::at("frontend/dist");
    let mut sources = sources_of("frontend")?;
    sources.extend(["Cargo.lock", "Cargo.toml", "Trunk.toml"].map(project::at));
    let stamp = Stamp::new("front-end", &sources, &[profile.browser(), web.versions()], &output)?;
    if stamp.holds() {
        return Ok(());
    }
    let timer = say("the front end, by Trunk", "2 minutes the first time, then 10 to 60 seconds");
    // Trunk builds one module after the other; what Cargo has built at once, on all processors, it finds made. The features
    // are those that the build list names.
    for wanted in [["--bins", "--features=engine"], ["--bin=playground", "--features=peers"]] {
        let build = Cmd::cargo("build").args(["--package", "frontend", "--target", TARGET]).args(wanted);
        build.args(["--profile", profile.browser()]).dir(&project::at("")).with(&web.env()).run()?;
    }
    let trunk = Cmd::new("trunk").arg("build").dir(&project::at("")).with(&web.env());
    let trunk = if profile == Profile::Dev { trunk } else { trunk.arg("--release") };
    trunk.run()?;
    stamp.keep()?;
    done(timer);
    Ok(())
}

/// Has esbuild bundle editor, search and offline reading into `editor/dist`, from the packages that its lock file lists, and
/// make small copies of the pages' own scripts beside them.
pub(crate) fn editor() -> Result {
    let output = project::at("editor/dist");
    let stamp = Stamp::new("editor", &["editor", "static/js"].map(project::at), &[], &output)?;
    if stamp.holds() {
        return Ok(());
    }
    let modules = setup::modules("editor")?;
    let timer = say("the editor and the scripts, by esbuild", "a second");
    let bundle = Cmd::new("node").arg("editor/bundle.mjs").arg(modules).arg(&output).arg("static/js");
    bundle.dir(&project::at("")).run()?;
    stamp.keep()?;
    done(timer);
    Ok(())
}

/// Has crate `assets` name, compress and list everything that is served, from `frontend/dist`, `editor/dist` and `static`
/// into `dist`.
pub(crate) fn assets(profile: Profile) -> Result {
    let output = project::at("dist");
    let mut sources = sources_of("assets")?;
    sources.extend(["Cargo.lock", "frontend/dist", "editor/dist", "static"].map(project::at));
    let reloads = profile == Profile::Dev;
    let stamp = Stamp::new("assets", &sources, &[if reloads { "reloads" } else { "" }], &output)?;
    if stamp.holds() {
        return Ok(());
    }
    let timer = say("the files that are served", "1 minute the first time, then 5 seconds");
    let run = Cmd::cargo("run").args(["--quiet", "--package", "assets", "--profile", profile.host(), "--"]);
    let run = run.args(["frontend/dist", "editor/dist", "dist"]).dir(&project::at(""));
    if reloads {
        let files = dev::static_files_that_reload()?;
        run.arg(&files).arg(files.join("js")).run()?
    } else {
        run.args(["static", "editor/dist/page"]).run()?
    }
    stamp.keep()?;
    done(timer);
    Ok(())
}

/// Has Cargo build the binary, with the served files inside.
pub(crate) fn binary(profile: Profile) -> Result<PathBuf> {
    if !project::binary(profile.host(), "socketscope").is_file() {
        say("the binary", "2 minutes the first time");
    }
    let build = Cmd::cargo("build").args(["--quiet", "--package", "relay", "--bin", "socketscope"]);
    build.args(["--profile", profile.host()]).dir(&project::at("")).run()?;
    Ok(project::binary(profile.host(), "socketscope"))
}

fn say(what: &str, usual: &str) -> Instant {
    eprintln!("build: {what}; usually takes {usual}");
    Instant::now()
}

fn done(timer: Instant) {
    eprintln!("       took {:.1} s", timer.elapsed().as_secs_f64());
}

/// The folders of a workspace member and of all members that it is built from.
fn sources_of(member: &str) -> Result<Vec<PathBuf>> {
    let said =
        Cmd::cargo("metadata").args(["--format-version", "1", "--no-deps"]).dir(&project::at("")).output()?;
    let metadata: Value = serde_json::from_str(&said)?;
    Ok(closure(&metadata, member))
}

fn closure(metadata: &Value, member: &str) -> Vec<PathBuf> {
    let packages: Vec<&Value> = metadata["packages"].as_array().into_iter().flatten().collect();
    let mut names = BTreeSet::new();
    let mut open = vec![member.to_owned()];
    let mut folders = Vec::new();
    while let Some(name) = open.pop() {
        let Some(package) = packages.iter().find(|package| package["name"] == name.as_str()) else {
            continue;
        };
        if !names.insert(name) {
            continue;
        }
        let manifest = PathBuf::from(package["manifest_path"].as_str().unwrap_or_default());
        folders.extend(manifest.parent().map(PathBuf::from));
        let dependencies = package["dependencies"].as_array().into_iter().flatten();
        let local = dependencies.filter(|d| d["path"].is_string() && d["kind"] != "dev");
        open.extend(local.filter_map(|d| d["name"].as_str().map(str::to_owned)));
    }
    folders.sort();
    folders
}

/// Makes sure that the folder which the binary embeds is there, so that lints and tests compile without a front end.
pub(crate) fn ensure_dist() -> Result {
    Ok(fs::create_dir_all(project::at("dist"))?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_member_is_built_from_its_own_folder_and_those_it_depends_on_but_not_those_of_its_tests() {
        let metadata = serde_json::json!({ "packages": [
            { "name": "a", "manifest_path": "/w/a/Cargo.toml", "dependencies": [
                { "name": "b", "path": "/w/b", "kind": null },
                { "name": "c", "path": "/w/c", "kind": "dev" },
                { "name": "serde", "kind": null },
            ] },
            { "name": "b", "manifest_path": "/w/b/Cargo.toml", "dependencies": [{ "name": "a", "path": "/w/a" }] },
            { "name": "c", "manifest_path": "/w/c/Cargo.toml", "dependencies": [] },
        ] });
        assert_eq!(closure(&metadata, "a"), [PathBuf::from("/w/a"), PathBuf::from("/w/b")]);
    }
}
