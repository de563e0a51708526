//! How far to look, and what else must be so.

/// In which order states are looked at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Order {
    /// One run to its end, then its variations, with rising bounds on unusual choices.
    #[default]
    Depth,
    /// All states that are one choice away, then two: the first failure has the fewest choices. Takes memory for each state.
    Breadth,
}

/// What a program must do beyond not failing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Check {
    /// When the run is over, this program of the scenario has written just this to its standard output.
    Prints {
        /// By its place.
        program: u32,
        /// The text.
        text: String,
    },
    /// When the run is over, this program of the scenario has ended.
    Ends {
        /// By its place.
        program: u32,
    },
}

/// How far to look.
#[derive(Clone, Debug)]
pub struct Options {
    /// In which order.
    pub order: Order,
    /// Most unusual choices of a run: choices other than the one that [`World::step`](world::World::step) takes. None: any number.
    pub unusual: Option<u32>,
    /// A call that could move at most so many bytes is tried with each number of them; one that could move more with 1, 2, half of
    /// them and all but one.
    pub every_count: u32,
    /// Leave out schedules that differ only in the order of what has nothing to do with each other.
    pub reduce: bool,
    /// Most states to look at.
    pub states: u64,
    /// Most choices in one run.
    pub depth: usize,
    /// Programs are started one after the other: each gets to its first call that waits, or its first `connect`, before the next begins.
    pub in_turn: bool,
    /// Programs may give up what a send did not take: whether that matters others say, by what they receive.
    pub drops: bool,
    /// What must be so besides.
    pub checks: Vec<Check>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            order: Order::Depth,
            unusual: None,
            every_count: 16,
            reduce: true,
            states: 1_000_000,
            depth: 5_000,
            in_turn: true,
            drops: false,
            checks: Vec::new(),
        }
    }
}
