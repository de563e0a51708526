//! Which Host and Origin are ours: an exact list, checked before anything else is done for a request.

use std::net::{IpAddr, SocketAddr};

use axum::http::{HeaderMap, header};

use crate::settings::Origin;

/// The names under which this relay is known. Beside them, a relay is known by the address at which it was reached:
/// a page of another site cannot have that as its name.
#[derive(Clone, Debug)]
pub struct Origins {
    port: u16,
    scheme: &'static str,
    hosts: Vec<String>,
    origins: Vec<String>,
}

/// Why a request is refused: a sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Foreign(pub String);

impl Origins {
    /// Of a relay at this port: 127.0.0.1, localhost and `[::1]`, and what else it is told to answer to.
    pub fn new(port: u16, tls: bool, more: &[Origin]) -> Self {
        let scheme = if tls { "https" } else { "http" };
        let mut ours = Self { port, scheme, hosts: Vec::new(), origins: Vec::new() };
        for origin in more {
            ours.hosts.push(origin.host().to_owned());
            ours.origins.push(origin.as_str().to_owned());
        }
        for name in ["127.0.0.1", "localhost", "[::1]"] {
            for host in ours.spellings(name) {
                ours.origins.push(format!("{scheme}://{host}"));
                ours.hosts.push(host);
            }
        }
        ours
    }

    /// A host with our port: browsers leave a scheme's standard port out.
    fn spellings(&self, host: &str) -> Vec<String> {
        let standard = if self.scheme == "https" { 443 } else { 80 };
        let bare = (self.port == standard).then(|| host.to_owned());
        std::iter::once(format!("{host}:{}", self.port)).chain(bare).collect()
    }

    /// The address at which a connection reached us, as a browser spells it.
    fn reached(&self, local: SocketAddr) -> Vec<String> {
        let host = match local.ip().to_canonical() {
            IpAddr::V4(v4) => v4.to_string(),
            IpAddr::V6(v6) => format!("[{v6}]"),
        };
        self.spellings(&host)
    }

    /// Whether the request means this relay, which it reached at `local`.
    ///
    /// # Errors
    /// If it means another one, or does not say which: another site's name may lead to our address.
    pub fn check_host(&self, headers: &HeaderMap, local: SocketAddr) -> Result<(), Foreign> {
        let host = one(headers, header::HOST);
        let known = |host: &str| {
            self.hosts.iter().any(|ours| ours.eq_ignore_ascii_case(host))
                || self.reached(local).iter().any(|ours| ours.eq_ignore_ascii_case(host))
        };
        match host {
            Some(host) if known(host) => Ok(()),
            _ => Err(Foreign(format!(
                "This relay does not answer to that name. Open {} instead, or start it with --origin and the address \
                 that you open.\n",
                self.origins[0]
            ))),
        }
    }

    /// Whether a page of this relay asks, which was reached at `local`.
    ///
    /// # Errors
    /// If a page of another site asks, or nothing says who asks.
    pub fn check_origin(&self, headers: &HeaderMap, local: SocketAddr) -> Result<(), Foreign> {
        let known = |origin: &str| {
            let reached = |host: &String| format!("{}://{host}", self.scheme).eq_ignore_ascii_case(origin);
            self.origins.iter().any(|ours| ours.eq_ignore_ascii_case(origin))
                || self.reached(local).iter().any(reached)
        };
        match one(headers, header::ORIGIN) {
            Some(origin) if known(origin) => Ok(()),
            Some(_) => {
                Err(Foreign("This relay serves its own pages only: the Origin is another site.\n".into()))
            }
            None => Err(Foreign(format!(
                "A request for the relay must carry an Origin. A program of your own sends `Origin: {}`.\n",
                self.origins[0]
            ))),
        }
    }
}

/// The header's value if there is exactly one.
fn one(headers: &HeaderMap, name: header::HeaderName) -> Option<&str> {
    let mut values = headers.get_all(name).iter();
    let value = values.next()?.to_str().ok()?;
    values.next().is_none().then_some(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(header::HeaderName, &str)]) -> HeaderMap {
        pairs.iter().map(|(name, value)| (name.clone(), value.parse().unwrap())).collect()
    }

    fn reached() -> SocketAddr {
        "192.0.2.7:8080".parse().unwrap()
    }

    fn check(ours: &Origins, host: &str) -> bool {
        ours.check_host(&headers(&[(header::HOST, host)]), reached()).is_ok()
    }

    fn check_origin(ours: &Origins, origin: &str) -> bool {
        ours.check_origin(&headers(&[(header::ORIGIN, origin)]), reached()).is_ok()
    }

    #[test]
    fn only_our_own_names_with_our_port_pass() {
        let ours = Origins::new(8080, false, &[]);
        for name in ["127.0.0.1:8080", "localhost:8080", "LOCALHOST:8080", "[::1]:8080", "192.0.2.7:8080"] {
            assert!(check(&ours, name) && check_origin(&ours, &format!("http://{name}")), "{name}");
        }
        for name in [
            "127.0.0.1",
            "localhost:80",
            "localhost:8080.evil.example",
            "evil.example:8080",
            "192.0.2.7",
            "192.0.2.8:8080",
            "",
        ] {
            assert!(!check(&ours, name), "{name}");
        }
        for name in
            ["https://localhost:8080", "http://localhost", "http://evil.example", "null", "localhost:8080"]
        {
            assert!(!check_origin(&ours, name), "{name}");
        }
        assert!(ours.check_origin(&HeaderMap::new(), reached()).is_err());
        assert!(ours.check_host(&HeaderMap::new(), reached()).is_err());
    }

    #[test]
    fn two_values_are_none() {
        let ours = Origins::new(8080, false, &[]);
        let mut twice = HeaderMap::new();
        twice.append(header::ORIGIN, "http://localhost:8080".parse().unwrap());
        twice.append(header::ORIGIN, "http://localhost:8080".parse().unwrap());
        assert!(ours.check_origin(&twice, reached()).is_err());
    }

    #[test]
    fn the_standard_port_may_be_left_out() {
        let ours = Origins::new(80, false, &[]);
        assert!(check(&ours, "localhost") && check_origin(&ours, "http://localhost"));
        let ours = Origins::new(443, true, &[]);
        assert!(check(&ours, "localhost") && check_origin(&ours, "https://localhost"));
        assert!(!check_origin(&ours, "http://localhost"));
    }

    #[test]
    fn a_site_behind_a_proxy_has_the_name_that_it_is_told() {
        let more: Vec<Origin> = crate::settings::origins("https://sockets.example").unwrap();
        let ours = Origins::new(8080, false, &more);
        assert!(check(&ours, "sockets.example") && check_origin(&ours, "https://sockets.example"));
        assert!(!check_origin(&ours, "http://sockets.example"));
    }
}
