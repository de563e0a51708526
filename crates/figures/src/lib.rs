//! The figures of the lessons as Yew components.
