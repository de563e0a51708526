//! A lesson as it was read: its front matter and its blocks, ready to be laid out as a page.

use scene::{Expect, FigureSpec, MustHold};
use serde::Deserialize;

use crate::clinic::{Mistake, Repair};
use crate::front::Front;
use crate::prose::Prose;
use crate::reference::{Fails, Term};

/// A lesson.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Lesson {
    /// Its name in addresses: the file's name without `.md`.
    pub slug: String,
    /// Its file, as its author knows it.
    pub file: String,
    /// What it says about itself.
    pub front: Front,
    /// Its blocks, in the order of reading.
    pub blocks: Vec<Block>,
    /// Every link that it makes.
    pub links: Vec<Link>,
    /// Every id that its text defines.
    pub ids: Vec<String>,
    /// The figure of each prediction and its line, in their order.
    pub(crate) asks: Vec<(String, u32)>,
}

impl Lesson {
    /// The figures, wherever they stand, in the order of reading.
    pub fn figures(&self) -> Vec<&FigureSpec> {
        figures(&self.blocks)
    }
}

/// The figures in blocks, wherever they stand, in the order of reading.
pub(crate) fn figures(blocks: &[Block]) -> Vec<&FigureSpec> {
    fn collect<'l>(blocks: &'l [Block], found: &mut Vec<&'l FigureSpec>) {
        for block in blocks {
            match block {
                Block::Figure(figure) => found.push(figure),
                Block::After { blocks, .. }
                | Block::Side { blocks, .. }
                | Block::Hint { blocks }
                | Block::Part { blocks, .. } => collect(blocks, found),
                Block::Prose(_)
                | Block::Truth(_)
                | Block::Measured(_)
                | Block::Mistake(_)
                | Block::Repair(_)
                | Block::Fails(_)
                | Block::Term(_) => {}
            }
        }
    }
    let mut found = Vec::new();
    collect(blocks, &mut found);
    found
}

/// A block of a lesson.
#[derive(Clone, Debug, PartialEq)]
#[allow(clippy::large_enum_variant, reason = "a lesson has few blocks, and they are not moved about")]
pub enum Block {
    /// Paragraphs, headings, lists and listings.
    Prose(Prose),
    /// A figure.
    Figure(FigureSpec),
    /// What the how-to says, and what a kernel did.
    Truth(Truth),
    /// What a kernel did in an experiment.
    Measured(Measured),
    /// Programs of the clinic that make a mistake.
    Mistake(Mistake),
    /// What of them changes in the repair.
    Repair(Repair),
    /// An error of a call, on a page of the reference.
    Fails(Fails),
    /// A term of the reference.
    Term(Term),
    /// Text that would give a stage's answers away: folded until it is asked for.
    After {
        /// The stage.
        stage: String,
        /// The heading's id.
        id: String,
        /// The heading, in Markdown without blocks.
        title: String,
        /// What is folded.
        blocks: Vec<Block>,
    },
    /// A note in the margin.
    Side {
        /// What it is about.
        title: String,
        /// The note.
        blocks: Vec<Block>,
    },
    /// A rung of an exercise's ladder of hints.
    Hint {
        /// The hint.
        blocks: Vec<Block>,
    },
    /// A part of an exercise's solution.
    Part {
        /// What it does.
        title: String,
        /// Its listing, and why.
        blocks: Vec<Block>,
    },
}

/// A box that holds a claim against a measurement.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Truth {
    /// The row of the curriculum: `T2`.
    pub row: String,
    /// What it is about, as a heading.
    pub title: String,
    /// The claim, in Markdown without blocks.
    pub says: String,
    /// Whose measurement: `Linux 6.18, loopback`.
    pub scope: String,
    /// What was done, and what came of it.
    pub rows: Vec<(String, String)>,
    /// What to keep of the claim, in Markdown without blocks.
    pub foot: String,
    /// Its line in the lesson's file.
    #[serde(skip)]
    pub line: u32,
}

/// What a kernel did in an experiment when it was measured.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Measured {
    /// Which kernel, over what network: `Linux 6.18, loopback`.
    pub scope: String,
    /// What came of which call. A test runs the program and holds each row to it.
    pub rows: Vec<MustHold>,
}

impl Measured {
    /// What a row says was answered.
    pub fn answer(row: &MustHold) -> String {
        match &row.expect {
            Expect::Done => "succeeds".into(),
            Expect::All => "all of it".into(),
            Expect::Some => "a part of it".into(),
            Expect::End => "no byte".into(),
            Expect::Fails(errno) => errno.to_string(),
            Expect::Says(says) => says.clone(),
            Expect::Total(total) => scene::number(*total),
            Expect::Under(most) => format!("fewer than {}", scene::number(*most)),
        }
    }
}

/// A link in a lesson.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// As written.
    pub target: String,
    /// The line.
    pub line: u32,
}
