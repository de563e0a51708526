//! Whole numbers as bytes and back: `int.to_bytes`, `int.from_bytes`.

use num_bigint::{BigInt, Sign};
use num_traits::Signed;

use super::error::{Error, Result, within};

/// The order of a number's bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// The most significant first, as on the network.
    Big,
    /// The least significant first.
    Little,
}

/// Reads the argument `byteorder`.
///
/// # Errors
/// `ValueError` if it is neither `big` nor `little`.
pub fn order(name: &str) -> Result<Order> {
    match name {
        "big" => Ok(Order::Big),
        "little" => Ok(Order::Little),
        _ => Err(Error::value("byteorder must be either 'little' or 'big'")),
    }
}

/// `n.to_bytes(length, order, signed=signed)`.
///
/// # Errors
/// `OverflowError` if it does not fit, `ValueError` if the length is negative, `MemoryError` beyond `limit` bytes.
pub fn to_bytes(n: &BigInt, length: i64, order: Order, signed: bool, limit: usize) -> Result<Vec<u8>> {
    if length < 0 {
        return Err(Error::value("length argument must be non-negative"));
    }
    let length = usize::try_from(length).map_err(|_| Error::too_large())?;
    within(length, limit)?;
    if n.is_negative() && !signed {
        return Err(Error::overflow("can't convert negative int to unsigned"));
    }
    let (mut bytes, filler) = if signed {
        (n.to_signed_bytes_le(), if n.is_negative() { 0xFF } else { 0 })
    } else {
        (n.magnitude().to_bytes_le(), 0)
    };
    // Zero is one byte for the library, and none where there is room for none.
    if bytes == [0] {
        bytes.clear();
    }
    // CPython lets -1 pass as no byte at all.
    let nothing = length == 0 && bytes == [0xFF] && signed;
    if bytes.len() > length && !nothing {
        return Err(Error::overflow("int too big to convert"));
    }
    bytes.resize(length, filler);
    if order == Order::Big {
        bytes.reverse();
    }
    Ok(bytes)
}

/// `int.from_bytes(bytes, order, signed=signed)`.
pub fn from_bytes(bytes: &[u8], order: Order, signed: bool) -> BigInt {
    match (order, signed) {
        (Order::Big, true) => BigInt::from_signed_bytes_be(bytes),
        (Order::Little, true) => BigInt::from_signed_bytes_le(bytes),
        (Order::Big, false) => BigInt::from_bytes_be(Sign::Plus, bytes),
        (Order::Little, false) => BigInt::from_bytes_le(Sign::Plus, bytes),
    }
}
