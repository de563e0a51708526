//! How a setting's value is written, in an argument, a variable and a file alike.

use std::fmt::Display;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

use ipnet::IpNet;

/// A value with a written form.
pub(super) trait Written: Sized {
    /// Reads it; the error says what is expected.
    fn read(text: &str) -> Result<Self, String>;
    /// Writes it, so that `read` gives it back.
    fn written(&self) -> String;
}

macro_rules! numbers {
    ($($number:ty),*) => {$(
        impl Written for $number {
            fn read(text: &str) -> Result<Self, String> {
                text.parse().map_err(|_| format!("a whole number from 0 to {} is expected", <$number>::MAX))
            }
            fn written(&self) -> String {
                self.to_string()
            }
        }
    )*};
}
numbers!(u16, u32, u64, usize);

impl Written for Option<i32> {
    fn read(text: &str) -> Result<Self, String> {
        let number: i32 = text.parse().map_err(|_| format!("bytes are expected, at most {}", i32::MAX))?;
        match number {
            0 => Ok(None),
            1.. => Ok(Some(number)),
            ..0 => Err("a number of bytes is not negative".into()),
        }
    }
    fn written(&self) -> String {
        self.unwrap_or(0).to_string()
    }
}

impl Written for Duration {
    fn read(text: &str) -> Result<Self, String> {
        humantime::parse_duration(text)
            .map_err(|_| "a time with its unit is expected: 500ms, 20s, 10m, 4h".into())
    }
    fn written(&self) -> String {
        humantime::format_duration(*self).to_string()
    }
}

impl Written for String {
    fn read(text: &str) -> Result<Self, String> {
        Ok(text.into())
    }
    fn written(&self) -> String {
        self.clone()
    }
}

impl Written for Option<PathBuf> {
    fn read(text: &str) -> Result<Self, String> {
        Ok((!text.is_empty()).then(|| text.into()))
    }
    fn written(&self) -> String {
        self.as_ref().map(|path| path.display().to_string()).unwrap_or_default()
    }
}

/// What may stand in a list with commas.
pub(super) trait Listed: Sized + Display {
    /// Reads one; the error says what is expected.
    fn read_one(text: &str) -> Result<Self, String>;
}

impl<T: Listed> Written for Vec<T> {
    fn read(text: &str) -> Result<Self, String> {
        text.split(',').map(str::trim).filter(|item| !item.is_empty()).map(T::read_one).collect()
    }
    fn written(&self) -> String {
        self.iter().map(ToString::to_string).collect::<Vec<_>>().join(",")
    }
}

impl Listed for IpAddr {
    fn read_one(text: &str) -> Result<Self, String> {
        let text = text.trim_start_matches('[').trim_end_matches(']');
        text.parse().map_err(|_| format!("`{text}` is no IP address, such as 127.0.0.1 or ::1"))
    }
}

impl Listed for IpNet {
    fn read_one(text: &str) -> Result<Self, String> {
        let one = || text.parse::<IpAddr>().map(IpNet::from);
        text.parse().or_else(|_| one()).map_err(|_| format!("`{text}` is no network, such as 10.0.0.0/8"))
    }
}

/// What a browser calls a site: scheme, host and port, as the header Origin spells it (RFC 6454 section 7).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin(String);

impl Origin {
    /// `https://sockets.example`.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// `sockets.example`, as the header Host spells it.
    pub fn host(&self) -> &str {
        self.0.split_once("://").map_or("", |(_, host)| host)
    }
}

impl Display for Origin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl Listed for Origin {
    fn read_one(text: &str) -> Result<Self, String> {
        let text = text.trim_end_matches('/').to_ascii_lowercase();
        let host = text.strip_prefix("http://").or_else(|| text.strip_prefix("https://"));
        match host {
            Some(host) if !host.is_empty() && !host.contains(['/', '@', '?', '#', ' ']) => Ok(Self(text)),
            _ => Err(format!(
                "`{text}` is no origin, such as https://sockets.example or http://192.0.2.7:8080"
            )),
        }
    }
}

/// A secret, which is never shown.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Of this text.
    ///
    /// # Errors
    /// If it is too short to be one, or longer than a hello carries.
    pub fn new(text: &str) -> Result<Self, String> {
        let text = text.trim();
        match text.len() {
            8..=256 => Ok(Self(text.into())),
            _ => Err("an access token has 8 to 256 characters".into()),
        }
    }

    /// Whether this is it, in a time that does not depend on how much of it is right.
    pub fn is(&self, text: &str) -> bool {
        use subtle::ConstantTimeEq as _;
        self.0.as_bytes().ct_eq(text.as_bytes()).into()
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret")
    }
}

impl Written for Option<Secret> {
    fn read(text: &str) -> Result<Self, String> {
        if text.is_empty() { Ok(None) } else { Secret::new(text).map(Some) }
    }
    fn written(&self) -> String {
        if self.is_some() { "(set)" } else { "" }.into()
    }
}

/// Where Prometheus asks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Metrics {
    /// On loopback, at the standard port if it is free.
    #[default]
    Auto,
    /// There.
    At(SocketAddr),
    /// Nowhere.
    Off,
}

impl Written for Metrics {
    fn read(text: &str) -> Result<Self, String> {
        match text {
            "auto" => Ok(Self::Auto),
            "off" => Ok(Self::Off),
            port if port.parse::<u16>().is_ok() => {
                Ok(Self::At((Ipv4Addr::LOCALHOST, port.parse().unwrap_or_default()).into()))
            }
            other => other.parse().map(Self::At).map_err(|_| {
                "auto, off, a port (9464) or an address with a port (192.0.2.7:9464) is expected".into()
            }),
        }
    }
    fn written(&self) -> String {
        match self {
            Self::Auto => "auto".into(),
            Self::Off => "off".into(),
            Self::At(address) => address.to_string(),
        }
    }
}

impl Written for bool {
    fn read(text: &str) -> Result<Self, String> {
        match text {
            "yes" | "true" => Ok(true),
            "no" | "false" => Ok(false),
            _ => Err("yes or no is expected".into()),
        }
    }
    fn written(&self) -> String {
        if *self { "yes" } else { "no" }.into()
    }
}

/// One of a few words.
macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$of:meta])* $variant:ident = $word:literal),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum $name {
            $($(#[$of])* $variant,)*
        }

        impl $name {
            /// Its word.
            pub const fn word(self) -> &'static str {
                match self {
                    $(Self::$variant => $word,)*
                }
            }
        }

        impl Written for $name {
            fn read(text: &str) -> Result<Self, String> {
                match text {
                    $($word => Ok(Self::$variant),)*
                    _ => Err(format!("one of these is expected: {}", [$($word),*].join(", "))),
                }
            }
            fn written(&self) -> String {
                self.word().into()
            }
        }
    };
}

words! {
    /// Where a proxy says whom it asks for.
    ProxyHeader {
        /// `X-Forwarded-For`.
        XForwardedFor = "x-forwarded-for",
        /// `Forwarded` (RFC 7239).
        Forwarded = "forwarded",
    }
}

words! {
    /// How log lines are written.
    LogFormat {
        /// For people.
        Text = "text",
        /// For programs.
        Json = "json",
    }
}

words! {
    /// How labs are kept apart.
    LabMode {
        /// The best of the others that this machine offers.
        Auto = "auto",
        /// Namespaces of an ordinary user, TUN devices.
        NamespacesTun = "namespaces-tun",
        /// The same with veth pairs.
        NamespacesVeth = "namespaces-veth",
        /// Namespaces made with privilege, TUN devices.
        PrivilegedTun = "privileged-tun",
        /// The same with veth pairs.
        PrivilegedVeth = "privileged-veth",
        /// One host's loopback, with an owner table.
        Loopback = "loopback",
        /// No live runs.
        Off = "none",
    }
}

#[expect(clippy::derivable_impls, reason = "the macro writes the variants")]
impl Default for LabMode {
    fn default() -> Self {
        Self::Auto
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_read_and_wrong_ones_are_told_with_an_example() {
        assert_eq!(Duration::read("1m 30s").unwrap(), Duration::from_secs(90));
        assert!(Duration::read("90").unwrap_err().contains("20s"));
        assert_eq!(u16::read("65536").unwrap_err(), "a whole number from 0 to 65535 is expected");
        assert_eq!(Metrics::read("9464").unwrap(), Metrics::At("127.0.0.1:9464".parse().unwrap()));
        assert!(Metrics::read("everywhere").is_err());
        let listen = Vec::<IpAddr>::read("127.0.0.1, [::1]").unwrap();
        assert_eq!(listen.written(), "127.0.0.1,::1");
        assert!(LogFormat::read("xml").unwrap_err().contains("text, json"));
        assert_eq!(Vec::<IpNet>::read("10.0.0.0/8,192.0.2.1").unwrap().written(), "10.0.0.0/8,192.0.2.1/32");
    }

    #[test]
    fn an_origin_is_a_scheme_and_a_host_and_nothing_else() {
        let read = |text| Origin::read_one(text).map(|origin| origin.host().to_owned());
        assert_eq!(read("https://Sockets.Example/").unwrap(), "sockets.example");
        for wrong in ["sockets.example", "https://", "https://a/b", "https://u@a", "ftp://a"] {
            assert!(read(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_secret_is_never_shown_and_must_be_whole() {
        let secret = Option::<Secret>::read("correct horse\n").unwrap();
        assert_eq!(secret.written(), "(set)");
        let secret = secret.unwrap();
        assert!(!format!("{secret:?}").contains("horse"));
        assert!(secret.is("correct horse") && !secret.is("correct") && !secret.is(""));
        assert!(Secret::new("short").is_err());
    }
}
