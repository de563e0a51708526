//! What Ruff's parser asks for the names of characters in `\N{…}`, without the table of them.
//!
//! The table weighs 300 kB in the page's worker, and programs of sockets name no characters: crate `python` refuses the
//! escape, with a sentence that says what to write. Other crates have no use for this one.

/// Some character for every name: the parser goes on, and the program is refused behind it. None where there is no name,
/// which is a mistake in any Python.
pub fn character(name: &str) -> Option<char> {
    (!name.is_empty()).then_some(char::REPLACEMENT_CHARACTER)
}
