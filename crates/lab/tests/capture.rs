//! A capture of a real wire, as tshark reads it: what became of the packets is in their comments, and nothing in the file is
//! malformed. Where there are no hosts or no tshark, the test says so and passes.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use std::process::{Command, Stdio};
use std::time::Duration;

use lab::Mode;
use protocol::WireRequest;
use syscall::{Call, CallId, Domain, Fd, HostId, Kernel as _, MsgFlags, Returned, SocketType, TaskId};

const FD: Fd = Fd(3);
const SERVER: &str = "10.0.0.2:7000";

/// What tshark says of each packet: these fields, separated by tabs.
fn tshark(file: &[u8], fields: &[&str]) -> Option<Vec<String>> {
    let path = std::env::temp_dir().join(format!("socketscope-capture-{}.pcapng", std::process::id()));
    std::fs::write(&path, file).unwrap();
    let fields = fields.iter().flat_map(|field| ["-e", field]);
    // Which checksums to check is a setting; whoever checks them all sees damage that the wire did.
    let run = Command::new("tshark")
        .args(["-o", "tcp.check_checksum:TRUE", "-o", "ip.check_checksum:TRUE", "-T", "fields", "-r"])
        .arg(&path)
        .args(fields)
        .stdin(Stdio::null())
        .output();
    std::fs::remove_file(&path).unwrap();
    let run = run.ok()?;
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    Some(String::from_utf8(run.stdout).unwrap().lines().map(String::from).collect())
}

#[test]
fn tshark_reads_a_capture_with_its_hosts_times_and_comments() {
    for setup in common::setups(2).iter().filter(|setup| setup.mode != Mode::Loopback) {
        let mut lab = setup.open().unwrap();
        let (client, server) = (lab.spawn(HostId(0)), lab.spawn(HostId(1)));
        let mut next = 0;
        let mut ok = |lab: &mut lab::Lab, task: TaskId, call: Call| -> Returned {
            next += 1;
            lab.submit(CallId(next), task, call);
            lab.next_completed(Duration::from_secs(20)).unwrap().outcome.unwrap()
        };
        let tcp = Call::Socket { domain: Domain::Inet, kind: SocketType::Stream };
        ok(&mut lab, server, tcp.clone());
        ok(&mut lab, server, Call::Bind { fd: FD, address: SERVER.parse().unwrap() });
        ok(&mut lab, server, Call::Listen { fd: FD, backlog: 5 });
        ok(&mut lab, client, tcp);
        ok(&mut lab, client, Call::Connect { fd: FD, address: SERVER.parse().unwrap() });
        let Returned::Accepted { fd, .. } = ok(&mut lab, server, Call::Accept { fd: FD }) else { panic!() };
        lab.hand().unwrap().lose(HostId(0), 1);
        let flags = MsgFlags::default();
        ok(&mut lab, client, Call::Send { fd: FD, data: "hello".into(), flags });
        ok(&mut lab, server, Call::Recv { fd, len: 100, flags });
        assert!(lab.wire(WireRequest::Deliver { packet: 9999 }).is_err());
        let file = lab.hand().unwrap().capture();
        let fields = [
            "frame.interface_name",
            "tcp.flags.str",
            "tcp.len",
            "frame.comment",
            "_ws.malformed",
            "tcp.checksum.status",
            "frame.time_epoch",
        ];
        let Some(packets) = tshark(&file, &fields) else {
            return eprintln!("NOT TESTED HERE: there is no tshark");
        };
        let packets: Vec<Vec<&str>> = packets.iter().map(|packet| packet.split('\t').collect()).collect();
        assert_eq!(packets[0][0], "host1", "{packets:?}");
        assert_eq!(packets[1][0], "host2");
        assert!(packets[0][1].ends_with("S·") && packets[1][1].contains("A··S"), "{packets:?}");
        let hello: Vec<_> =
            packets.iter().filter(|packet| packet[2] == "5").map(|packet| packet[3]).collect();
        assert_eq!(hello, ["packet 4, lost", "packet 5"]);
        assert!(packets.iter().all(|packet| packet[4].is_empty() && packet[5] == "1"), "{packets:?}");
        let times: Vec<f64> = packets.iter().map(|packet| packet[6].parse().unwrap()).collect();
        assert!(times.is_sorted());
        let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs_f64();
        assert!((now - times[0]).abs() < 60.0, "{} and {now}", times[0]);
    }
}
