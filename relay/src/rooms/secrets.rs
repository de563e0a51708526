//! Codes, secrets and return keys: from the system's randomness, kept as hashes.

use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;

/// No two of them are taken for one another: without 0 and O, 1 and I and L, and U (which is heard as Q, and read as V).
const LETTERS: &[u8; 30] = b"23456789ABCDEFGHJKMNPQRSTVWXYZ";
const CODE: usize = 8;

fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).expect("the system gives random bytes");
    bytes
}

/// A fresh code: each of them equally likely.
pub(super) fn code() -> String {
    let mut code = String::new();
    while code.len() < CODE {
        let [byte] = random::<1>();
        // 240 is the last multiple of 30: beyond it some letters would be likelier.
        if byte < 240 {
            code.push(char::from(LETTERS[usize::from(byte % 30)]));
        }
    }
    code
}

/// A code as it is written, of what somebody typed; none where it can be no code.
pub(super) fn written(typed: &str) -> Option<String> {
    if typed.len() > 64 {
        return None;
    }
    let letters = typed
        .chars()
        .filter(|c| !c.is_whitespace() && !matches!(c, '-' | '\u{2010}'..='\u{2015}' | '_' | '.'));
    let code: String = letters.map(|c| c.to_ascii_uppercase()).collect();
    (code.len() == CODE && code.bytes().all(|b| LETTERS.contains(&b))).then_some(code)
}

/// 128 random bits, as hexadecimal digits.
pub(super) fn secret() -> String {
    format!("{:032x}", u128::from_be_bytes(random()))
}

/// What is kept of a secret.
pub(super) fn hash(secret: &str) -> [u8; 32] {
    Sha256::digest(secret.as_bytes()).into()
}

/// Whether this is the secret that was kept so, in a time that tells nothing.
pub(super) fn opens(secret: &str, kept: &[u8]) -> bool {
    hash(secret).as_slice().ct_eq(kept).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_read_however_it_is_typed() {
        for typed in ["ABCD-2345", "abcd 2345", " a b c d 2 3 4 5", "Abcd\u{2013}2345", "ABCD2345"] {
            assert_eq!(written(typed).as_deref(), Some("ABCD2345"), "{typed}");
        }
        for typed in ["", "ABCD234", "ABCD23456", "ABCD234O", "ABCD2341", "ÄBCD2345", &"A".repeat(1 << 20)] {
            assert_eq!(written(typed), None, "{typed}");
        }
    }

    #[test]
    fn codes_are_of_unmistakable_letters_and_no_two_alike() {
        let codes: std::collections::BTreeSet<_> = (0..1000).map(|_| code()).collect();
        assert_eq!(codes.len(), 1000);
        assert!(codes.iter().all(|code| written(code).as_ref() == Some(code)));
        assert!(LETTERS.iter().all(|letter| codes.iter().any(|code| code.as_bytes().contains(letter))));
        assert!(LETTERS.iter().all(|letter| !b"01OILU".contains(letter)));
    }

    #[test]
    fn a_secret_opens_what_was_kept_of_it() {
        let secret = secret();
        assert_eq!(secret.len(), 32);
        assert!(opens(&secret, &hash(&secret)));
        assert!(!opens("", &hash(&secret)) && !opens(&secret, b""));
    }
}
