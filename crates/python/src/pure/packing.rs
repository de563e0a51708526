//! The language of `struct`: C's types as bytes.

use num_bigint::BigInt;
use num_traits::ToPrimitive;

use super::error::{Error, Kind, Result, within};
use super::half;
use super::int_bytes::{Order, from_bytes};
use super::int_math::to_float;

/// One type of a format, with its size, and for `s` and `p` the length of the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Field {
    code: u8,
    /// How many values, or how many bytes of one value for `s` and `p`.
    count: usize,
    size: usize,
    /// Bytes of nothing before it.
    gap: usize,
}

/// A format that was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layout {
    fields: Vec<Field>,
    order: Order,
    native: bool,
    size: usize,
}

/// A value to be packed. For `?` the caller gives the truth of the object.
#[derive(Clone, Debug, PartialEq)]
pub enum Item {
    /// What has an integer value.
    Int(BigInt),
    /// A floating-point number.
    Float(f64),
    /// A truth, for `?`.
    Bool(bool),
    /// Bytes or a bytearray.
    Bytes(Vec<u8>),
    /// Anything else, which is refused.
    Other,
}

/// A value that was unpacked.
#[derive(Clone, Debug, PartialEq)]
pub enum Unpacked {
    /// A whole number.
    Int(BigInt),
    /// A floating-point number.
    Float(f64),
    /// A truth.
    Bool(bool),
    /// Bytes.
    Bytes(Vec<u8>),
}

fn failed(message: impl Into<String>) -> Error {
    Error::new(Kind::Struct, message)
}

/// The size of a code, natively (as on 64-bit Linux) or by the standard; 0 if there is none.
const fn size_of(code: u8, native: bool) -> usize {
    match code {
        b'x' | b'c' | b'b' | b'B' | b'?' | b's' | b'p' => 1,
        b'h' | b'H' | b'e' => 2,
        b'i' | b'I' | b'f' => 4,
        b'l' | b'L' if !native => 4,
        b'l' | b'L' | b'q' | b'Q' | b'd' => 8,
        b'n' | b'N' | b'P' if native => 8,
        _ => 0,
    }
}

impl Layout {
    /// Reads a format.
    ///
    /// # Errors
    /// `struct.error` if it is none.
    pub fn parse(format: &[u8]) -> Result<Self> {
        let (native, order, rest) = match format {
            [b'@', rest @ ..] => (true, Order::Little, rest),
            [b'=' | b'<', rest @ ..] => (false, Order::Little, rest),
            [b'>' | b'!', rest @ ..] => (false, Order::Big, rest),
            rest => (true, Order::Little, rest),
        };
        let mut layout = Self { fields: Vec::new(), order, native, size: 0 };
        let mut count: Option<usize> = None;
        let too_long = || failed("total struct size too long");
        for byte in rest {
            match byte {
                b'0'..=b'9' => {
                    let n = count
                        .unwrap_or(0)
                        .checked_mul(10)
                        .and_then(|n| n.checked_add(usize::from(byte - b'0')));
                    count = Some(n.filter(|n| *n <= i64::MAX as usize).ok_or_else(too_long)?);
                }
                _ if super::numerals::is_space_byte(*byte) && count.is_none() => {}
                code => layout.add(*code, count.take().unwrap_or(1))?,
            }
        }
        if count.is_some() {
            return Err(failed("repeat count given without format specifier"));
        }
        Ok(layout)
    }

    fn add(&mut self, code: u8, count: usize) -> Result<()> {
        let size = size_of(code, self.native);
        if size == 0 {
            return Err(failed("bad char in struct format"));
        }
        let gap = if self.native { self.size.next_multiple_of(size) - self.size } else { 0 };
        let bytes =
            size.checked_mul(count).and_then(|n| n.checked_add(gap)).and_then(|n| n.checked_add(self.size));
        self.size =
            bytes.filter(|n| *n <= i64::MAX as usize).ok_or_else(|| failed("total struct size too long"))?;
        self.fields.push(Field { code, count, size, gap });
        Ok(())
    }

    /// `calcsize`: how many bytes it takes.
    pub const fn size(&self) -> usize {
        self.size
    }

    /// How many values it takes.
    pub fn len(&self) -> usize {
        self.fields.iter().map(|field| field.values()).fold(0, usize::saturating_add)
    }

    /// Whether it takes no value.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The code of each value, so that the caller knows where the truth of an object is asked for (`?`).
    pub fn codes(&self) -> impl Iterator<Item = char> + '_ {
        self.fields.iter().flat_map(|field| std::iter::repeat_n(char::from(field.code), field.values()))
    }

    /// `pack(format, *items)`.
    ///
    /// # Errors
    /// `struct.error` if a value does not fit, `OverflowError` for a float that does not, `MemoryError` if the result is
    /// longer than `limit` bytes.
    pub fn pack(&self, items: &[Item], limit: usize) -> Result<Vec<u8>> {
        within(self.size, limit)?;
        if items.len() != self.len() {
            return Err(failed(format!(
                "pack expected {} items for packing (got {})",
                self.len(),
                items.len()
            )));
        }
        let (mut out, mut items) = (Vec::with_capacity(self.size), items.iter());
        for field in &self.fields {
            out.resize(out.len() + field.gap, 0);
            if field.code == b'x' {
                out.resize(out.len() + field.count, 0);
                continue;
            }
            for item in items.by_ref().take(field.values()) {
                self.pack_one(*field, item, &mut out)?;
            }
        }
        Ok(out)
    }

    fn pack_one(&self, field: Field, item: &Item, out: &mut Vec<u8>) -> Result<()> {
        match field.code {
            b'c' => match item {
                Item::Bytes(bytes) if bytes.len() == 1 => out.push(bytes[0]),
                _ => return Err(failed("char format requires a bytes object of length 1")),
            },
            b's' | b'p' => {
                let Item::Bytes(bytes) = item else {
                    return Err(failed(format!(
                        "argument for '{}' must be a bytes object",
                        char::from(field.code)
                    )));
                };
                let end = out.len() + field.count;
                let room = if field.code == b'p' { field.count.saturating_sub(1) } else { field.count };
                if field.code == b'p' && field.count > 0 {
                    out.push(bytes.len().min(room).min(255) as u8);
                }
                out.extend_from_slice(&bytes[..bytes.len().min(room)]);
                out.resize(end, 0);
            }
            b'?' => out.push(u8::from(matches!(item, Item::Bool(true)))),
            b'e' | b'f' | b'd' => {
                let value = match item {
                    Item::Float(value) => Some(*value),
                    Item::Int(n) => to_float(n).ok(),
                    _ => None,
                };
                let value = value.ok_or_else(|| failed("required argument is not a float"))?;
                let bytes = self.float(field.code, value);
                let whole = matches!(item, Item::Int(_));
                self.put(
                    &bytes.map_err(|e| if whole { failed("int too large to convert") } else { e })?,
                    out,
                );
            }
            code => {
                let Item::Int(n) = item else { return Err(failed("required argument is not an integer")) };
                self.check(code, n)?;
                let mut bytes = n.to_signed_bytes_le();
                bytes.resize(field.size, if n.sign() == num_bigint::Sign::Minus { 0xFF } else { 0 });
                self.put(&bytes, out);
            }
        }
        Ok(())
    }

    /// Bytes in little order, in the order of the format.
    fn put(&self, bytes: &[u8], out: &mut Vec<u8>) {
        match self.order {
            Order::Little => out.extend_from_slice(bytes),
            Order::Big => out.extend(bytes.iter().rev()),
        }
    }

    fn float(&self, code: u8, value: f64) -> Result<Vec<u8>> {
        let too_large = |fits: bool| {
            let says = format!("float too large to pack with {} format", char::from(code));
            if fits || !value.is_finite() { Ok(()) } else { Err(Error::overflow(says)) }
        };
        Ok(match code {
            b'e' => {
                let bits = half::from_f64(value);
                too_large(bits & 0x7C00 != 0x7C00)?;
                bits.to_le_bytes().to_vec()
            }
            b'f' => {
                // Natively C converts, to infinity if need be.
                too_large(self.native || (value as f32).is_finite())?;
                (value as f32).to_le_bytes().to_vec()
            }
            _ => value.to_le_bytes().to_vec(),
        })
    }

    /// Whether a number fits its type, with the sentence that CPython has for each.
    fn check(&self, code: u8, n: &BigInt) -> Result<()> {
        let (out_of_range, too_large) =
            (|| failed("argument out of range"), || failed("int too large to convert"));
        // What is not in the machine's own order goes through other functions of CPython, with other sentences.
        let foreign = self.order == Order::Big;
        let (name, least, most) = match code {
            b'b' => ("byte", i64::from(i8::MIN), i64::from(i8::MAX)),
            b'B' => ("ubyte", 0, i64::from(u8::MAX)),
            b'h' => (if foreign { "'h'" } else { "short" }, i64::from(i16::MIN), i64::from(i16::MAX)),
            b'H' => (if foreign { "'H'" } else { "ushort" }, 0, i64::from(u16::MAX)),
            b'q' if foreign => return n.to_i64().map(|_| ()).ok_or_else(too_large),
            b'Q' if foreign => return n.to_u64().map(|_| ()).ok_or_else(too_large),
            b'i' => ("'i'", i64::from(i32::MIN), i64::from(i32::MAX)),
            b'l' if !self.native => ("'l'", i64::from(i32::MIN), i64::from(i32::MAX)),
            b'I' => ("'I'", 0, i64::from(u32::MAX)),
            b'L' if !self.native => ("'L'", 0, i64::from(u32::MAX)),
            b'Q' | b'L' | b'N' => return n.to_u64().map(|_| ()).ok_or_else(out_of_range),
            b'P' => {
                let fits = n.to_u64().is_some() || n.to_i64().is_some();
                return if fits { Ok(()) } else { Err(too_large()) };
            }
            _ => return n.to_i64().map(|_| ()).ok_or_else(out_of_range),
        };
        let unsigned = matches!(code, b'I' | b'L') || (code == b'H' && foreign);
        if unsigned { n.to_u64().is_some() } else { n.to_i64().is_some() }
            .then_some(())
            .ok_or_else(out_of_range)?;
        if n.to_i64().is_some_and(|n| (least..=most).contains(&n)) {
            return Ok(());
        }
        Err(failed(format!("{name} format requires {least} <= number <= {most}")))
    }

    /// `unpack(format, bytes)`; use [`slice_from`](Self::slice_from) first for `unpack_from`.
    ///
    /// # Errors
    /// `struct.error` if there are not exactly as many bytes as the format takes, `MemoryError` if it has more than
    /// `limit` values.
    pub fn unpack(&self, bytes: &[u8], limit: usize) -> Result<Vec<Unpacked>> {
        if bytes.len() != self.size {
            return Err(failed(format!("unpack requires a buffer of {} bytes", self.size)));
        }
        within(self.len(), limit)?;
        let (mut out, mut at) = (Vec::new(), 0);
        for field in &self.fields {
            at += field.gap;
            let whole = if matches!(field.code, b's' | b'p' | b'x') { field.count } else { field.size };
            let turns = if field.code == b'x' { 1 } else { field.values() };
            for _ in 0..turns {
                let part = &bytes[at..at + whole];
                at += whole;
                if field.code != b'x' {
                    out.push(self.unpack_one(field.code, part));
                }
            }
        }
        Ok(out)
    }

    fn unpack_one(&self, code: u8, part: &[u8]) -> Unpacked {
        let number = |signed: bool| from_bytes(part, self.order, signed);
        match code {
            b'c' | b's' => Unpacked::Bytes(part.to_vec()),
            b'p' => {
                let len = part.first().map_or(0, |n| usize::from(*n)).min(part.len().saturating_sub(1));
                Unpacked::Bytes(part.iter().skip(1).take(len).copied().collect())
            }
            b'?' => Unpacked::Bool(part != [0]),
            b'e' => Unpacked::Float(half::to_f64(number(false).to_u16().unwrap_or(0))),
            b'f' => Unpacked::Float(f64::from(f32::from_bits(number(false).to_u32().unwrap_or(0)))),
            b'd' => Unpacked::Float(f64::from_bits(number(false).to_u64().unwrap_or(0))),
            b'b' | b'h' | b'i' | b'l' | b'q' | b'n' => Unpacked::Int(number(true)),
            _ => Unpacked::Int(number(false)),
        }
    }

    /// The bytes that `unpack_from(format, buffer, offset)` looks at.
    ///
    /// # Errors
    /// `struct.error` if they are not all there.
    pub fn slice_from<'a>(&self, buffer: &'a [u8], offset: i64) -> Result<&'a [u8]> {
        let start =
            self.start("unpack_from", "unpacking", "not enough data to unpack", buffer.len(), offset)?;
        Ok(&buffer[start..start + self.size])
    }

    /// Where `pack_into(format, buffer, offset, …)` writes in a buffer of `len` bytes.
    ///
    /// # Errors
    /// `struct.error` if there is no room.
    pub fn room_at(&self, len: usize, offset: i64) -> Result<usize> {
        self.start("pack_into", "packing", "no space to pack", len, offset)
    }

    fn start(&self, call: &str, doing: &str, short: &str, len: usize, offset: i64) -> Result<usize> {
        let size = self.size;
        let from_end = usize::try_from(offset.unsigned_abs()).unwrap_or(usize::MAX);
        let start = if offset < 0 {
            if size > from_end {
                return Err(failed(format!("{short} {size} bytes at offset {offset}")));
            }
            len.checked_sub(from_end)
                .ok_or_else(|| failed(format!("offset {offset} out of range for {len}-byte buffer")))?
        } else {
            from_end
        };
        let end = start.saturating_add(size);
        if end > len {
            return Err(failed(format!(
                "{call} requires a buffer of at least {end} bytes for {doing} {size} bytes at offset {start} \
                 (actual buffer size is {len})"
            )));
        }
        Ok(start)
    }

    /// Checks a buffer for `iter_unpack`.
    ///
    /// # Errors
    /// `struct.error` if it is not a whole number of times the format.
    pub fn whole(&self, len: usize) -> Result<()> {
        if self.size == 0 {
            return Err(failed("cannot iteratively unpack with a struct of length 0"));
        }
        if !len.is_multiple_of(self.size) {
            let size = self.size;
            return Err(failed(format!(
                "iterative unpacking requires a buffer of a multiple of {size} bytes"
            )));
        }
        Ok(())
    }
}

impl Field {
    const fn values(&self) -> usize {
        match self.code {
            b'x' => 0,
            b's' | b'p' => 1,
            _ => self.count,
        }
    }
}
