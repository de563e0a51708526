//! This machine in its network: the addresses at which others can open the site, and what `serve --lan` says of them.

use std::fmt::Write as _;
use std::net::{IpAddr, SocketAddr};

use qrcode::render::unicode::Dense1x2;
use qrcode::{EcLevel, QrCode};

/// An address of this machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Reach {
    /// The interface that has it.
    pub(crate) interface: String,
    pub(crate) ip: IpAddr,
}

/// The addresses at which others may reach this machine now, the best first.
pub(crate) fn reach() -> Vec<Reach> {
    let all = if_addrs::get_if_addrs().unwrap_or_default();
    useful(all.into_iter().map(|it| Reach { ip: it.ip(), interface: it.name }).collect())
}

/// Of all addresses those that others can type, the best first: a private one of IPv4, as rooms have them; interfaces of
/// containers and machines inside this one last.
fn useful(mut all: Vec<Reach>) -> Vec<Reach> {
    all.retain(|reach| match reach.ip {
        IpAddr::V4(v4) => !v4.is_loopback() && !v4.is_link_local() && !v4.is_unspecified(),
        // An address with a zone cannot be typed into most browsers.
        IpAddr::V6(v6) => !v6.is_loopback() && !v6.is_unicast_link_local() && !v6.is_unspecified(),
    });
    let inside = |name: &str| {
        [
            "docker", "br-", "veth", "virbr", "lxc", "lxd", "cni", "podman", "vmnet", "vboxnet", "tun",
            "tap", "wg",
        ]
        .iter()
        .any(|start| name.starts_with(start))
    };
    all.sort_by_key(|Reach { interface, ip }| {
        let kind = match ip {
            IpAddr::V4(v4) if v4.is_private() => 0,
            IpAddr::V4(_) => 1,
            IpAddr::V6(v6) if v6.is_unique_local() => 2,
            IpAddr::V6(_) => 3,
        };
        (inside(interface), kind)
    });
    let mut seen = Vec::new();
    all.retain(|reach| {
        !seen.contains(&reach.ip) && {
            seen.push(reach.ip);
            true
        }
    });
    all
}

/// What a relay says that listens for its network at this port.
pub(crate) fn screen(all: &[Reach], port: u16, tls: bool, teacher_over_http: bool, ansi: bool) -> String {
    let scheme = if tls { "https" } else { "http" };
    let url = |ip: IpAddr| format!("{scheme}://{}/", SocketAddr::from((ip, port)));
    let mut out = String::new();
    let mut say = |text: &str| {
        // Writing to a string does not fail.
        let _ = writeln!(out, "{text}");
    };
    match all.first() {
        None => say(
            "Socketscope serves, but this machine is in no network: join one (Wi-Fi or a cable), and its address appears here.",
        ),
        Some(best) => {
            say("Socketscope serves everybody in this network. Learners open:\n");
            let urls: Vec<_> = all.iter().map(|reach| (url(reach.ip), &reach.interface)).collect();
            let width = urls.iter().map(|(url, _)| url.len()).max().unwrap_or_default();
            for (url, interface) in &urls {
                say(&format!("  {url:width$}  {interface}"));
            }
            say("");
            say(&qr(&url(best.ip), ansi));
        }
    }
    say(&format!("You, on this machine: {scheme}://localhost:{port}/\n"));
    say(
        "Whoever is in this network can read every page and make live runs within the limits; a room opens by its code alone.",
    );
    if !tls {
        say(
            "This is plain HTTP: others in the network can read what is sent, names and work of learners too.",
        );
    }
    say(match (tls, teacher_over_http) {
        (true, _) => {
            "A teacher may teach from any machine, with the room's secret: the connection is encrypted."
        }
        (false, false) => "Teach from this machine; from another one it takes --tls-cert and --tls-key.",
        (false, true) => {
            "A teacher may teach from any machine (teacher-over-http), and others can read the room's secret."
        }
    });
    say(&format!("If a phone does not get through: socketscope doctor --room --port {port}"));
    say("Stop it with Ctrl-C.");
    out
}

/// The address as a QR code for a terminal; black on white where it knows colours, else light on dark.
fn qr(url: &str, ansi: bool) -> String {
    let Ok(code) = QrCode::with_error_correction_level(url, EcLevel::L) else { return String::new() };
    let mut drawn = code.render::<Dense1x2>();
    if !ansi {
        drawn.dark_color(Dense1x2::Light).light_color(Dense1x2::Dark);
        return drawn.build();
    }
    let lines = drawn.build();
    lines.lines().map(|line| format!("\x1b[38;5;16;48;5;231m{line}\x1b[0m\n")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(list: &[(&str, &str)]) -> Vec<Reach> {
        let reach = |(name, ip): &(&str, &str)| Reach { interface: (*name).into(), ip: ip.parse().unwrap() };
        list.iter().map(reach).collect()
    }

    #[test]
    fn a_private_address_comes_first_and_what_nobody_can_type_not_at_all() {
        let machine = all(&[
            ("lo", "127.0.0.1"),
            ("lo", "::1"),
            ("docker0", "172.17.0.1"),
            ("wlan0", "fe80::1"),
            ("wlan0", "2001:db8::7"),
            ("wlan0", "fd00::7"),
            ("eth1", "198.51.100.7"),
            ("eth0", "169.254.3.4"),
            ("wlan0", "192.168.1.23"),
            ("wlan0:1", "192.168.1.23"),
        ]);
        let useful: Vec<_> = useful(machine).iter().map(|reach| reach.ip.to_string()).collect();
        assert_eq!(useful, ["192.168.1.23", "198.51.100.7", "fd00::7", "2001:db8::7", "172.17.0.1"]);
    }

    #[test]
    fn one_screen_has_every_address_what_it_means_and_how_to_stop() {
        let network = all(&[("wlan0", "192.168.1.23"), ("wlan0", "2001:db8::7")]);
        let said = screen(&network, 8080, false, false, false);
        for part in
            ["http://192.168.1.23:8080/ ", "wlan0", "http://[2001:db8::7]:8080/", "plain HTTP", "Ctrl-C"]
        {
            assert!(said.contains(part), "{part}: {said}");
        }
        assert!(said.contains("Teach from this machine"));
        assert!(said.lines().count() <= 40 && said.lines().all(|line| line.chars().count() <= 120), "{said}");
        let open = screen(&network, 8443, true, false, true);
        assert!(open.contains("https://192.168.1.23:8443/") && !open.contains("plain HTTP"), "{open}");
        assert!(screen(&[], 8080, false, false, false).contains("in no network"));
    }
}
