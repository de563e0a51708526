//! Putting short lists in order, in little code.

/// Put a short list in order; what is equal keeps its place. It takes as many steps as there are pairs out of order: few
/// where time has put most in order already. The library's sorts weigh four kilobytes of WebAssembly for each type of list.
pub fn in_order<T>(list: &mut [T], before: impl Fn(&T, &T) -> bool) {
    for end in 1..list.len() {
        let mut at = end;
        while at > 0 && before(&list[at], &list[at - 1]) {
            list.swap(at, at - 1);
            at -= 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::in_order;

    #[test]
    fn what_is_equal_keeps_its_place() {
        let mut list = [(2, 'a'), (1, 'b'), (2, 'c'), (0, 'd'), (1, 'e')];
        in_order(&mut list, |a, b| a.0 < b.0);
        assert_eq!(list.map(|(_, name)| name), ['d', 'b', 'e', 'a', 'c']);
        in_order(&mut [(); 0], |(), ()| true);
    }
}
