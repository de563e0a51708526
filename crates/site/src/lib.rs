//! Renders every page natively.
