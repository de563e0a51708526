//! Which Host and Origin are ours: an exact list, checked before anything else is done for a request.

use std::net::SocketAddr;

use axum::http::{HeaderMap, header};

/// The names under which this relay is known.
#[derive(Clone, Debug)]
pub struct Origins {
    hosts: Vec<String>,
    origins: Vec<String>,
}

/// Why a request is refused: a sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Foreign(pub String);

impl Origins {
    /// Of a relay that listens on this loopback address: 127.0.0.1, localhost and `[::1]` with its port, over http.
    pub fn loopback(address: SocketAddr) -> Self {
        let port = address.port();
        let mut hosts: Vec<String> =
            ["127.0.0.1", "localhost", "[::1]"].iter().map(|name| format!("{name}:{port}")).collect();
        if port == 80 {
            // Browsers leave the standard port out.
            hosts.extend(["127.0.0.1", "localhost", "[::1]"].map(String::from));
        }
        let origins = hosts.iter().map(|host| format!("http://{host}")).collect();
        Self { hosts, origins }
    }

    /// Whether the request means this relay.
    ///
    /// # Errors
    /// If it means another one, or does not say which: another site's name may lead to our address.
    pub fn check_host(&self, headers: &HeaderMap) -> Result<(), Foreign> {
        let host = one(headers, header::HOST);
        match host {
            Some(host) if self.hosts.iter().any(|ours| ours.eq_ignore_ascii_case(host)) => Ok(()),
            _ => {
                Err(Foreign(format!("This relay is not that host. Open http://{} instead.\n", self.hosts[0])))
            }
        }
    }

    /// Whether a page of this relay asks.
    ///
    /// # Errors
    /// If a page of another site asks, or nothing says who asks.
    pub fn check_origin(&self, headers: &HeaderMap) -> Result<(), Foreign> {
        match one(headers, header::ORIGIN) {
            Some(origin) if self.origins.iter().any(|ours| ours.eq_ignore_ascii_case(origin)) => Ok(()),
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

    #[test]
    fn only_our_own_names_with_our_port_pass() {
        let ours = Origins::loopback("127.0.0.1:8080".parse().unwrap());
        let host = |value: &str| ours.check_host(&headers(&[(header::HOST, value)])).is_ok();
        let origin = |value: &str| ours.check_origin(&headers(&[(header::ORIGIN, value)])).is_ok();
        for name in ["127.0.0.1:8080", "localhost:8080", "LOCALHOST:8080", "[::1]:8080"] {
            assert!(host(name) && origin(&format!("http://{name}")), "{name}");
        }
        for name in ["127.0.0.1", "localhost:80", "localhost:8080.evil.example", "evil.example:8080", ""] {
            assert!(!host(name), "{name}");
        }
        for name in
            ["https://localhost:8080", "http://localhost", "http://evil.example", "null", "localhost:8080"]
        {
            assert!(!origin(name), "{name}");
        }
        assert!(ours.check_origin(&HeaderMap::new()).is_err());
        assert!(ours.check_host(&HeaderMap::new()).is_err());
    }

    #[test]
    fn two_values_are_none() {
        let ours = Origins::loopback("127.0.0.1:8080".parse().unwrap());
        let mut twice = HeaderMap::new();
        twice.append(header::ORIGIN, "http://localhost:8080".parse().unwrap());
        twice.append(header::ORIGIN, "http://localhost:8080".parse().unwrap());
        assert!(ours.check_origin(&twice).is_err());
    }

    #[test]
    fn the_standard_port_may_be_left_out() {
        let ours = Origins::loopback("127.0.0.1:80".parse().unwrap());
        assert!(ours.check_host(&headers(&[(header::HOST, "localhost")])).is_ok());
        assert!(ours.check_origin(&headers(&[(header::ORIGIN, "http://localhost")])).is_ok());
    }
}
