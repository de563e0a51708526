//! Who really asks, where a proxy asks for somebody: its word is taken only if we were told to trust it.

use std::net::{IpAddr, SocketAddr};

use axum::http::HeaderMap;
use ipnet::IpNet;

use crate::settings::ProxyHeader;

/// Which proxies are believed, and where they write whom they ask for.
#[derive(Clone, Debug)]
pub(crate) struct Proxies {
    trusted: Vec<IpNet>,
    header: ProxyHeader,
}

impl Proxies {
    pub(crate) fn new(trusted: Vec<IpNet>, header: ProxyHeader) -> Self {
        Self { trusted, header }
    }

    /// Whether a trusted proxy says that its client came by HTTPS: the one next to us, which speaks for those before it.
    pub(crate) fn says_https(&self, peer: IpAddr, headers: &HeaderMap) -> bool {
        if !self.trusts(peer.to_canonical()) {
            return false;
        }
        let name = match self.header {
            ProxyHeader::XForwardedFor => "x-forwarded-proto",
            ProxyHeader::Forwarded => self.header.word(),
        };
        let last = headers.get_all(name).iter().next_back().and_then(|value| value.to_str().ok());
        let Some(last) = last.and_then(|line| line.rsplit(',').next()) else { return false };
        match self.header {
            ProxyHeader::XForwardedFor => last.trim().eq_ignore_ascii_case("https"),
            ProxyHeader::Forwarded => forwarded(last, "proto")
                .is_some_and(|proto| proto.trim_matches('"').eq_ignore_ascii_case("https")),
        }
    }

    fn trusts(&self, address: IpAddr) -> bool {
        self.trusted.iter().any(|network| network.contains(&address))
    }

    /// The client of a request that came from `peer`: each proxy appends whom it heard from, so the last entry that no
    /// trusted proxy vouches for is the client. What stands before it the client may have made up. Only one header is
    /// read, since a proxy passes on what it does not know.
    pub(crate) fn client(&self, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
        let mut client = peer.to_canonical();
        if !self.trusts(client) {
            return client;
        }
        let lines: Vec<&str> =
            headers.get_all(self.header.word()).iter().filter_map(|value| value.to_str().ok()).collect();
        for entry in lines.iter().rev().flat_map(|line| line.rsplit(',')) {
            let address = match self.header {
                ProxyHeader::XForwardedFor => address(entry),
                ProxyHeader::Forwarded => forwarded_for(entry),
            };
            // Who stands before an entry that is no address is not known: the proxy is all we know.
            let Some(address) = address else { return client };
            client = address;
            if !self.trusts(client) {
                break;
            }
        }
        client
    }
}

/// An address, with or without port, brackets and quotes.
fn address(text: &str) -> Option<IpAddr> {
    let text = text.trim().trim_matches('"');
    let bare = text.strip_prefix('[').and_then(|text| text.strip_suffix(']')).unwrap_or(text);
    let address = bare.parse().ok().or_else(|| text.parse::<SocketAddr>().ok().map(|address| address.ip()));
    address.map(|address: IpAddr| address.to_canonical())
}

/// The `for` of one element of Forwarded (RFC 7239 section 4).
fn forwarded_for(element: &str) -> Option<IpAddr> {
    forwarded(element, "for").and_then(address)
}

/// A parameter of such an element.
fn forwarded<'a>(element: &'a str, wanted: &str) -> Option<&'a str> {
    let mut pairs = element.split(';').filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(name, _)| name.eq_ignore_ascii_case(wanted)).map(|(_, value)| value)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client(header: ProxyHeader, peer: &str, lines: &[&str]) -> String {
        let networks = ["127.0.0.1/32", "10.0.0.0/8", "2001:db8::/32"];
        let proxies = Proxies::new(networks.iter().map(|n| n.parse().unwrap()).collect(), header);
        let headers = lines.iter().map(|line| {
            let name = axum::http::HeaderName::from_static(header.word());
            (name, line.parse().unwrap())
        });
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(name, value);
        }
        proxies.client(peer.parse().unwrap(), &map).to_string()
    }

    #[test]
    fn the_last_address_that_no_trusted_proxy_vouches_for_is_the_client() {
        use ProxyHeader::XForwardedFor as X;
        for (peer, lines, expected) in [
            // Nobody in between, and nobody to believe.
            ("192.0.2.1", &["198.51.100.9"][..], "192.0.2.1"),
            ("127.0.0.1", &[], "127.0.0.1"),
            ("127.0.0.1", &["192.0.2.1"], "192.0.2.1"),
            ("::ffff:127.0.0.1", &["192.0.2.1"], "192.0.2.1"),
            // The client made up the first one.
            ("127.0.0.1", &["198.51.100.9, 192.0.2.1"], "192.0.2.1"),
            ("127.0.0.1", &["198.51.100.9", "192.0.2.1"], "192.0.2.1"),
            // Two proxies of ours.
            ("127.0.0.1", &["198.51.100.9, 192.0.2.1, 10.1.2.3"], "192.0.2.1"),
            ("127.0.0.1", &["nonsense, 10.1.2.3"], "10.1.2.3"),
            ("127.0.0.1", &["192.0.2.1:4711"], "192.0.2.1"),
            ("127.0.0.1", &["[2001:db9::7]:4711"], "2001:db9::7"),
            ("127.0.0.1", &["unknown"], "127.0.0.1"),
            ("127.0.0.1", &["192.0.2.1,"], "127.0.0.1"),
        ] {
            assert_eq!(client(X, peer, lines), expected, "{peer} {lines:?}");
        }
    }

    #[test]
    fn https_is_believed_of_the_next_proxy_alone() {
        let proxies = |header| Proxies::new(vec!["127.0.0.1/32".parse().unwrap()], header);
        let (x, f) = (ProxyHeader::XForwardedFor, ProxyHeader::Forwarded);
        for (header, peer, name, value, https) in [
            (x, "127.0.0.1", "x-forwarded-proto", "https", true),
            (x, "127.0.0.1", "x-forwarded-proto", "https, http", false),
            (x, "127.0.0.1", "forwarded", "for=192.0.2.1;proto=https", false),
            (x, "192.0.2.1", "x-forwarded-proto", "https", false),
            (f, "127.0.0.1", "forwarded", "for=192.0.2.1;Proto=HTTPS", true),
            (f, "127.0.0.1", "forwarded", "proto=https, for=192.0.2.1;proto=http", false),
            (f, "127.0.0.1", "x-forwarded-proto", "https", false),
        ] {
            let name = axum::http::HeaderName::from_static(name);
            let headers = HeaderMap::from_iter([(name, value.parse().unwrap())]);
            let says = proxies(header).says_https(peer.parse().unwrap(), &headers);
            assert_eq!(says, https, "{peer} {value}");
        }
    }

    #[test]
    fn rfc_7239_names_the_client_in_for() {
        use ProxyHeader::Forwarded as F;
        for (lines, expected) in [
            (&["for=192.0.2.1"][..], "192.0.2.1"),
            (&["For=\"[2001:db9::7]:4711\";proto=https"], "2001:db9::7"),
            (&["for=198.51.100.9, by=10.0.0.1;for=192.0.2.1;host=x"], "192.0.2.1"),
            (&["for=_hidden"], "127.0.0.1"),
            (&["proto=https"], "127.0.0.1"),
        ] {
            assert_eq!(client(F, "127.0.0.1", lines), expected, "{lines:?}");
        }
    }
}
