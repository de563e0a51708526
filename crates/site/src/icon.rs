//! The few icons of the pages, drawn in place.

/// The mark of the site: a loupe over a byte in a row of bytes.
pub(crate) const MARK: &str = "<svg class=\"mark\" viewBox=\"0 0 28 28\" aria-hidden=\"true\">\
    <path class=\"byte\" d=\"M8.5 8.5h8v8h-8z\"/><path d=\"M5 10H1v5h4M12.5 4a8.5 8.5 0 1 1 0 17 8.5 8.5 0 0 1 0-17zM19 19l7 7\"/></svg>";

/// Light and dark.
pub(crate) const THEME: &str = "<svg class=\"icon\" viewBox=\"0 0 24 24\" aria-hidden=\"true\">\
    <circle cx=\"12\" cy=\"12\" r=\"8\"/><path class=\"full\" d=\"M12 4a8 8 0 0 1 0 16z\"/></svg>";

/// Search: a loupe.
pub(crate) const SEARCH: &str = "<svg class=\"icon\" viewBox=\"0 0 24 24\" aria-hidden=\"true\">\
    <circle cx=\"10.5\" cy=\"10.5\" r=\"6.5\"/><path d=\"m15.500 15.500 5 5\"/></svg>";

/// Keys: a small keyboard.
pub(crate) const KEYS: &str = "<svg class=\"icon\" viewBox=\"0 0 24 24\" aria-hidden=\"true\">\
    <path d=\"M3 6h18v12H3zM7 10h.1M11 10h.1M15 10h2M8 14h8\"/></svg>";

/// Onward.
pub(crate) const NEXT: &str =
    "<svg class=\"icon\" viewBox=\"0 0 24 24\" aria-hidden=\"true\"><path d=\"m9 5 7 7-7 7\"/></svg>";
