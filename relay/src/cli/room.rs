//! `socketscope doctor --room`: whether others in the same network can reach a relay on this machine, as far as one machine
//! can tell, and what only a second one can.

use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use super::doctor::Finding;
use crate::lan;

const PATIENCE: Duration = Duration::from_secs(2);

/// What there is to say of a room whose relay is at this port, or will be.
pub(super) fn findings(port: u16) -> Vec<Finding> {
    // Where no relay runs, this stands in for it: on every address.
    let stand_in = TcpListener::bind((Ipv4Addr::UNSPECIFIED, port));
    let running = stand_in.as_ref().is_err_and(|error| error.kind() == io::ErrorKind::AddrInUse);
    // With port 0 the stand-in has one of the kernel's choice.
    let tried = stand_in.as_ref().ok().and_then(|l| l.local_addr().ok()).map_or(port, |at| at.port());
    let addresses = lan::reach();
    let mut findings = vec![relay(port, running, &stand_in)];
    if addresses.is_empty() {
        findings.push(Finding {
            name: "addresses",
            found: "none but loopback".into(),
            remedy: Some("Join the room's network first: Wi-Fi or a cable.".into()),
            needed: true,
            unknown: false,
        });
    }
    findings.extend(addresses.into_iter().map(|it| reached(&it.interface, it.ip, tried, port, running)));
    findings.push(firewall(port));
    let serve =
        if running { "O".into() } else { format!("Serve with `socketscope serve --lan --port {port}`, o") };
    findings.push(Finding {
        name: "other machines",
        found: "cannot be known from here: many wireless networks keep their clients apart (client isolation, \
                guest networks)"
            .into(),
        remedy: Some(format!(
            "{serve}pen one of the addresses above on a phone \
             in the same network, and look at /healthz. If it does not load there but does here: a firewall on this \
             machine, or the network keeps clients apart; another network, a cable, or a hotspot of this machine's own \
             gets around that."
        )),
        needed: false,
        unknown: true,
    });
    findings
}

fn relay(port: u16, running: bool, stand_in: &io::Result<TcpListener>) -> Finding {
    let (found, remedy) = match stand_in {
        Ok(_) => (format!("none at port {port} now; this command stood in for it"), None),
        Err(_) if running => (format!("something serves at port {port}"), None),
        Err(error) => (
            format!("port {port} cannot be had: {error}"),
            Some("Choose another: doctor --room --port 8081".into()),
        ),
    };
    Finding { name: "relay", found, remedy, needed: true, unknown: false }
}

fn reached(interface: &str, ip: IpAddr, tried: u16, port: u16, running: bool) -> Finding {
    let url = format!("http://{}/", SocketAddr::from((ip, port)));
    let finding = |found, remedy| Finding { name: "address", found, remedy, needed: false, unknown: false };
    match TcpStream::connect_timeout(&SocketAddr::from((ip, tried)), PATIENCE) {
        Ok(_) => finding(format!("{url} ({interface}) answers on this machine"), None),
        // The stand-in has IPv4 alone.
        Err(_) if ip.is_ipv6() && !running => Finding {
            unknown: true,
            ..finding(
                format!("{url} ({interface}) was not tried"),
                Some("Serve, and ask again: it is tried then.".into()),
            )
        },
        Err(error) => finding(
            format!("{url} ({interface}) does not answer: {error}"),
            Some(if running && error.kind() == io::ErrorKind::ConnectionRefused {
                "The relay listens on loopback alone, or not on this address: socketscope serve --lan".into()
            } else {
                format!("Look for a rule of this machine's firewall about port {port}.")
            }),
        ),
    }
}

fn says_yes(path: &str, wanted: &str) -> bool {
    std::fs::read_to_string(path).is_ok_and(|text| text.lines().any(|line| line.trim() == wanted))
}

/// What a command prints; nothing if it is not there, or not for this user.
fn printed(program: &str, arguments: &[&str]) -> Option<String> {
    let output = Command::new(program).args(arguments).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).into_owned())
}

/// What of a firewall can be seen. Its rules are for root to read, and packets from this machine to itself pass by most.
fn firewall(port: u16) -> Finding {
    let nft = printed("nft", &["list", "ruleset"]);
    let iptables = printed("iptables", &["-S", "INPUT"]);
    let (found, remedy) = if says_yes("/etc/ufw/ufw.conf", "ENABLED=yes") {
        ("ufw is on".to_owned(), Some(format!("If others do not get through: sudo ufw allow {port}/tcp")))
    } else if Path::new("/sys/fs/cgroup/system.slice/firewalld.service").exists() {
        (
            "firewalld runs".into(),
            Some(format!("If others do not get through: sudo firewall-cmd --add-port={port}/tcp")),
        )
    } else if nft.as_deref().is_some_and(drops_input)
        || iptables.as_deref().is_some_and(|text| text.contains("-P INPUT DROP"))
    {
        let remedy =
            format!("Let port {port} through: sudo iptables -I INPUT -p tcp --dport {port} -j ACCEPT");
        ("what is not allowed by name is dropped".into(), Some(remedy))
    } else if nft.is_some() || iptables.is_some() {
        ("none that drops by default".into(), None)
    } else {
        ("none was seen; this user may not read the rules".into(), None)
    };
    Finding { name: "firewall", found, remedy, needed: false, unknown: false }
}

/// Whether a chain for what arrives drops what no rule takes.
fn drops_input(ruleset: &str) -> bool {
    ruleset.lines().any(|line| line.contains("hook input") && line.contains("policy drop"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chain_for_what_arrives_that_drops_is_seen() {
        let chain = |policy: &str| {
            format!(
                "table inet filter {{\n  chain input {{\n    type filter hook input priority 0; policy {policy};\n  }}\n}}"
            )
        };
        assert!(drops_input(&chain("drop")));
        assert!(!drops_input(&chain("accept")));
    }

    #[test]
    fn an_address_that_is_ours_answers_and_one_without_a_listener_does_not() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let ip = Ipv4Addr::LOCALHOST.into();
        assert!(reached("lo", ip, port, port, true).remedy.is_none());
        drop(listener);
        let refused = reached("lo", ip, port, port, true);
        assert!(refused.remedy.unwrap().contains("--lan"));
    }
}
