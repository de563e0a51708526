//! The lessons: their text, how it is read, and how it is checked.
