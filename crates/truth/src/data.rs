//! Bytes to send, of which each tells its place.

use std::sync::OnceLock;

use syscall::{Bytes, Call};

/// The most bytes of one send in a script.
const MOST: usize = 8 << 20;

/// Lines `0000000`, `0000001`, ... cut at `len` bytes; at most 8 MiB.
pub(crate) fn pattern(len: u32) -> Bytes {
    static ALL: OnceLock<Bytes> = OnceLock::new();
    let all = ALL.get_or_init(|| {
        let mut bytes = Vec::with_capacity(MOST);
        for line in 0..MOST / 8 {
            let mut text = *b"0000000\n";
            let mut rest = line;
            for digit in text[..7].iter_mut().rev() {
                *digit = b'0' + (rest % 10) as u8;
                rest /= 10;
            }
            bytes.extend_from_slice(&text);
        }
        bytes.into()
    });
    all.slice(0..(len as usize).min(MOST))
}

/// The bytes that a call sends.
#[cfg(target_os = "linux")]
pub(crate) fn sent_by(call: &mut Call) -> Option<&mut Bytes> {
    match call {
        Call::Send { data, .. } | Call::Sendto { data, .. } | Call::Write { data, .. } => Some(data),
        _ => None,
    }
}
