//! What has come behind a gap (`out_of_order_queue`): which bytes, what memory they cost, and what SACK tells of them.

use crate::acknowledge::SackBlocks;

/// Some bytes behind a gap.
#[derive(Clone, Copy, Debug, Hash)]
pub(crate) struct Later {
    pub(crate) start: u64,
    pub(crate) end: u64,
    pub(crate) truesize: u32,
}

/// The queue, by rising start. Entries may overlap; none lies within another.
#[derive(Clone, Debug, Default, Hash)]
pub(crate) struct OutOfOrder {
    entries: Vec<Later>,
    /// Where the last one came: SACK tells of it first.
    latest: u64,
    /// Where the other end's FIN is.
    pub(crate) fin: Option<u64>,
}

impl OutOfOrder {
    /// Count from `base`.
    pub(crate) fn begin_at(&mut self, base: u64) {
        for later in &mut self.entries {
            later.start = later.start.wrapping_sub(base);
            later.end = later.end.wrapping_sub(base);
        }
        self.latest = if self.entries.is_empty() { 0 } else { self.latest.wrapping_sub(base) };
        self.fin = self.fin.map(|fin| fin.wrapping_sub(base));
    }

    pub(crate) const fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    pub(crate) fn clear(&mut self) {
        self.entries.clear();
    }

    /// Keep these bytes; answers the memory of what they make needless, or `None` if they are here already.
    pub(crate) fn insert(&mut self, start: u64, len: u32, truesize: u32) -> Option<u32> {
        let end = start + u64::from(len);
        self.latest = start;
        if self.runs().any(|(s, e)| s <= start && end <= e) {
            return None;
        }
        let within = |k: &Later| start <= k.start && k.end <= end;
        let freed = self.entries.iter().filter(|k| within(k)).map(|k| k.truesize).sum();
        self.entries.retain(|k| !within(k));
        let place = self.entries.partition_point(|k| k.start < start);
        self.entries.insert(place, Later { start, end, truesize });
        Some(freed)
    }

    /// Behind the last byte.
    pub(crate) fn end(&self) -> Option<u64> {
        self.entries.iter().map(|k| k.end).max()
    }

    /// Take out the first, if it begins at or before `expected`.
    pub(crate) fn next(&mut self, expected: u64) -> Option<Later> {
        let first = self.entries.first()?;
        (first.start <= expected).then(|| self.entries.remove(0))
    }

    /// Ranges without a gap, rising.
    fn runs(&self) -> impl Iterator<Item = (u64, u64)> {
        let mut left = self.entries.iter().peekable();
        std::iter::from_fn(move || {
            let first = left.next()?;
            let mut end = first.end;
            while let Some(more) = left.next_if(|k| k.start <= end) {
                end = end.max(more.end);
            }
            Some((first.start, end))
        })
    }

    /// What SACK tells: the range that grew last, then others (RFC 2018; three fit beside the time stamps).
    pub(crate) fn blocks(&self) -> SackBlocks {
        let mut blocks = SackBlocks::default();
        if self.is_empty() {
            return blocks;
        }
        let recent = |(start, end): &(u64, u64)| *start <= self.latest && self.latest < *end;
        let first = self.runs().filter(recent);
        let others = self.runs().filter(|run| !recent(run));
        for (block, run) in blocks.iter_mut().zip(first.chain(others)) {
            *block = run;
        }
        blocks
    }
}

#[cfg(test)]
mod tests {
    use super::OutOfOrder;

    #[test]
    fn the_latest_range_is_told_first_and_neighbours_are_one() {
        let mut queue = OutOfOrder::default();
        for (start, len) in [(100, 100), (400, 100), (200, 100), (600, 50), (800, 50)] {
            assert_eq!(queue.insert(start, len, 1), Some(0));
        }
        assert_eq!(queue.blocks(), [(800, 850), (100, 300), (400, 500)]);
        assert_eq!(queue.insert(150, 100, 1), None, "both halves are here");
        assert_eq!(queue.blocks()[0], (100, 300));
    }

    #[test]
    fn a_larger_one_replaces_what_it_covers() {
        let mut queue = OutOfOrder::default();
        queue.insert(100, 50, 7);
        queue.insert(170, 50, 7);
        assert_eq!(queue.insert(90, 90, 9), Some(7));
        assert_eq!(queue.blocks()[0], (90, 220));
        assert_eq!(queue.next(50).map(|k| k.start), None);
        assert_eq!(queue.next(95).map(|k| (k.start, k.end)), Some((90, 180)));
        assert_eq!(queue.next(180).map(|k| (k.start, k.end)), Some((170, 220)));
        assert!(queue.is_empty());
    }
}
