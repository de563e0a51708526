//! Immutable bytes that are cheap to copy and to slice.

use std::fmt;
use std::ops::{Deref, Range};
use std::sync::Arc;

/// Immutable bytes: a window on a shared buffer, of at most 4 GiB. Cloning and slicing copy no byte.
///
/// Its JSON form is a string where the bytes are UTF-8 without control characters other than line ends and tabs, else
/// `{"hex": "00ff"}`; `{"repeat": "ab", "count": 3}` is read as `ababab`. In binary formats it is a byte string.
#[derive(Clone, Default)]
pub struct Bytes {
    /// None where there is no byte.
    buffer: Option<Arc<[u8]>>,
    start: u32,
    len: u32,
}

impl Bytes {
    /// No bytes.
    pub const fn new() -> Self {
        Self { buffer: None, start: 0, len: 0 }
    }

    /// How many.
    pub const fn len(&self) -> usize {
        self.len as usize
    }

    /// Whether there is none.
    pub const fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The bytes in `range`, counted from the start of `self`.
    ///
    /// # Panics
    /// If the range ends behind the end or is reversed, as slices do.
    #[must_use]
    pub fn slice(&self, range: Range<usize>) -> Self {
        assert!(range.start <= range.end && range.end <= self.len(), "{range:?} of {} bytes", self.len());
        if range.is_empty() {
            return Self::new();
        }
        // What is within a length is no larger than it.
        let (start, len) = (self.start + range.start as u32, range.len() as u32);
        Self { buffer: self.buffer.clone(), start, len }
    }
}

impl Deref for Bytes {
    type Target = [u8];
    fn deref(&self) -> &[u8] {
        match &self.buffer {
            Some(buffer) => &buffer[self.start as usize..][..self.len as usize],
            None => &[],
        }
    }
}

impl From<Arc<[u8]>> for Bytes {
    fn from(buffer: Arc<[u8]>) -> Self {
        let len = u32::try_from(buffer.len()).expect("a program's buffer is smaller than 4 GiB");
        Self { buffer: Some(buffer).filter(|_| len > 0), start: 0, len }
    }
}

impl From<Vec<u8>> for Bytes {
    fn from(bytes: Vec<u8>) -> Self {
        Arc::<[u8]>::from(bytes).into()
    }
}

impl From<&[u8]> for Bytes {
    fn from(bytes: &[u8]) -> Self {
        Arc::<[u8]>::from(bytes).into()
    }
}

impl From<&str> for Bytes {
    fn from(text: &str) -> Self {
        text.as_bytes().into()
    }
}

impl PartialEq for Bytes {
    fn eq(&self, other: &Self) -> bool {
        self[..] == other[..]
    }
}
impl Eq for Bytes {}

impl std::hash::Hash for Bytes {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self[..].hash(state);
    }
}

/// As Python writes a `bytes` literal, cut after 32 bytes with the whole length behind.
impl fmt::Debug for Bytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const SHOWN: usize = 32;
        write!(f, "b\"{}\"", self[..self.len().min(SHOWN)].escape_ascii())?;
        if self.len() > SHOWN { write!(f, "... {} bytes", self.len()) } else { Ok(()) }
    }
}

#[cfg(feature = "serde")]
mod text {
    use std::fmt;

    use super::Bytes;
    use serde::de::{Deserialize, Deserializer, Error, MapAccess, Visitor};
    use serde::ser::{Serialize, SerializeMap, Serializer};

    /// A `repeat` may not make more than this many bytes.
    const MAX_REPEATED: usize = 16 << 20;

    fn printable(text: &str) -> bool {
        text.chars().all(|c| !c.is_control() || matches!(c, '\n' | '\r' | '\t'))
    }

    fn hex(bytes: &[u8]) -> String {
        use std::fmt::Write as _;
        bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut s, b| {
            let _ = write!(s, "{b:02x}");
            s
        })
    }

    fn unhex(text: &str) -> Option<Vec<u8>> {
        let digit = |c: u8| char::from(c).to_digit(16);
        let pairs = text.as_bytes().chunks(2);
        pairs.map(|p| Some((digit(p[0])? * 16 + digit(*p.get(1)?)?) as u8)).collect()
    }

    impl Serialize for Bytes {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            if !serializer.is_human_readable() {
                return serde_bytes::Bytes::new(self).serialize(serializer);
            }
            match std::str::from_utf8(self) {
                Ok(text) if printable(text) => serializer.serialize_str(text),
                _ => {
                    let mut map = serializer.serialize_map(Some(1))?;
                    map.serialize_entry("hex", &hex(self))?;
                    map.end()
                }
            }
        }
    }

    impl<'de> Deserialize<'de> for Bytes {
        fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            if !deserializer.is_human_readable() {
                return Ok(serde_bytes::ByteBuf::deserialize(deserializer)?.into_vec().into());
            }
            deserializer.deserialize_any(Form)
        }
    }

    /// The readable forms. By hand: an untagged enum would bring a buffer for any value whatever.
    struct Form;

    impl<'de> Visitor<'de> for Form {
        type Value = Bytes;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a string, `{\"hex\": ...}` or `{\"repeat\": ..., \"count\": ...}`")
        }

        fn visit_str<E: Error>(self, text: &str) -> Result<Bytes, E> {
            Ok(text.into())
        }

        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Bytes, A::Error> {
            let (mut digits, mut repeat, mut count) = (None::<String>, None::<String>, None::<usize>);
            while let Some(key) = map.next_key::<String>()? {
                match &*key {
                    "hex" => digits = Some(map.next_value()?),
                    "repeat" => repeat = Some(map.next_value()?),
                    "count" => count = Some(map.next_value()?),
                    _ => return Err(A::Error::unknown_field(&key, &["hex", "repeat", "count"])),
                }
            }
            match (digits, repeat, count) {
                (Some(digits), None, None) => {
                    let bytes =
                        unhex(&digits).ok_or_else(|| A::Error::custom("hex: two digits 0-9, a-f a byte"))?;
                    Ok(bytes.into())
                }
                (None, Some(repeat), Some(count)) if repeat.len().saturating_mul(count) <= MAX_REPEATED => {
                    Ok(repeat.repeat(count).as_str().into())
                }
                (None, Some(_), Some(_)) => {
                    Err(A::Error::custom(format_args!("repeat: at most {MAX_REPEATED} bytes in all")))
                }
                _ => Err(A::Error::custom("either `hex`, or `repeat` and `count`")),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Bytes;

    #[test]
    fn a_slice_of_a_slice_counts_from_its_own_start() {
        let bytes = Bytes::from("0123456789").slice(2..8);
        assert_eq!(&bytes.slice(1..3)[..], b"34");
        assert_eq!(bytes.len(), 6);
    }

    #[cfg(feature = "serde")]
    #[test]
    fn json_is_text_where_it_can_be_and_hex_elsewhere() {
        let json = |b: &[u8]| serde_json::to_string(&Bytes::from(b)).unwrap();
        assert_eq!(json(b"hello\n"), r#""hello\n""#);
        assert_eq!(json(&[0, 255]), r#"{"hex":"00ff"}"#);
        let read = |t: &str| serde_json::from_str::<Bytes>(t);
        assert_eq!(read(r#"{"repeat":"ab","count":3}"#).unwrap(), Bytes::from("ababab"));
        assert_eq!(read(r#"{"hex":"00ff"}"#).unwrap(), Bytes::from(&[0, 255][..]));
        assert!(read(r#"{"hex":"0"}"#).is_err());
        assert!(read(r#"{"hex":"zz"}"#).is_err());
        assert!(read(r#"{"repeat":"ab","count":99999999999}"#).is_err());
    }
}
