//! What an exercise is, and the scenario of each of its rounds.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use world::{Buffers, Network, ProgramSpec, Runs, Scenario};

use crate::report;

/// The host on which all programs run: they reach each other at 127.0.0.1.
const HOST: &str = "here";

/// A task for a learner's program, and what it must get on with.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Exercise {
    /// Its name in addresses: `send-all`.
    pub name: String,
    /// The file that the learner writes: `sender.py`.
    pub file: String,
    /// Its text to begin with.
    pub starter: String,
    /// The other programs, by their files' names.
    pub peers: BTreeMap<String, String>,
    /// Words that the submission does without: what the exercise is about to write oneself.
    pub without: Vec<String>,
    /// The bound: most unusual choices in a schedule.
    pub unusual: u32,
    /// Most states of one round. Whoever needs more is not decided.
    pub states: u64,
    /// Whom the submission meets.
    pub rounds: Vec<Round>,
}

/// Other programs that the submission meets.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Round {
    /// Whom, in a few words: `a receiver that reads late`.
    pub says: String,
    /// The programs in the order of their start, the submission among them: a file's name, and its arguments behind it.
    pub programs: Vec<String>,
    /// Which of them must have ended when the run is over; none given: all but the submission.
    #[serde(default)]
    pub ends: Option<Vec<String>>,
    /// What the submission must have printed when the run is over.
    #[serde(default)]
    pub prints: Option<String>,
    /// The buffers of TCP sockets that set none; Linux's where absent. A real kernel keeps its own.
    #[serde(default)]
    pub buffers: Option<Buffers>,
    /// Programs may give up what a send did not take: the others say whether that matters.
    #[serde(default)]
    pub drops: bool,
    /// It is about small buffers, which a real kernel does not have by itself: so it is not run there.
    #[serde(default)]
    pub simulated: bool,
    /// The bound of this round; the exercise's where absent.
    #[serde(default)]
    pub unusual: Option<u32>,
}

impl Round {
    /// The files of its programs, in the order of their start.
    pub fn files(&self) -> impl Iterator<Item = &str> {
        self.programs.iter().map(|it| it.split_whitespace().next().unwrap_or_default())
    }
}

impl Exercise {
    /// An exercise from its JSON.
    ///
    /// # Errors
    /// Why it is none: what cannot be read, or a round that cannot be begun.
    pub fn read(json: &str) -> Result<Self, String> {
        let exercise: Self =
            serde_json::from_str(json).map_err(|error| format!("This is no exercise: {error}."))?;
        exercise.check()?;
        Ok(exercise)
    }

    /// The same as [`read`](Self::read) reads.
    pub fn json(&self) -> String {
        serde_json::to_string(self).expect("plain data has a JSON form")
    }

    /// Whether each round can be begun: it has the submission, once, and all its peers.
    fn check(&self) -> Result<(), String> {
        if self.rounds.is_empty() {
            return Err("The exercise has no round.".into());
        }
        for round in &self.rounds {
            let mine = round.files().filter(|file| *file == self.file).count();
            if mine != 1 {
                return Err(format!("With {}: {} is started {mine} times, not once.", round.says, self.file));
            }
            let others = || round.files().chain(round.ends.iter().flatten().map(String::as_str));
            if let Some(file) = others().find(|it| *it != self.file && !self.peers.contains_key(*it)) {
                return Err(format!("With {}: there is no {file}.", round.says));
            }
        }
        Ok(())
    }

    /// The most unusual choices in a schedule of this round.
    pub fn bound(&self, round: &Round) -> u32 {
        round.unusual.unwrap_or(self.unusual)
    }

    /// What is to be stood, in words: `every schedule with at most 2 unusual choices`.
    pub fn bound_in_words(&self) -> String {
        let bounds = || self.rounds.iter().map(|round| self.bound(round));
        report::bound(bounds().min().unwrap_or_default(), bounds().max().unwrap_or_default())
    }

    /// Hosts and programs of a round with this submission.
    pub fn scenario(&self, round: &Round, submission: &str) -> Scenario {
        let mut programs: Vec<ProgramSpec> = Vec::new();
        for started in &round.programs {
            let mut words = started.split_whitespace().map(String::from);
            let file = words.next().unwrap_or_default();
            let source = match self.peers.get(&file) {
                Some(peer) if file != self.file => peer.clone(),
                _ => submission.into(),
            };
            let stem = file.strip_suffix(".py").unwrap_or(&file);
            let alike = programs.iter().filter(|it| it.file == file).count();
            let name = if alike == 0 { stem.into() } else { format!("{stem}{}", alike + 1) };
            let console = ProgramSpec::console(name, HOST);
            programs.push(ProgramSpec { runs: Runs::Python, args: words.collect(), file, source, ..console });
        }
        Scenario { buffers: round.buffers, ..Scenario::new(Network::Loopback, vec![HOST.into()], programs) }
    }

    /// The places of those that must have ended when a run of the round is over.
    pub fn must_end(&self, round: &Round) -> Vec<usize> {
        let must = |file: &str| match &round.ends {
            Some(ends) => ends.iter().any(|it| it == file),
            None => file != self.file,
        };
        round.files().enumerate().filter(|(_, file)| must(file)).map(|(place, _)| place).collect()
    }

    /// The place of the submission in a round.
    pub fn place(&self, round: &Round) -> Option<usize> {
        round.files().position(|file| file == self.file)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn programs_started_twice_have_names_of_their_own_and_their_arguments() {
        let round = Round {
            programs: ["server.py", "client.py Anna", "client.py Ben"].map(String::from).into(),
            ..Round::default()
        };
        let peers = [("client.py".to_owned(), "import sys\n".to_owned())].into();
        let exercise = Exercise { file: "server.py".into(), peers, ..Exercise::default() };
        let scenario = exercise.scenario(&round, "pass\n");
        let told: Vec<_> = scenario
            .programs
            .iter()
            .map(|it| (it.name.as_str(), it.args.join(" "), it.source.as_str()))
            .collect();
        let client = "import sys\n";
        assert_eq!(
            told,
            [
                ("server", String::new(), "pass\n"),
                ("client", "Anna".into(), client),
                ("client2", "Ben".into(), client)
            ]
        );
        assert_eq!(exercise.must_end(&round), [1, 2]);
    }

    #[test]
    fn an_exercise_is_read_as_it_was_written_and_what_cannot_be_begun_is_refused() {
        let round = Round {
            says: "a peer".into(),
            programs: ["peer.py", "mine.py"].map(String::from).into(),
            ..Round::default()
        };
        let peers = [("peer.py".to_owned(), "pass\n".to_owned())].into();
        let exercise = Exercise { file: "mine.py".into(), peers, rounds: vec![round], ..Exercise::default() };
        let read = |it: &Exercise| Exercise::read(&it.json());
        assert_eq!(read(&exercise), Ok(exercise.clone()));

        let refused = |change: &dyn Fn(&mut Exercise)| {
            let mut other = exercise.clone();
            change(&mut other);
            read(&other).unwrap_err()
        };
        assert_eq!(refused(&|it| it.rounds.clear()), "The exercise has no round.");
        assert_eq!(refused(&|it| it.peers.clear()), "With a peer: there is no peer.py.");
        assert_eq!(
            refused(&|it| it.rounds[0].programs.push("mine.py".into())),
            "With a peer: mine.py is started 2 times, not once."
        );
        let strange = refused(&|it| it.rounds[0].ends = Some(vec!["other.py".into()]));
        assert_eq!(strange, "With a peer: there is no other.py.");
        let none = Exercise::read("{\"name\": 1}").unwrap_err();
        assert!(none.starts_with("This is no exercise: invalid type"), "{none}");
        assert!(Exercise::read("{}").unwrap_err().contains("missing field `name`"));
    }
}
