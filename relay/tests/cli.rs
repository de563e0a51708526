//! The command `socketscope` as a person or a program meets it: output, exit codes, an orderly stop.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use std::collections::BTreeMap;
use std::process::{Command, Stdio};

use common::process::{Serving, run, socketscope};
use serde_json::Value;

const CALLS: &str = r#"
{"socket":{"domain":"AF_INET","kind":"SOCK_STREAM"}}
{"setsockopt":{"fd":3,"option":"SO_SNDBUF","value":{"int":4096}}}
{"connect":{"fd":3,"address":"10.0.0.2:7000"}}
{"set_blocking":{"fd":3,"blocking":false}}
{"send":{"fd":3,"data":{"repeat":"x","count":20000}}}
{"close":{"fd":9}}
"#;

/// The outcomes of the calls, in the order of their lines.
fn outcomes(output: &str) -> Vec<Value> {
    let objects = output.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    objects.filter(|o| o["line"].is_number()).map(|o| o["outcome"].clone()).collect()
}

fn check_outcomes(output: &str) {
    let outcomes = outcomes(output);
    assert_eq!(outcomes[0]["Ok"]["fd"], 3);
    let count = outcomes[4]["Ok"]["count"].as_u64().unwrap();
    assert!(0 < count && count < 20_000, "{count}");
    assert_eq!(outcomes[5]["Err"], "EBADF");
}

#[test]
fn the_same_calls_go_to_the_simulator_to_this_kernel_and_through_a_relay() {
    for target in [vec!["calls", "--sim"], vec!["calls", "--lab"]] {
        let (code, out, err) = run(&target, CALLS);
        assert_eq!(code, 0, "{err}");
        check_outcomes(&out);
    }
    let relay = Serving::start(&[]);
    let (code, out, err) = run(&["calls", "--relay", &format!("http://127.0.0.1:{}", relay.port)], CALLS);
    assert_eq!(code, 0, "{err}");
    check_outcomes(&out);
}

/// The outcome of each line, the kernels' choices of ports left out.
fn outcomes_by_line(output: &str) -> BTreeMap<u64, String> {
    let objects = output.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let ended = objects.filter(|o| o["outcome"].is_object());
    let chosen =
        |word: &str| word.rsplit_once(':').and_then(|(_, port)| port.parse::<u16>().ok()) >= Some(32_768);
    let told = ended.map(|o| {
        let outcome = o["outcome"].to_string();
        let words = outcome.split('"').map(|word| if chosen(word) { "a chosen port" } else { word });
        (o["line"].as_u64().unwrap(), format!("{}: {}", o["call"], words.collect::<Vec<_>>().join("'")))
    });
    told.collect()
}

/// The modes with hosts of our own that this machine offers; what is missing is said.
fn modes() -> Vec<lab::Mode> {
    let helper = lab::HelperProgram::At(env!("CARGO_BIN_EXE_socketscope").into());
    let offers = lab::Mode::offers(&helper, 2).into_iter().filter(|offer| offer.mode != lab::Mode::Loopback);
    let mut modes = Vec::new();
    for offer in offers {
        match offer.tried {
            Ok(()) => modes.push(offer.mode),
            Err(failure) => {
                eprintln!("NOT TESTED HERE: mode {}: {failure}. {}", offer.mode, failure.remedy());
            }
        }
    }
    modes
}

fn check_same(lines: &str, arguments: &[&str], modes: &[lab::Mode]) {
    let arguments = [&["calls", "--peer", "none"], arguments].concat();
    let (code, simulated, err) = run(&[&arguments[..], &["--sim"]].concat(), lines);
    assert_eq!(code, 0, "{err}");
    let simulated = outcomes_by_line(&simulated);
    assert!(simulated.len() > 20, "{simulated:?}");
    for mode in modes {
        let (code, real, err) = run(&[&arguments[..], &["--lab", "--mode", mode.name()]].concat(), lines);
        assert_eq!(code, 0, "{err}");
        assert!(real.contains(mode.name()), "{real}");
        for (line, real) in outcomes_by_line(&real) {
            assert_eq!(simulated[&line], real, "line {line}, simulated and in mode {mode}");
        }
    }
}

#[test]
fn the_same_lines_have_the_same_outcomes_on_both_kernels() {
    let loopback = [modes(), vec![lab::Mode::Loopback]].concat();
    check_same(include_str!("calls/loopback.jsonl"), &["--network", "loopback"], &loopback);
    check_same(include_str!("calls/wire.jsonl"), &[], &modes());
}

#[test]
fn a_cable_is_cut_and_loses_packets_on_both_kernels_alike() {
    let lines = include_str!("calls/faults.jsonl");
    let (_, out, err) = run(&["calls", "--sim", "--peer", "none"], lines);
    let outcomes = outcomes_by_line(&out);
    for (line, came) in [(10, "three"), (13, "EAGAIN"), (16, "five"), (26, "again")] {
        assert!(outcomes[&line].contains(came), "line {line}: {} {err}", outcomes[&line]);
    }
    check_same(lines, &[], &modes());
    let (code, _, err) = run(&["calls", "--sim"], r#"{"cut": 7}"#);
    assert_eq!((code, err.as_str()), (1, "socketscope: line 1: there is no host 7: the last one is 1\n"));
    let (code, _, err) = run(&["calls", "--sim", "--network", "loopback"], r#"{"lose": 1}"#);
    assert_eq!((code, err.as_str()), (1, "socketscope: line 1: there is no wire between hosts here\n"));
}

#[test]
fn a_line_without_end_is_told_by_its_number_and_not_kept() {
    let most = "x".repeat(65_536);
    let text = |line: &str| format!("{{\"sleep_ms\": 1}}\n{line}\nnonsense\n");
    let (code, _, err) = run(&["calls", "--sim"], &text(&format!("{most}x")));
    assert!(code == 2 && err.starts_with("socketscope: line 2: longer than 65536 bytes\n"), "{err}");
    assert!(err.contains("line 3: not JSON"), "{err}");
    let (_, _, err) = run(&["calls", "--sim"], &text(&most));
    assert!(err.starts_with("socketscope: line 2: not JSON"), "{err}");
    let zero = std::fs::File::open("/dev/zero").unwrap();
    let mut command = Command::new("head");
    let mut head = command.args(["-c", "300000000"]).stdin(zero).stdout(Stdio::piped()).spawn().unwrap();
    let output = socketscope(&["calls", "--sim"]).stdin(head.stdout.take().unwrap()).output().unwrap();
    head.wait().unwrap();
    let err = String::from_utf8(output.stderr).unwrap();
    assert_eq!(err, "socketscope: line 1: longer than 65536 bytes\n");
}

#[test]
fn in_the_posix_profile_a_blocking_send_may_take_a_part() {
    let lines = include_str!("calls/wire.jsonl");
    let (_, out, _) = run(&["calls", "--sim", "--peer", "none", "--profile", "posix"], lines);
    let sent = outcomes_by_line(&out).remove(&9).unwrap();
    assert!(sent.contains("'count") && !sent.contains("40000}"), "{sent}");
}

#[test]
fn a_mode_that_is_none_is_wrong_usage_and_calls_explain_their_lines() {
    let (code, _, err) = run(&["calls", "--lab", "--mode", "magic"], "");
    assert!(code == 2 && err.contains("namespaces-tun"), "{code} {err}");
    let (code, out, _) = run(&["calls", "--help"], "");
    assert!(code == 0 && out.contains(r#"{"await": 4}"#), "{out}");
    let (code, _, err) = run(&["calls", "--sim"], r#"{"task":1,"host":7,"call":"pipe"}"#);
    assert!(code == 1 && err.contains("there is no host 7"), "{code} {err}");
}

#[test]
fn a_bad_line_is_said_with_its_number_and_nothing_is_done() {
    let (code, out, err) = run(&["calls", "--sim"], &format!("{CALLS}\nnonsense\n{{\"sleep_ms\": \"x\"}}\n"));
    assert_eq!((code, out.as_str()), (2, ""));
    assert!(err.contains("line 9: not JSON") && err.contains("line 10: `sleep_ms` takes a number"), "{err}");
}

#[test]
fn a_call_that_can_never_end_in_the_simulator_is_exit_code_three() {
    let waits = format!(
        "{CALLS}\n{{\"set_blocking\":{{\"fd\":3,\"blocking\":true}}}}\n{{\"recv\":{{\"fd\":3,\"len\":1}}}}\n"
    );
    let (code, out, _) = run(&["calls", "--sim"], &waits);
    assert_eq!(code, 3);
    assert_eq!(outcomes(&out).last().unwrap()["Err"], "ECANCELED");
}

#[test]
fn help_says_first_what_the_product_is() {
    let (code, out, _) = run(&["--help"], "");
    assert!(code == 0 && out.starts_with("See what happens between send and recv"), "{out}");
}

#[test]
fn wrong_usage_is_exit_code_two_and_no_relay_one() {
    assert_eq!(run(&["calls"], "").0, 2);
    assert_eq!(run(&["calls", "--sim", "--peer", "nobody"], "").0, 2);
    assert_eq!(run(&["no-such-command"], "").0, 2);
    let (code, _, err) = run(&["calls", "--relay", "http://127.0.0.1:1"], "");
    assert!(code == 1 && err.contains("socketscope serve"), "{code} {err}");
}

#[test]
fn a_port_in_use_is_named_with_a_way_out_and_sigterm_is_an_orderly_end() {
    let mut relay = Serving::start(&[]);
    let (code, _, err) = run(&["serve", "--port", &relay.port.to_string()], "");
    assert_eq!(code, 1);
    assert!(err.contains(&relay.port.to_string()) && err.contains("--port 0"), "{err}");
    relay.signal(libc::SIGTERM);
    assert!(relay.child.wait().unwrap().success());
}

#[test]
fn the_doctor_tries_real_sockets_and_lessons_are_listed() {
    let (code, out, _) = run(&["doctor", "--json"], "");
    let said: Value = serde_json::from_str(&out).unwrap();
    assert_eq!((code, &said["ok"]), (0, &Value::Bool(true)));
    // The mode that a relay would take here.
    assert_eq!(said["mode"], Serving::start(&[]).ready["mode"]);
    let (code, out, _) = run(&["lessons", "--json"], "");
    assert_eq!(code, 0);
    assert!(
        serde_json::from_str::<Value>(&out).unwrap()["lessons"].as_array().is_some_and(|l| !l.is_empty())
    );
}

#[test]
fn the_site_is_exported_into_an_empty_folder_only() {
    let folder = std::env::temp_dir().join(format!("socketscope-export-{}", std::process::id()));
    let path = folder.to_str().unwrap();
    let (code, _, err) = run(&["export-site", path], "");
    assert_eq!(code, 0, "{err}");
    for name in ["index.html", "404.html", "sw.js", "search.json", "site.webmanifest"] {
        assert!(folder.join(name).is_file(), "{name}");
    }
    assert_eq!(run(&["export-site", path], "").0, 2);
    assert_eq!(run(&["export-site", path, "--force"], "").0, 0);
    std::fs::remove_dir_all(&folder).unwrap();
}

#[test]
fn the_child_of_the_last_possible_task_has_a_number_of_its_own() {
    let input = "{\"task\": 4294967295, \"call\": \"fork\"}\n{\"task\": 1, \"call\": \"fork\"}\n";
    let (code, out, err) = run(&["calls", "--sim", "--peer", "none"], input);
    assert_eq!((code, err.as_str()), (0, ""));
    let objects = out.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let children: Vec<_> = objects.filter_map(|object| object["child"].as_u64()).collect();
    assert_eq!(children, [1, 2]);
}

#[test]
fn a_line_that_awaits_no_call_is_told() {
    let (code, _, err) = run(&["calls", "--sim"], "{\"sleep_ms\": 1}\n{\"await\": 1}\n{\"await\": 9}\n");
    assert_eq!(code, 2);
    assert_eq!(
        err,
        "socketscope: line 2: there is no call in line 1, before this one\n\
         socketscope: line 3: there is no call in line 9, before this one\n"
    );
}
