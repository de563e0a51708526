//! Lines of the control channel.

/// A line without an end is thrown away beyond this length: no order is longer.
const LONGEST: usize = 64;

/// Text of the control channel that has not been acted on.
#[derive(Clone, Debug, Default, Hash)]
pub(crate) struct Orders(Vec<u8>);

impl Orders {
    pub(crate) fn add(&mut self, text: &[u8]) {
        self.0.extend_from_slice(text);
    }

    /// The next whole line, without spaces around it.
    pub(crate) fn next(&mut self) -> Option<String> {
        if let Some(end) = self.0.iter().position(|b| *b == b'\n') {
            let line: Vec<u8> = self.0.drain(..=end).collect();
            return Some(String::from_utf8_lossy(&line).trim().into());
        }
        if self.0.len() > LONGEST {
            self.0.clear();
        }
        None
    }

    /// The next line that `means` something; others are passed over.
    pub(crate) fn find<T>(&mut self, means: impl Fn(&str) -> Option<T>) -> Option<T> {
        while let Some(line) = self.next() {
            if let Some(meant) = means(&line) {
                return Some(meant);
            }
        }
        None
    }
}
