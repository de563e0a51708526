//! Which crate may depend on which: the arrows of ARCHITECTURE.md, checked against what Cargo resolves.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::{Context, Count};
use crate::process::{Cmd, Result};
use crate::project;

/// Each member, and the members that it may depend on directly.
const MAY_USE: [(&str, &[&str]); 28] = [
    ("assets", &[]),
    ("syscall", &[]),
    ("kernel", &["syscall"]),
    ("rng", &[]),
    ("world", &["kernel", "peers", "rng", "syscall"]),
    ("explorer", &["syscall", "world"]),
    ("clinic", &["explorer", "python", "runs", "syscall", "world"]),
    ("exercises", &["clinic", "python", "runs", "world"]),
    ("peers", &["rng", "syscall"]),
    ("linux", &["syscall"]),
    ("listing", &["python"]),
    ("lab", &["linux", "protocol", "rng", "syscall"]),
    ("protocol", &["syscall"]),
    ("python", &["syscall"]),
    ("rooms", &["protocol"]),
    ("studio", &["clinic", "exercises", "python", "runs", "scene", "syscall", "world"]),
    ("runs", &["python", "syscall", "world"]),
    ("scene", &["kernel", "syscall", "world"]),
    ("store", &["protocol"]),
    ("figures", &["kernel", "peers", "protocol", "scene", "syscall", "world"]),
    ("lessons", &["exercises", "python", "runs", "scene", "syscall", "world"]),
    (
        "site",
        &[
            "exercises",
            "figures",
            "kernel",
            "lessons",
            "listing",
            "peers",
            "protocol",
            "python",
            "scene",
            "studio",
            "syscall",
            "truth",
            "world",
        ],
    ),
    (
        "frontend",
        &["figures", "kernel", "listing", "protocol", "python", "scene", "studio", "syscall", "world"],
    ),
    (
        "relay",
        &[
            "assets",
            "clinic",
            "exercises",
            "kernel",
            "lab",
            "lessons",
            "peers",
            "protocol",
            "python",
            "rooms",
            "runs",
            "scene",
            "site",
            "store",
            "syscall",
            "world",
        ],
    ),
    (
        "bench",
        &["clinic", "explorer", "kernel", "lab", "peers", "protocol", "python", "runs", "syscall", "world"],
    ),
    ("truth", &["kernel", "linux", "syscall"]),
    ("unicode_names2", &[]),
    ("xtask", &[]),
];
/// The members that know no clock, thread, network, browser or runtime.
const PURE: [&str; 14] = [
    "syscall",
    "kernel",
    "rng",
    "world",
    "explorer",
    "clinic",
    "exercises",
    "peers",
    "protocol",
    "python",
    "rooms",
    "runs",
    "scene",
    "studio",
];
/// What none of them may be built from, at any remove.
const IMPURE: [&str; 13] = [
    "async-std",
    "axum",
    "getrandom",
    "gloo",
    "js-sys",
    "mio",
    "nix",
    "rand",
    "socket2",
    "sqlx",
    "tokio",
    "wasm-bindgen",
    "yew",
];
/// The member that depends on nothing at all unless a feature asks for it.
const BARE: &str = "syscall";

pub(super) fn check(context: &mut Context) -> Result<Count> {
    let metadata = Cmd::cargo("metadata").args(["--format-version", "1"]).dir(&project::at("")).output()?;
    let mistakes = Graph::read(&serde_json::from_str(&metadata)?).mistakes();
    if mistakes.is_empty() {
        return Ok(Count { passed: MAY_USE.len() as u32, ..Count::default() });
    }
    std::io::Write::write_all(&mut context.log()?, mistakes.join("\n").as_bytes())?;
    Err(format!("{} arrows point the wrong way", mistakes.len()).into())
}

/// The members' dependencies, those of tests left out.
#[derive(Debug, Default)]
struct Graph {
    /// Members, with what they are always built from.
    members: BTreeMap<String, BTreeSet<String>>,
    /// Every package, with what it is built from directly as Cargo resolved it.
    resolved: BTreeMap<String, BTreeSet<String>>,
}

impl Graph {
    fn read(metadata: &Value) -> Self {
        let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let packages = list(&metadata["packages"]);
        let names: BTreeMap<String, String> =
            packages.iter().map(|package| (text(&package["id"]), text(&package["name"]))).collect();
        let members: BTreeSet<String> = list(&metadata["workspace_members"]).iter().map(text).collect();
        let mut graph = Self::default();
        for package in packages.iter().filter(|package| members.contains(&text(&package["id"]))) {
            let always = list(&package["dependencies"]).into_iter();
            let always = always.filter(|d| d["kind"] != "dev" && d["optional"] != true);
            graph.members.insert(text(&package["name"]), always.map(|d| text(&d["name"])).collect());
        }
        let is_macro = |package: &&Value| {
            list(&package["targets"])
                .iter()
                .any(|it| list(&it["kind"]).iter().any(|kind| kind == "proc-macro"))
        };
        let macros: BTreeSet<String> = packages.iter().filter(is_macro).map(|it| text(&it["id"])).collect();
        for node in list(&metadata["resolve"]["nodes"]) {
            let id = text(&node["id"]);
            let is_member = members.contains(&id);
            if macros.contains(&id) && !is_member {
                continue;
            }
            let built_from = list(&node["deps"]).into_iter();
            // What a dependency needs only to be built runs on the builder's machine and is in no program.
            let counts =
                |kind: &Value| kind.is_null() || (kind == "build" && members.contains(&text(&node["id"])));
            let built_from =
                built_from.filter(|d| list(&d["dep_kinds"]).iter().any(|kind| counts(&kind["kind"])));
            let built_from = built_from.filter_map(|d| names.get(&text(&d["pkg"])).cloned());
            let name = names.get(&id).cloned().unwrap_or_default();
            // Two versions of one package count as one: either would be a mistake.
            graph.resolved.entry(name).or_default().extend(built_from);
        }
        graph
    }

    fn mistakes(&self) -> Vec<String> {
        let mut mistakes = Vec::new();
        for (member, always) in &self.members {
            let Some((_, allowed)) = MAY_USE.iter().find(|(name, _)| name == member) else {
                mistakes.push(format!("{member}: a new member; give it a line in xtask/src/check/arrows.rs"));
                continue;
            };
            let direct = self.resolved.get(member).into_iter().flatten();
            for used in
                direct.filter(|used| self.members.contains_key(*used) && !allowed.contains(&used.as_str()))
            {
                mistakes.push(format!("{member} -> {used}: no such arrow in xtask/src/check/arrows.rs"));
            }
            if member == BARE && !always.is_empty() {
                mistakes.push(format!("{member} must depend on nothing without a feature: {always:?}"));
            }
        }
        for member in PURE {
            for path in IMPURE.iter().filter_map(|impure| self.path(member, impure)) {
                mistakes.push(format!("{member} is pure, and yet: {}", path.join(" -> ")));
            }
        }
        mistakes
    }

    /// The shortest way from one package to another.
    fn path(&self, from: &str, to: &str) -> Option<Vec<String>> {
        let mut seen = BTreeSet::from([from.to_owned()]);
        let mut ways = std::collections::VecDeque::from([vec![from.to_owned()]]);
        while let Some(way) = ways.pop_front() {
            let last = way.last().expect("a way has a start");
            if last == to {
                return Some(way);
            }
            for next in self.resolved.get(last).into_iter().flatten() {
                if seen.insert(next.clone()) {
                    ways.push_back(way.iter().chain([next]).cloned().collect());
                }
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A workspace of these arrows; the kind is `null`, `dev` or `build`.
    fn graph(members: &[&str], arrows: &[(&str, &str, Value)]) -> Graph {
        let names: BTreeSet<&str> =
            members.iter().copied().chain(arrows.iter().flat_map(|a| [a.0, a.1])).collect();
        let of = |name: &str| arrows.iter().filter(move |arrow| arrow.0 == name).collect::<Vec<_>>();
        Graph::read(&serde_json::json!({
            "workspace_members": members,
            "packages": names.iter().map(|name| serde_json::json!({ "id": name, "name": name,
                "dependencies": of(name).iter().map(|a| serde_json::json!({ "name": a.1, "kind": a.2, "optional": false }))
                    .collect::<Vec<_>>() })).collect::<Vec<_>>(),
            "resolve": { "nodes": names.iter().map(|name| serde_json::json!({ "id": name,
                "deps": of(name).iter().map(|a| serde_json::json!({ "pkg": a.1, "dep_kinds": [{ "kind": a.2 }] }))
                    .collect::<Vec<_>>() })).collect::<Vec<_>>() },
        }))
    }

    #[test]
    fn the_arrows_as_they_should_be_are_no_mistake() {
        let fine = graph(
            &["syscall", "kernel", "world", "relay"],
            &[
                ("kernel", "syscall", Value::Null),
                ("world", "kernel", Value::Null),
                ("relay", "tokio", Value::Null),
                ("kernel", "tokio", "dev".into()),
            ],
        );
        assert_eq!(fine.mistakes(), Vec::<String>::new());
    }

    #[test]
    fn what_only_a_builder_needs_makes_nothing_impure() {
        let arrows = [("python", "parser", Value::Null), ("parser", "tables", "build".into())];
        let arrows = [&arrows[..], &[("tables", "getrandom", Value::Null)]].concat();
        assert_eq!(graph(&["python"], &arrows).mistakes(), [""; 0]);
    }

    #[test]
    fn an_arrow_backwards_is_named() {
        let wrong = graph(&["kernel", "world"], &[("kernel", "world", Value::Null)]).mistakes();
        assert_eq!(wrong, ["kernel -> world: no such arrow in xtask/src/check/arrows.rs"]);
    }

    #[test]
    fn a_pure_crate_that_reaches_a_runtime_by_a_detour_is_named_with_the_way() {
        let wrong =
            graph(&["scene"], &[("scene", "chart", Value::Null), ("chart", "tokio", Value::Null)]).mistakes();
        assert_eq!(wrong, ["scene is pure, and yet: scene -> chart -> tokio"]);
    }

    #[test]
    fn the_vocabulary_with_a_dependency_and_an_unlisted_member_are_named() {
        let wrong = graph(&["syscall", "extra"], &[("syscall", "serde", Value::Null)]).mistakes();
        assert_eq!(wrong.len(), 2, "{wrong:?}");
    }
}
