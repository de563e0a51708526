//! What is kept of rooms: who is in them, what learners did, what teachers asked for.
//!
//! [`Store`] is the contract; [`Sqlite`] is what keeps it, in a file or in memory. Whoever is answered may rely on it: what was
//! acknowledged is on the disk. [`export`] and [`Sqlite::backup`] take it out again, [`roster`] reads names in.
//!
//! | module | what |
//! |---|---|
//! | `contract` | the trait, and what is put in and comes out |
//! | `error` | what can go wrong, in sentences |
//! | `sqlite` | the trait over SQLite: opening, one writer, readers, backup |
//! | `names` | when two names are the same |
//! | [`export`] | a room's record as CSV and JSON |
//! | [`roster`] | names from CSV |

mod contract;
mod error;
pub mod export;
mod names;
pub mod roster;
mod sqlite;

pub use contract::{Action, Answer, LearnerRecord, NewRoom, RoomRecord, Store, StoredRow, Sums};
pub use error::Error;
pub use names::folded;
pub use sqlite::Sqlite;
