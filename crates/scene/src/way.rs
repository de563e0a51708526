//! The way to a moment of a stage, as a page's address has it: `12.lose_12.3` is twelve steps as they happen by themselves,
//! a packet lost, and three steps more.

use world::{Act, ChoiceKey};

use crate::stage::Stage;

impl Stage {
    /// The way to this moment; none where a program was told what to call, which so short an address cannot say.
    pub fn way(&self) -> Option<String> {
        let (mut words, mut usual) = (Vec::new(), 0_u32);
        for taken in self.taken().0 {
            let Act::Take(key) = taken.act else { return None };
            if taken.usual {
                usual += 1;
            } else {
                words.extend((usual > 0).then(|| usual.to_string()));
                words.push(name(key));
                usual = 0;
            }
        }
        words.extend((usual > 0 || words.is_empty()).then(|| usual.to_string()));
        Some(words.join("."))
    }

    /// Go this way, from the first step on. `false` where it is none, or leads no further: the stage stands where it ended.
    pub fn follow(&mut self, way: &str) -> bool {
        self.begin();
        way.split('.').all(|word| match word.parse::<u32>() {
            Ok(usual) => (0..usual).all(|_| self.go_on()),
            Err(_) => self.named(word).is_some_and(|key| self.perform([Act::Take(key)]) == 1),
        })
    }

    /// The choice of this name among what is on offer: to read any name whatever would weigh more.
    fn named(&self, word: &str) -> Option<ChoiceKey> {
        let (word, most) = match word.split_once("_up_to_") {
            Some((word, most)) => (word, most.parse().ok()),
            None => (word, None),
        };
        let key = self.taken().1.offered().into_iter().map(|(key, _)| key).find(|key| name(*key) == word)?;
        match (key, most) {
            (ChoiceKey::Run(task), Some(most)) => Some(ChoiceKey::Part(task, most)),
            (key, _) => Some(key),
        }
    }
}

/// A choice's name as one word.
fn name(key: ChoiceKey) -> String {
    key.to_string().replace(' ', "_")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Command, StageSpec};
    use world::{Faults, Scenario};

    const PARTIAL_SEND: &str = include_str!("../../world/tests/fixtures/partial-send.toml");

    fn stage(start: u32) -> Stage {
        let mut scenario: Scenario = toml::from_str(PARTIAL_SEND).expect("the fixture is a scenario");
        scenario.faults = Faults::ALL;
        let (id, title) = ("partial".into(), String::new());
        Stage::new(StageSpec { id, title, scenario, start, small: false, predictions: vec![] })
            .expect("it runs")
    }

    #[test]
    fn a_way_leads_to_the_same_moment_again_whatever_was_chosen() {
        let mut there = stage(20);
        let opened = there.way().expect("nobody was told anything");
        assert!(opened.parse::<u32>().is_ok_and(|steps| steps > 0), "{opened}");
        let segment = loop {
            there.handle(Command::Step);
            if let Some(segment) = there.view().lanes.iter().flat_map(|lane| &lane.segments).find(|s| s.data)
            {
                break segment.id;
            }
        };
        there.handle(Command::Choose(ChoiceKey::Lose(segment)));
        there.handle(Command::Step);
        let way = there.way().expect("nobody was told anything");
        assert!(way.contains(&format!(".lose_{segment}.")), "{way}");
        let mut here = stage(0);
        assert!(here.follow(&way), "{way}");
        assert_eq!(here.done(), there.done());
        // Undone steps are no part of it, and it may be followed over another run.
        there.handle(Command::Back);
        there.handle(Command::Back);
        assert!(!there.way().expect("nobody was told anything").contains("lose"));
        assert!(there.follow(&way));
        assert_eq!(here.done(), there.done());
    }

    #[test]
    fn what_is_no_way_is_followed_as_far_as_it_goes() {
        for (way, steps) in
            [("", 0), ("0", 0), ("x", 0), ("3.lose_999.4", 3), ("2.fly_1", 2), ("2..1", 2), ("4294967296", 0)]
        {
            let mut stage = stage(20);
            assert_eq!((stage.follow(way), stage.done().0.len()), (way == "0", steps), "{way}");
        }
        let mut stage = stage(0);
        assert!(!stage.follow("4294967295"), "it ends");
    }
}
