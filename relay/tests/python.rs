//! `socketscope python` and `live`: the goldens' programs of sockets on this machine's own kernel, and several programs at
//! once, which print there what they print on the simulated one.
#![cfg(target_os = "linux")]

mod common;
#[path = "../../crates/python/tests/harness"]
mod harness {
    pub(crate) mod compare;
    pub(crate) mod process;
    pub(crate) mod programs;
}

use std::fs;
use std::sync::Mutex;

use common::process::{run, run_programs};
use harness::{compare, process, programs};

/// Programs that do something else on the kernel of a lab, and why.
const OTHERWISE: [(&str, &str); 0] = [];

#[test]
fn programs_of_sockets_do_on_a_real_kernel_what_they_do_in_cpython() {
    let mut pending = programs::pending();
    pending.extend(programs::refused());
    let mut all = programs::all();
    let of_kernels = ["sockets/", "modules/", "threads/"];
    all.retain(|program| of_kernels.iter().any(|folder| program.name.starts_with(folder)));
    all.retain(|it| !pending.contains(&it.name) && OTHERWISE.iter().all(|(name, _)| *name != it.name));
    let queue = Mutex::new(all.into_iter());
    let wrong = Mutex::new(Vec::new());
    let work = || {
        while let Some(program) = { queue.lock().expect("nobody panics with it").next() } {
            let seen = process::observe(&[env!("CARGO_BIN_EXE_socketscope"), "python"], &program);
            if let Some(difference) = compare::difference(&program.committed(), &seen) {
                wrong.lock().expect("nobody panics with it").push(format!("{}\n{difference}", program.name));
            }
        }
    };
    std::thread::scope(|scope| (0..2).for_each(|_| drop(scope.spawn(work))));
    let wrong = wrong.into_inner().expect("nobody panicked with it");
    assert!(wrong.is_empty(), "{} programs differ from CPython\n{}", wrong.len(), wrong.join("\n"));
}

const SERVER: &str = "
import socket
listener = socket.create_server(('', 7000))
while True:
    connection, address = listener.accept()
    connection.sendall(connection.recv(100).upper())
    connection.close()
";
const CLIENT: &str = "
import socket
client = socket.create_connection(('localhost', 7000))
client.sendall(b'hello')
print(client.recv(100))
";

/// `socketscope run` on these programs: exit code and output.
fn run_of(programs: &[(&str, &str)], flags: &[&str]) -> (i32, String) {
    let (code, out, err) = command_of("run", programs, flags);
    assert_eq!(err, "");
    (code, out)
}

/// One of the commands on these programs; also what it says on standard error.
fn command_of(command: &str, programs: &[(&str, &str)], flags: &[&str]) -> (i32, String, String) {
    run_programs(command, programs, flags, "")
}

#[test]
fn a_program_has_its_input_its_arguments_and_its_own_exit_status() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("ask.py");
    fs::write(&path, "import sys\nprint(input('? '), sys.argv[1:])\nsys.exit(7)\n").expect("a file");
    let path = path.to_string_lossy().into_owned();
    let (code, out, err) = run(&["python", &path, "a", "--b"], "Ann\n");
    assert_eq!((code, out.as_str(), err.as_str()), (7, "? Ann ['a', '--b']\n", ""));
    assert_eq!(run(&["python", "no-such-file.py"], "").0, 2);
}

const IDLE: &str = "The programs that have not ended wait for new connections.";

/// A server of lines with a thread for each client, and a client that ends its direction first.
const LINES_SERVER: &str = "
import socket, threading
def serve(connection):
    with connection, connection.makefile('rw', encoding='utf-8') as lines:
        for line in lines:
            lines.write(line[::-1].strip() + '\\n')
            lines.flush()
listener = socket.create_server(('', 7000))
while True:
    connection, address = listener.accept()
    threading.Thread(target=serve, args=(connection,)).start()
";
const LINES_CLIENT: &str = "
import socket
client = socket.create_connection(('HOST', 7000))
client.sendall('one\\ntwo\\n'.encode())
client.shutdown(socket.SHUT_WR)
with client.makefile() as lines:
    for line in lines:
        print(line.strip())
";
/// A server with `select` that ends when its one client has, and a client that sends much.
const SELECT_SERVER: &str = "
import select, socket
listener = socket.create_server(('', 7000))
sockets, count = [listener], 0
while sockets:
    for ready in select.select(sockets, [], [])[0]:
        if ready is listener:
            sockets.append(listener.accept()[0])
            sockets.remove(listener)
            continue
        data = ready.recv(4096)
        count += len(data)
        if not data:
            ready.sendall(str(count).encode())
            ready.close()
            sockets.remove(ready)
";
const MUCH_CLIENT: &str = "
import socket
client = socket.create_connection(('HOST', 7000))
client.sendall(bytes(300_000))
client.shutdown(socket.SHUT_WR)
print(client.recv(100))
";

/// Programs that say the same whichever kernel answers, with what they say.
fn pairs() -> [(&'static str, &'static str, String); 3] {
    let idle = |lines: &str| format!("{lines}{IDLE}\n");
    [
        (SERVER, CLIENT, idle("client | b'HELLO'\n")),
        (LINES_SERVER, LINES_CLIENT, idle("client | eno\nclient | owt\n")),
        (SELECT_SERVER, MUCH_CLIENT, "client | b'300000'\n".into()),
    ]
}

#[test]
fn two_programs_print_on_loopback_what_they_print_on_the_simulated_host() {
    for (server, client, says) in pairs() {
        let client = client.replace("HOST", "localhost");
        let programs = [("server.py", server), ("client.py", client.as_str())];
        assert_eq!(run_of(&programs, &[]), (0, says.clone()));
        let (code, out, err) = command_of("live", &programs, &["--loopback"]);
        assert_eq!((code, out), (0, says), "{err}");
        assert!(err.starts_with("On a real kernel: Linux ") && err.ends_with(", loopback.\n"), "{err}");
    }
}

#[test]
fn two_programs_print_on_real_hosts_what_they_print_on_simulated_ones() {
    for (server, client, says) in pairs() {
        let client = client.replace("HOST", "alpha").replace("localhost", "alpha");
        let programs = [("alpha=server.py", server), ("beta=client.py", client.as_str())];
        assert_eq!(run_of(&programs, &[]), (0, says.clone()));
        let (code, out, err) = command_of("live", &programs, &[]);
        assert_eq!((code, out), (0, says), "{err}");
        if err.contains("gives no hosts") {
            eprintln!("NOT TESTED HERE: this machine offers no hosts of our own");
        }
    }
}

#[test]
fn the_exit_code_tells_how_a_live_run_ended() {
    let stuck = "import socket\na, b = socket.socketpair()\na.recv(1)\n";
    let (code, out, _) = command_of("live", &[("stuck.py", stuck)], &["--loopback"]);
    assert_eq!(code, 3);
    let says = "Deadlock: nothing has happened for 2 s, and none of these waits ends by itself.";
    assert_eq!(out, format!("{says}\n  stuck waits in recv(3, 1), line 3\n"));
    let (code, out, _) = command_of("live", &[("fails.py", "1 / 0\n")], &["--loopback"]);
    assert_eq!(code, 1);
    assert!(out.ends_with("fails | (ended with status 1)\n"), "{out}");
    let endless = [("loop.py", "while True:\n    pass\n")];
    let (code, out, _) = command_of("live", &endless, &["--loopback", "--limit", "1000"]);
    assert_eq!(
        (code, out.as_str()),
        (4, "loop | (stopped after 1000 instructions (raise the limit `instructions`))\n")
    );
    for wrong in [vec!["live"], vec!["live", "--mode", "none", "a.py"], vec!["live", "--host", "alpha"]] {
        assert_eq!(run(&wrong, "").0, 2, "{wrong:?}");
    }
}

#[test]
fn a_wait_with_a_time_limit_is_no_deadlock_however_long() {
    let text = "import socket\na, b = socket.socketpair()\na.settimeout(2.5)\ntry:\n    a.recv(1)\nexcept TimeoutError as e:\n    print(e)\n";
    let (code, out, _) = command_of("live", &[("late.py", text)], &["--loopback"]);
    assert_eq!((code, out.as_str()), (0, "late | timed out\n"));
}

#[test]
fn a_trace_tells_each_call_and_the_real_ones_behind_it() {
    let client = CLIENT.replace("HOST", "localhost");
    let programs = [("server.py", SERVER), ("client.py", client.as_str())];
    let (code, out, _) = command_of("live", &programs, &["--loopback", "--trace", "text"]);
    assert_eq!(code, 0);
    assert!(out.contains("server:3 > listen(3, "), "{out}");
    assert!(out.contains("client:4 > send(3, 5 bytes) = 5\nclient:4 >     real sendto("), "{out}");
    assert!(out.contains("client | b'HELLO'"), "{out}");
    let (code, out, _) = command_of("live", &programs, &["--loopback", "--trace", "json"]);
    let objects: Vec<serde_json::Value> =
        out.lines().map(|line| serde_json::from_str(line).expect("an object")).collect();
    assert_eq!((code, objects[0]["kernel"]["system"].as_str()), (0, Some("Linux")));
    let sent = objects.iter().find(|object| object["call"] == "send(3, 5 bytes)").expect("the client's send");
    assert_eq!(
        (&sent["program"], &sent["line"], &sent["by"]),
        (&"client".into(), &4.into(), &"kernel".into())
    );
    assert_eq!(sent["outcome"], serde_json::json!({ "Ok": { "count": 5 } }));
    assert!(sent["real"][0].as_str().is_some_and(|real| real.starts_with("sendto(")), "{sent}");
    assert_eq!(objects.last().map(|object| &object["end"]), Some(&"idle".into()));
}
