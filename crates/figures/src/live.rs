//! A run on a real kernel, beside its simulated twin.

use scene::LiveSpec;
use yew::prelude::*;

/// A live run.
#[derive(Properties, PartialEq, Clone)]
pub struct LiveProps {
    /// What runs.
    pub spec: LiveSpec,
}

/// The panel of a live run.
#[component]
pub fn LiveFigure(props: &LiveProps) -> Html {
    html! {
        <section class="live" aria-label={props.spec.title.clone()}>
            <h2>{props.spec.title.clone()}</h2>
            <button type="button" class="btn main">{"Run it for real"}</button>
        </section>
    }
}
