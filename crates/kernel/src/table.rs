//! Tables that are cheap to copy: a copy shares every entry until one of the two writes it.

// Without weak references, finding out that an entry is not shared takes no atomic exchange: a tenth of a call's time.
use triomphe::Arc;

/// Entries by number. Numbers rise and are never given twice, so that they can be names in a story.
#[derive(Clone, Debug, Hash)]
pub(crate) struct Table<T> {
    /// In the order of their numbers.
    entries: Vec<(u32, Arc<T>)>,
    next: u32,
}

impl<T: Clone> Table<T> {
    pub(crate) const fn new() -> Self {
        Self { entries: Vec::new(), next: 0 }
    }

    /// The number that the next entry gets.
    pub(crate) const fn next(&self) -> u32 {
        self.next
    }

    pub(crate) fn push(&mut self, entry: T) -> u32 {
        let number = self.next;
        self.next += 1;
        self.entries.push((number, Arc::new(entry)));
        number
    }

    fn place(&self, number: u32) -> Option<usize> {
        // While nothing was removed, number and place are the same.
        let guess = number as usize;
        if self.entries.get(guess).is_some_and(|(n, _)| *n == number) {
            return Some(guess);
        }
        self.entries.binary_search_by_key(&number, |(n, _)| *n).ok()
    }

    pub(crate) fn get(&self, number: u32) -> Option<&T> {
        self.place(number).map(|place| &*self.entries[place].1)
    }

    /// To write: an entry that is shared is copied first.
    pub(crate) fn get_mut(&mut self, number: u32) -> Option<&mut T> {
        self.place(number).map(|place| Arc::make_mut(&mut self.entries[place].1))
    }

    /// In the order of their numbers.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (u32, &T)> {
        self.entries.iter().map(|(number, entry)| (*number, &**entry))
    }

    pub(crate) fn retain(&mut self, mut keep: impl FnMut(u32, &T) -> bool) {
        self.entries.retain(|(number, entry)| keep(*number, entry));
    }
}

#[cfg(test)]
mod tests {
    use super::Table;

    #[test]
    fn a_copy_does_not_see_what_is_written_later() {
        let mut table = Table::new();
        let (a, b) = (table.push("a".to_owned()), table.push("b".to_owned()));
        let copy = table.clone();
        table.get_mut(a).expect("it was pushed").push('!');
        assert_eq!((table.get(a).unwrap().as_str(), copy.get(a).unwrap().as_str()), ("a!", "a"));
        assert!(std::ptr::eq(table.get(b).unwrap(), copy.get(b).unwrap()), "what was not written is shared");
    }

    #[test]
    fn numbers_are_never_given_twice() {
        let mut table = Table::new();
        (0..5).for_each(|n| assert_eq!(table.push(n * 10), n));
        table.retain(|number, _| number != 1 && number != 4);
        assert_eq!(table.push(50), 5);
        assert_eq!(
            (table.get(1), table.get(3), table.get(4), table.get(5)),
            (None, Some(&30), None, Some(&50))
        );
        assert_eq!(table.iter().map(|(number, _)| number).collect::<Vec<_>>(), [0, 2, 3, 5]);
    }
}
