//! What values are as text, as bytes and as numbers: plain functions on Rust's own types, without the machine.
//!
//! Each function does what CPython 3.11 does, to the letter of its error messages; `tests/pure` compares them with
//! it. None panics. Where a result can be much larger than what it is made from, the function takes a limit in bytes
//! and fails with [`Kind::Memory`](error::Kind::Memory) beyond it.
//!
//! | what | where |
//! |---|---|
//! | numbers as text and back | [`int_text`], [`float_text`], [`float_hex`], [`numerals`] |
//! | numbers | [`int_math`], [`int_bytes`], [`float_math`], [`hash`] |
//! | formatting | [`spec`], [`layout`], [`format`](mod@format), [`percent`], [`template`] |
//! | text and bytes | [`quote`], [`classify`], [`case`], [`find`], [`split`], [`strip`], [`pad`], [`codec`], [`hex`], [`packing`] |
//! | the rest | [`errnos`], [`twister`] |

pub mod case;
pub mod classify;
pub mod codec;
pub mod errnos;
pub mod error;
pub mod find;
pub mod float_hex;
pub mod float_math;
pub mod float_text;
pub mod format;
mod half;
pub mod hash;
pub mod hex;
pub mod int_bytes;
pub mod int_math;
pub mod int_text;
pub mod layout;
pub mod numerals;
pub mod packing;
pub mod pad;
pub mod percent;
pub mod quote;
mod shape;
pub mod spec;
pub mod split;
pub mod strip;
pub mod template;
pub mod twister;
