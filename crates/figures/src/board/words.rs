//! What the board says about a learner and about times, in words.

use protocol::room::{Place, Stuck, Tile};

use super::order::Need;
use crate::texts;

const MINUTE: u64 = 60_000;
const DAY: u64 = 86_400_000;

/// A time of less than an hour in minutes, else in hours; both rounded down, so that it changes seldom.
pub(crate) fn lasting(ms: u64) -> String {
    match ms / MINUTE {
        0 => texts::board::UNDER_A_MINUTE.into(),
        minutes @ 1..60 => texts::board::minutes(minutes),
        minutes => texts::board::hours_and_minutes(minutes / 60, minutes % 60),
    }
}

/// The time of day, `10:05`, where clocks are so many minutes ahead of UTC.
pub(crate) fn time(at: u64, zone_min: i32) -> String {
    let local = at.saturating_add_signed(i64::from(zone_min) * 60_000);
    let minutes = local % DAY / MINUTE;
    format!("{:02}:{:02}", minutes / 60, minutes % 60)
}

/// The day: `3 December 2026`.
pub(crate) fn day(at: u64, zone_min: i32) -> String {
    let mut days = at.saturating_add_signed(i64::from(zone_min) * 60_000) / DAY;
    let leap = |year: u64| year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let mut year = 1970;
    while days >= 365 + u64::from(leap(year)) {
        days -= 365 + u64::from(leap(year));
        year += 1;
    }
    for (at, name) in texts::board::MONTHS.iter().enumerate() {
        let long = match at {
            1 => 28 + u64::from(leap(year)),
            3 | 5 | 8 | 10 => 30,
            _ => 31,
        };
        if days < long {
            return texts::board::day(days + 1, name, year);
        }
        days -= long;
    }
    format!("{year}")
}

/// What somebody needs, in a few words that stand before a time.
pub(crate) fn state(tile: &Tile) -> String {
    match (Need::of(tile), tile.stuck) {
        (Need::Hand, _) => texts::board::HAND_UP.into(),
        (Need::Fails, Some(Stuck::Fails { times, .. })) => texts::board::failed_times(times),
        (Need::Fails, _) => texts::board::FAILED_AGAIN_AND_AGAIN.into(),
        (Need::Still, _) => texts::board::NO_PROGRESS.into(),
        (Need::Idle, _) => texts::board::NOTHING_DONE.into(),
        (Need::Work, _) => texts::board::AT_WORK.into(),
        (Need::Away, _) => texts::board::NOT_HERE.into(),
    }
}

/// A page's title, or its address where the site does not know it.
pub(crate) fn title<'t>(page: &'t str, pages: &'t [(String, String)]) -> &'t str {
    match pages.iter().find(|(path, _)| path == page) {
        Some((_, title)) => title,
        None => match page {
            "" => texts::board::NO_PAGE_YET,
            "/" => texts::board::THE_COURSE,
            "/join" => texts::board::THE_PAGE_TO_JOIN,
            "/playground" => texts::board::THE_PLAYGROUND,
            page => page,
        },
    }
}

/// `step 12`; empty where no figure was touched. Of how many is not said: a place knows only those that were played so far, and
/// where a run ends shows once it has ended.
pub(crate) fn step(place: &Place) -> String {
    if place.figure.is_empty() { String::new() } else { texts::board::step(place.step) }
}

/// `1 learner`, `2 learners`.
pub(crate) fn number(n: usize, one: &str, many: &str) -> String {
    format!("{n} {}", if n == 1 { one } else { many })
}

/// `20.5 kB`.
pub(crate) fn bytes(n: u64) -> String {
    match n {
        0..1_000 => texts::board::bytes(n),
        1_000..1_000_000 => texts::board::kilobytes(n / 1_000, n % 1_000 / 100),
        _ => texts::board::megabytes(n / 1_000_000, n % 1_000_000 / 100_000),
    }
}

/// A code as it is read aloud: in two halves.
pub(crate) fn code(code: &str) -> String {
    match code.split_at_checked(4) {
        Some((one, other)) if code.len() == 8 => format!("{one} {other}"),
        _ => code.into(),
    }
}

/// Where a place is, from a page in the site's root: what a link to it leads to.
pub(crate) fn address(place: &Place) -> String {
    let page = place.page.trim_start_matches('/');
    match (place.figure.as_str(), place.link.as_str()) {
        ("", _) => page.into(),
        (figure, "") => format!("{page}#{figure}"),
        (figure, link) => format!("{page}#{figure}@{link}"),
    }
}

/// The place that an address of this site means: the page alone, a figure in it, or a moment of that.
///
/// # Errors
/// A sentence where it is none.
pub(crate) fn place(address: &str) -> Result<Place, String> {
    let (path, hash) = address.trim().split_once('#').unwrap_or((address.trim(), ""));
    let path = path.split_once('?').map_or(path, |(path, _)| path).trim_end_matches('/');
    let start = ["/lessons/", "/exercises/", "/experiments/"].into_iter().find_map(|part| path.rfind(part));
    let Some(start) = start else {
        return Err(texts::board::LEADS_NOWHERE.into());
    };
    let (figure, link) = hash.split_once('@').unwrap_or((hash, ""));
    Ok(Place { page: path[start..].into(), figure: figure.into(), link: link.into(), ..Place::default() })
}

#[cfg(test)]
mod tests {
    use super::super::sample::{NOW, tile};
    use super::*;

    #[test]
    fn times_are_said_in_words_that_change_seldom() {
        assert_eq!(
            [0, 59_999, 60_000, 3_599_999, 3_600_000, 90 * MINUTE].map(lasting),
            ["under 1 min", "under 1 min", "1 min", "59 min", "1 h 00 min", "1 h 30 min"]
        );
        assert_eq!(
            (time(NOW, 0), time(NOW, 60), time(NOW, -660)),
            ("10:43".into(), "11:43".into(), "23:43".into())
        );
    }

    #[test]
    fn days_are_those_of_the_calendar() {
        for (at, says) in [
            (0, "1 January 1970"),
            (NOW, "14 November 2026"),
            (951_782_400_000, "29 February 2000"),
            (951_868_800_000, "1 March 2000"),
            (1_735_603_200_000, "31 December 2024"),
            (4_107_542_400_000, "1 March 2100"),
        ] {
            assert_eq!(day(at, 0), says);
        }
        assert_eq!(day(NOW, 14 * 60), "15 November 2026");
    }

    #[test]
    fn what_somebody_needs_is_said_in_words() {
        let mut one = tile(1, "Ines");
        assert_eq!(state(&one), "at work");
        one.stuck = Some(Stuck::Fails { times: 4, since: 0 });
        assert_eq!(state(&one), "failed 4 times");
        one.hand = Some(1);
        assert_eq!(state(&one), "hand up");
        assert_eq!(step(&one.place), "step 12");
        one.place.figure.clear();
        assert_eq!(step(&one.place), "");
    }

    #[test]
    fn an_address_and_its_place_are_the_same_thing() {
        let one = place("http://192.168.1.20:8080/lessons/x/#stage-1@12.lose_3").expect("a place");
        assert_eq!(
            (one.page.as_str(), one.figure.as_str(), one.link.as_str()),
            ("/lessons/x", "stage-1", "12.lose_3")
        );
        assert_eq!(address(&one), "lessons/x#stage-1@12.lose_3");
        assert_eq!(address(&place("/experiments/y").expect("a place")), "experiments/y");
        assert!(place("https://example.org/").is_err_and(|why| why.contains("Copy the address")));
    }

    #[test]
    fn codes_and_sizes_are_easy_to_read() {
        assert_eq!((code("K3LP27QX"), code("K3LP")), ("K3LP 27QX".into(), "K3LP".into()));
        assert_eq!([7, 20_480, 3_250_000].map(bytes), ["7 B", "20.4 kB", "3.2 MB"]);
        assert_eq!(number(1, "hand", "hands"), "1 hand");
    }
}
