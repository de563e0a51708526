//! Programs in Python: their texts to read, and once the figure is awake to edit, run and step.
//!
//! What runs them is a machine in a worker: `bench` sends it commands and shows what it answers.

mod bench;
mod compare;
mod listings;
mod panes;
mod run;
mod traceback;
mod work;

use scene::StageSpec;
use yew::prelude::*;

use bench::Workbench;

/// What a figure of programs is made from.
#[derive(Properties, PartialEq, Clone)]
pub struct ProgramsProps {
    /// The specification, the same natively and in the browser.
    pub spec: StageSpec,
    /// Told once the figure is awake: its own and its children's effects have run. Natively never.
    #[prop_or_default]
    pub mounted: Callback<()>,
}

/// The root of a figure of programs in a page.
#[component]
pub fn ProgramsIsland(props: &ProgramsProps) -> Html {
    html! { <Workbench ..props.clone() /> }
}
