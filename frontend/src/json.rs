//! Reads a figure's specification from JSON, in little code.
//!
//! A page may load only so much before its figures move, and most of what an ordinary deserialiser brings is messages
//! about mistakes. Here there is one: that it is no specification. `site` has written the text from the same types, so a
//! mistake means that page and module are of different builds. A structure is read from an object only, never from a list.

use std::borrow::Cow;
use std::fmt;

use serde::de::{
    self, DeserializeOwned, DeserializeSeed, Deserializer, EnumAccess, IntoDeserializer, MapAccess,
    SeqAccess, Unexpected, VariantAccess, Visitor,
};
use serde::forward_to_deserialize_any;

/// The text is no JSON, or not of the type that was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mismatch;

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("this is no specification of a figure; reload the page to have both from one build")
    }
}
impl std::error::Error for Mismatch {}

impl de::Error for Mismatch {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Self
    }
    // Each of these would write a message otherwise.
    fn invalid_type(_: Unexpected<'_>, _: &dyn de::Expected) -> Self {
        Self
    }
    fn invalid_value(_: Unexpected<'_>, _: &dyn de::Expected) -> Self {
        Self
    }
    fn invalid_length(_: usize, _: &dyn de::Expected) -> Self {
        Self
    }
    fn unknown_variant(_: &str, _: &'static [&'static str]) -> Self {
        Self
    }
    fn unknown_field(_: &str, _: &'static [&'static str]) -> Self {
        Self
    }
    fn missing_field(_: &'static str) -> Self {
        Self
    }
    fn duplicate_field(_: &'static str) -> Self {
        Self
    }
}

/// The value that the text stands for.
///
/// # Errors
/// If it stands for none.
pub fn read<T: DeserializeOwned>(text: &str) -> Result<T, Mismatch> {
    let mut reader = Reader { text, at: 0, depth: 0 };
    let value = T::deserialize(&mut reader)?;
    if reader.peek().is_none() { Ok(value) } else { Err(Mismatch) }
}

/// Deeper than any specification, and shallow enough for any stack.
const MAX_DEPTH: u32 = 64;

struct Reader<'de> {
    text: &'de str,
    at: usize,
    depth: u32,
}

impl<'de> Reader<'de> {
    /// The next byte that is no white space.
    fn peek(&mut self) -> Option<u8> {
        let bytes = self.text.as_bytes();
        while matches!(bytes.get(self.at), Some(b' ' | b'\n' | b'\r' | b'\t')) {
            self.at += 1;
        }
        bytes.get(self.at).copied()
    }

    /// Take this byte if it is next.
    fn take(&mut self, byte: u8) -> bool {
        let is = self.peek() == Some(byte);
        self.at += usize::from(is);
        is
    }

    fn expect(&mut self, byte: u8) -> Result<(), Mismatch> {
        if self.take(byte) { Ok(()) } else { Err(Mismatch) }
    }

    fn word(&mut self, word: &str) -> bool {
        self.peek();
        let is = self.text[self.at..].starts_with(word);
        self.at += if is { word.len() } else { 0 };
        is
    }

    fn integer(&mut self) -> Result<i64, Mismatch> {
        self.peek();
        let rest = &self.text[self.at..];
        let len = rest.bytes().take_while(|b| matches!(b, b'0'..=b'9' | b'-')).count();
        self.at += len;
        rest[..len].parse().map_err(|_| Mismatch)
    }

    fn string(&mut self) -> Result<Cow<'de, str>, Mismatch> {
        self.expect(b'"')?;
        let mut whole: Cow<'de, str> = Cow::Borrowed("");
        loop {
            let rest = &self.text[self.at..];
            let len = rest.find(['"', '\\']).ok_or(Mismatch)?;
            let (piece, end) = (&rest[..len], rest.as_bytes()[len]);
            self.at += len + 1;
            if end == b'"' && whole.is_empty() {
                return Ok(Cow::Borrowed(piece));
            }
            whole.to_mut().push_str(piece);
            if end == b'"' {
                return Ok(whole);
            }
            let escaped = self.escape()?;
            whole.to_mut().push(escaped);
        }
    }

    /// What follows a backslash.
    fn escape(&mut self) -> Result<char, Mismatch> {
        let kind = *self.text.as_bytes().get(self.at).ok_or(Mismatch)?;
        self.at += 1;
        Ok(match kind {
            b'n' => '\n',
            b't' => '\t',
            b'r' => '\r',
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'"' | b'\\' | b'/' => char::from(kind),
            b'u' => match self.four_digits()? {
                high @ 0xd800..0xdc00 => {
                    let low = if self.word("\\u") { self.four_digits()? } else { 0 };
                    let low = low.checked_sub(0xdc00).filter(|low| *low < 0x400).ok_or(Mismatch)?;
                    char::from_u32(0x1_0000 + ((high - 0xd800) << 10) + low).ok_or(Mismatch)?
                }
                code => char::from_u32(code).ok_or(Mismatch)?,
            },
            _ => return Err(Mismatch),
        })
    }

    fn four_digits(&mut self) -> Result<u32, Mismatch> {
        let digits = self.text.get(self.at..self.at + 4).ok_or(Mismatch)?;
        self.at += 4;
        u32::from_str_radix(digits, 16).map_err(|_| Mismatch)
    }

    fn inside<T>(&mut self, f: impl FnOnce(&mut Self) -> Result<T, Mismatch>) -> Result<T, Mismatch> {
        if self.depth == MAX_DEPTH {
            return Err(Mismatch);
        }
        self.depth += 1;
        let value = f(self);
        self.depth -= 1;
        value
    }

    fn list<V: Visitor<'de>>(&mut self, visitor: V) -> Result<V::Value, Mismatch> {
        self.expect(b'[')?;
        self.inside(|reader| {
            let value = visitor.visit_seq(Items { reader, first: true })?;
            reader.expect(b']')?;
            Ok(value)
        })
    }

    fn object<V: Visitor<'de>>(&mut self, visitor: V) -> Result<V::Value, Mismatch> {
        self.expect(b'{')?;
        self.inside(|reader| {
            let value = visitor.visit_map(Items { reader, first: true })?;
            reader.expect(b'}')?;
            Ok(value)
        })
    }
}

/// The items of a list, or the entries of an object.
struct Items<'a, 'de> {
    reader: &'a mut Reader<'de>,
    first: bool,
}

impl Items<'_, '_> {
    /// Whether there is another one before `end`.
    fn another(&mut self, end: u8) -> Result<bool, Mismatch> {
        if self.reader.peek() == Some(end) {
            return Ok(false);
        }
        if !std::mem::take(&mut self.first) {
            self.reader.expect(b',')?;
        }
        Ok(true)
    }
}

impl<'de> SeqAccess<'de> for Items<'_, 'de> {
    type Error = Mismatch;
    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Mismatch> {
        if self.another(b']')? { seed.deserialize(&mut *self.reader).map(Some) } else { Ok(None) }
    }
}

impl<'de> MapAccess<'de> for Items<'_, 'de> {
    type Error = Mismatch;
    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Mismatch> {
        if self.another(b'}')? { seed.deserialize(&mut *self.reader).map(Some) } else { Ok(None) }
    }
    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Mismatch> {
        self.reader.expect(b':')?;
        seed.deserialize(&mut *self.reader)
    }
}

macro_rules! integers {
    ($($method:ident)*) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mismatch> {
            visitor.visit_i64(self.integer()?)
        }
    )*};
}

macro_rules! strings {
    ($($method:ident)*) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mismatch> {
            visitor.visit_str(&self.string()?)
        }
    )*};
}

impl<'de> Deserializer<'de> for &mut Reader<'de> {
    type Error = Mismatch;

    integers! { deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64 deserialize_u8 deserialize_u16 deserialize_u32 deserialize_u64 }
    strings! { deserialize_str deserialize_string deserialize_char deserialize_identifier }
    forward_to_deserialize_any! { i128 u128 f32 f64 bytes byte_buf }

    /// For types that take several forms.
    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mismatch> {
        match self.peek().ok_or(Mismatch)? {
            b'"' => visitor.visit_str(&self.string()?),
            b'{' => self.object(visitor),
            b'[' => self.list(visitor),
            b'0'..=b'9' | b'-' => visitor.visit_i64(self.integer()?),
            b'n' => self.deserialize_unit(visitor),
            _ => self.deserialize_bool(visitor),
        }
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mismatch> {
        let yes = self.word("true");
        if yes || self.word("false") { visitor.visit_bool(yes) } else { Err(Mismatch) }
    }

    fn deserialize_unit<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mismatch> {
        if self.word("null") { visitor.visit_unit() } else { Err(Mismatch) }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mismatch> {
        if self.word("null") { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(self, _: &str, visitor: V) -> Result<V::Value, Mismatch> {
        self.deserialize_unit(visitor)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &str, visitor: V) -> Result<V::Value, Mismatch> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mismatch> {
        self.list(visitor)
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Mismatch> {
        self.list(visitor)
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _: &str,
        _: usize,
        visitor: V,
    ) -> Result<V::Value, Mismatch> {
        self.list(visitor)
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mismatch> {
        self.object(visitor)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &str,
        _: &[&str],
        visitor: V,
    ) -> Result<V::Value, Mismatch> {
        self.object(visitor)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &str,
        _: &[&str],
        visitor: V,
    ) -> Result<V::Value, Mismatch> {
        if self.peek() == Some(b'"') {
            let name = self.string()?;
            return visitor.visit_enum(IntoDeserializer::<Mismatch>::into_deserializer(&*name));
        }
        self.expect(b'{')?;
        self.inside(|reader| {
            let value = visitor.visit_enum(Variant { reader })?;
            reader.expect(b'}')?;
            Ok(value)
        })
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mismatch> {
        self.deserialize_any(visitor)
    }
}

/// `"variant": value`.
struct Variant<'a, 'de> {
    reader: &'a mut Reader<'de>,
}

impl<'a, 'de> EnumAccess<'de> for Variant<'a, 'de> {
    type Error = Mismatch;
    type Variant = &'a mut Reader<'de>;
    fn variant_seed<V: DeserializeSeed<'de>>(self, seed: V) -> Result<(V::Value, Self::Variant), Mismatch> {
        let name = seed.deserialize(&mut *self.reader)?;
        self.reader.expect(b':')?;
        Ok((name, self.reader))
    }
}

impl<'de> VariantAccess<'de> for &mut Reader<'de> {
    type Error = Mismatch;
    fn unit_variant(self) -> Result<(), Mismatch> {
        if self.word("null") { Ok(()) } else { Err(Mismatch) }
    }
    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<T::Value, Mismatch> {
        seed.deserialize(self)
    }
    fn tuple_variant<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Mismatch> {
        self.list(visitor)
    }
    fn struct_variant<V: Visitor<'de>>(self, _: &[&str], visitor: V) -> Result<V::Value, Mismatch> {
        self.object(visitor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    use serde::{Deserialize, Serialize};

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    #[serde(rename_all = "snake_case", deny_unknown_fields)]
    enum Shape {
        Nothing,
        One(u32),
        Two(i32, String),
        Named {
            text: String,
            #[serde(default, skip_serializing_if = "Option::is_none")]
            more: Option<Box<Shape>>,
        },
        Many(Vec<Shape>),
        Table(BTreeMap<String, bool>),
        Address(std::net::SocketAddr),
        Unit(()),
    }

    fn shapes() -> Vec<Shape> {
        let named = |text: &str, more| Shape::Named { text: text.into(), more: Option::map(more, Box::new) };
        vec![
            Shape::Nothing,
            Shape::One(u32::MAX),
            Shape::Two(-7, "a \"quoted\"\\ line\n\ttab\u{1}é\u{2028}🦀".into()),
            named("", None),
            named("x", Some(named("</script>", Some(Shape::Nothing)))),
            Shape::Many(vec![]),
            Shape::Many(vec![Shape::One(0), Shape::Many(vec![Shape::Nothing]), Shape::Unit(())]),
            Shape::Table([("a".into(), true), ("b\n".into(), false)].into()),
            Shape::Address("10.0.0.2:7000".parse().expect("an address")),
        ]
    }

    #[test]
    fn what_serde_json_writes_is_read_as_it_was() {
        for shape in shapes() {
            let text = serde_json::to_string(&shape).expect("JSON");
            assert_eq!(read::<Shape>(&text).as_ref(), Ok(&shape), "{text}");
            let pretty = serde_json::to_string_pretty(&shape).expect("JSON");
            assert_eq!(read::<Shape>(&pretty).as_ref(), Ok(&shape), "{pretty}");
            let safe = text.replace('<', "\\u003c");
            assert_eq!(read::<Shape>(&safe), Ok(shape), "{safe}");
        }
        assert_eq!(read::<String>("\"\\ud83e\\udd80\\/\""), Ok("🦀/".into()));
    }

    #[test]
    fn what_serde_json_refuses_is_refused() {
        let bad = [
            "",
            "{",
            "[1",
            "{\"one\":}",
            "{\"one\":-1}",
            "{\"one\":1}x",
            "{\"none\":1}",
            "\"one\"",
            "{\"named\":{}}",
            "{\"named\":{\"text\":\"\",\"other\":1}}",
            "{\"many\":[1,]}",
            "\"\\q\"",
            "{\"two\":[1,\"a\",2]}",
            "{\"named\":{\"text\":\"\\ud800\"}}",
            "{\"one\":99999999999}",
            "é",
            "\"a",
        ];
        for text in bad {
            assert!(serde_json::from_str::<Shape>(text).is_err(), "{text}");
            assert_eq!(read::<Shape>(text), Err(Mismatch), "{text}");
        }
        let deep = "{\"many\":[".repeat(1_000_000);
        assert_eq!(read::<Shape>(&deep), Err(Mismatch));
    }

    #[test]
    fn no_text_whatever_panics() {
        let whole = serde_json::to_string(&shapes()).expect("JSON");
        for end in (0..whole.len()).filter(|end| whole.is_char_boundary(*end)) {
            assert_eq!(read::<Vec<Shape>>(&whole[..end]), Err(Mismatch));
            let _ = read::<Vec<Shape>>(&whole[end..]);
        }
    }
}
