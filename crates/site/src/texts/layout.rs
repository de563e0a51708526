//! The frame around every page: masthead, ways past it, footer.

use std::fmt::Display;

pub(crate) const SITE: &str = "Socketscope";
pub(crate) const SITE_AND_WHAT_IT_IS: &str = "Socketscope: sockets under a microscope";

pub(crate) fn title(page: impl Display) -> String {
    format!("{page} · Socketscope")
}

pub(crate) const FIGURE_FOR_SLIDES: &str = "A figure of Socketscope, for slides.";
pub(crate) const SKIP_TO_THE_TEXT: &str = "Skip to the text";
pub(crate) const SKIP_TO_THE_FIGURE: &str = "Skip to the figure";
pub(crate) const PAGES_OF_THE_SITE: &str = "Site";
pub(crate) const COURSE: &str = "Course";
pub(crate) const EXERCISES: &str = "Exercises";
pub(crate) const EXPERIMENTS: &str = "Experiments";
pub(crate) const PLAYGROUND: &str = "Playground";
pub(crate) const SEARCH: &str = "Search";
pub(crate) const KEYS: &str = "Keys";
pub(crate) const LIGHT_OR_DARK: &str = "Light or dark";
pub(crate) const ASKS_NO_OTHER_SITE: &str = "This page asks no other site for anything.";
pub(crate) const ABOUT: &str = "About";
pub(crate) const COURSE_MAP: &str = "Course map";
pub(crate) const REFERENCE: &str = "Reference";
pub(crate) const PROGRAMS: &str = "Programs";
pub(crate) const PEERS: &str = "Peers";
pub(crate) const BUG_CLINIC: &str = "Bug clinic";
pub(crate) const PASTE_YOUR_NOTES: &str = "Paste your notes";
pub(crate) const PYTHON_HERE: &str = "Python here";
pub(crate) const JOIN_A_CLASS: &str = "Join a class";
pub(crate) const TEACH_A_CLASS: &str = "Teach a class";
pub(crate) const TEACHERS_GUIDE: &str = "Teacher’s guide";
pub(crate) const HOW_TRUE_IT_IS: &str = "How true it is";
pub(crate) const LICENCE: &str = "Licence";
pub(crate) const IN_SHORT: &str = "See what happens between send and recv.";
