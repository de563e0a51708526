//! Syntax errors, as CPython tells them.

use ruff_text_size::TextRange;

/// What is wrong with a text, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SyntaxFault {
    /// `SyntaxError`, or the class of it that CPython raises: `IndentationError`, `TabError`.
    pub class: &'static str,
    /// What CPython says.
    pub says: String,
    /// The file's name.
    pub file: String,
    /// The line, from 1.
    pub line: u32,
    /// The column, characters from 1.
    pub column: u32,
    /// The line's text.
    pub text: String,
}

impl SyntaxFault {
    pub(crate) fn new(text: &str, file: &str, offset: usize, class: &'static str, says: String) -> Self {
        let offset = offset.min(text.len());
        let before = text.get(..offset).unwrap_or(text);
        let start = before.rfind('\n').map_or(0, |at| at + 1);
        let line = before.matches('\n').count() as u32 + 1;
        let column = before[start..].chars().count() as u32 + 1;
        let shown = text[start..].lines().next().unwrap_or_default().to_owned();
        Self { class, says, file: file.to_owned(), line, column, text: shown }
    }

    pub(crate) fn at(text: &str, file: &str, range: TextRange, says: String) -> Self {
        Self::new(text, file, range.start().to_usize(), "SyntaxError", says)
    }
}

/// As CPython prints it.
impl std::fmt::Display for SyntaxFault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        writeln!(f, "  File \"{}\", line {}", self.file, self.line)?;
        let shown = self.text.trim_start();
        if !shown.is_empty() {
            let indent = self.text.chars().count() - shown.chars().count();
            let caret = (self.column as usize).saturating_sub(indent + 1);
            writeln!(f, "    {}", shown.trim_end())?;
            writeln!(f, "    {}^", " ".repeat(caret))?;
        }
        writeln!(f, "{}: {}", self.class, self.says)
    }
}
