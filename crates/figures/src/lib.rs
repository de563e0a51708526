//! The figures of the lessons as Yew components.
//!
//! Crate `site` compiles them natively and renders a page's figures (`yew/ssr`); crate `frontend` compiles them for the
//! browser and wakes them there (`yew/hydration`); this crate asks for neither. What that demands of a component:
//!
//! - the first render is a pure function of the specification; everything else comes in effects;
//! - markup is what an HTML parser would build from its own text;
//! - no `style` attribute: per-instance geometry is an SVG attribute or a class.
//!
//! Components draw and dispatch. What is drawn is decided in crate `scene`, what is said to a relay in [`live`].

mod choices;
mod controls;
mod host;
mod icon;
mod ladder;
pub mod live;
pub mod platform;
mod question;
mod stage;
mod tape;
mod transcript;
mod wire;
mod words;

use scene::FigureSpec;
use yew::prelude::*;

/// What a figure is made from.
#[derive(Properties, PartialEq, Clone)]
pub struct FigureProps {
    /// The specification, the same natively and in the browser.
    pub spec: FigureSpec,
    /// Told once the figure is awake: its own and its children's effects have run. Natively never.
    #[prop_or_default]
    pub mounted: Callback<()>,
}

/// The one root component of every figure.
#[component]
pub fn Figure(props: &FigureProps) -> Html {
    use_effect_with(props.mounted.clone(), |mounted| mounted.emit(()));
    match props.spec.clone() {
        FigureSpec::Stage(spec) => html! { <stage::StageFigure {spec} /> },
        FigureSpec::Live(spec) => html! { <live::LiveFigure {spec} /> },
    }
}
