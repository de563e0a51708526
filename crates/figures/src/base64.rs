//! base64url without padding (RFC 4648 section 5), for links.

const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// The bytes so written.
pub(crate) fn base64(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len() * 4 / 3 + 3);
    for three in bytes.chunks(3) {
        let word =
            three.iter().enumerate().fold(0, |word, (i, byte)| word | u32::from(*byte) << (16 - 8 * i));
        for i in 0..=three.len() {
            out.push(char::from(DIGITS[(word >> (18 - 6 * i) & 63) as usize]));
        }
    }
    out
}

/// The bytes that were so written; none for anything else.
pub(crate) fn unbase64(text: &str) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(text.len() * 3 / 4);
    for four in text.as_bytes().chunks(4) {
        let mut word = 0;
        for (i, digit) in four.iter().enumerate() {
            word |= (DIGITS.iter().position(|it| it == digit)? as u32) << (18 - 6 * i);
        }
        out.extend_from_slice(&word.to_be_bytes()[1..four.len().max(1)]);
    }
    (text.len() % 4 != 1).then_some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_length_comes_back_as_it_was() {
        let bytes: Vec<u8> = (0..=255).collect();
        for len in 0..bytes.len() {
            let text = base64(&bytes[..len]);
            assert!(text.bytes().all(|c| c.is_ascii_alphanumeric() || b"-_".contains(&c)), "{text}");
            assert_eq!(unbase64(&text).as_deref(), Some(&bytes[..len]));
        }
        // RFC 4648 section 10, with the other alphabet.
        assert_eq!(
            [base64(b"foobar"), base64(b"foob"), base64(&[0xfb, 0xff])],
            ["Zm9vYmFy", "Zm9vYg", "-_8"]
        );
        assert_eq!(unbase64("a"), None);
        assert_eq!(unbase64("a+b="), None);
    }
}
