//! Figures in a page: markup in a root of its own, the specification beside it, from which the browser wakes it.

use figures::{
    BoardIsland, BoardIslandProps, BoardSpec, JoinIsland, JoinProps, JoinSpec, LaterIsland, LaterProps,
    LaterSpec, LiveIsland, LiveProps, PlaygroundIsland, PlaygroundProps, ProgramsIsland, ProgramsProps,
    StageIsland, StageProps,
};
use lessons::escape;
use scene::FigureSpec;
use scene::playground::PlaygroundSpec;
use yew::{Callback, LocalServerRenderer};

use crate::still::{self, Came};

/// A figure as it stands in the page.
pub(crate) fn html(spec: &FigureSpec) -> String {
    told(spec, &Came::of(spec))
}

/// The same, where it is known what came of it.
pub(crate) fn told(spec: &FigureSpec, came: &Came) -> String {
    let still = still::html(spec, came);
    let json = serde_json::to_string(spec).expect("a specification has a JSON form");
    island(spec.kind(), spec.id(), &json, &render(spec), &still)
}

/// The playground as it stands in its page.
pub(crate) fn playground(spec: &PlaygroundSpec) -> String {
    let json = serde_json::json!({ "playground": spec }).to_string();
    let props = PlaygroundProps { spec: spec.clone(), mounted: Callback::noop() };
    let markup = pollster::block_on(LocalServerRenderer::<PlaygroundIsland>::with_props(props).render());
    island("playground", &spec.id, &json, &markup, "")
}

/// A teacher's board, or the wall, as it stands in its page.
pub(crate) fn board(spec: &BoardSpec) -> String {
    let json = serde_json::json!({ "board": spec }).to_string();
    let props = BoardIslandProps { spec: spec.clone(), mounted: Callback::noop() };
    let markup = pollster::block_on(LocalServerRenderer::<BoardIsland>::with_props(props).render());
    island("board", &spec.id, &json, &markup, "")
}

/// The form to join a room, as it stands in its page.
pub(crate) fn join(spec: &JoinSpec) -> String {
    let json = serde_json::json!({ "join": spec }).to_string();
    let (id, mounted, entered) = (spec.id.clone(), Callback::noop(), Callback::noop());
    let spec = spec.clone();
    let props = JoinProps { spec, mounted, entered };
    let markup = pollster::block_on(LocalServerRenderer::<JoinIsland>::with_props(props).render());
    island("join", &id, &json, &markup, "")
}

/// The review: its specification, which is a file of its own since a page is to be short, and what stands in the page.
pub(crate) struct Later {
    /// The specification, as JSON.
    pub(crate) spec: String,
    id: String,
    markup: String,
}

impl Later {
    /// Made once for every form of the page.
    pub(crate) fn new(spec: LaterSpec) -> Self {
        let json = serde_json::json!({ "later": &spec }).to_string();
        let (id, mounted) = (spec.id.clone(), Callback::noop());
        let props = LaterProps { spec: spec.into(), mounted };
        let markup = pollster::block_on(LocalServerRenderer::<LaterIsland>::with_props(props).render());
        Self { spec: json, id, markup }
    }

    /// As it stands in its page, with the address of its specification.
    pub(crate) fn html(&self, from: &str) -> String {
        let (id, markup) = (escape(&self.id), &self.markup);
        format!(
            "<div class=\"figure wide\" data-figure=\"later\" id=\"{id}\"><div data-root>{markup}</div>\
             <script type=\"application/json\" data-from=\"{from}\"></script></div>\n"
        )
    }
}

fn island(kind: &str, id: &str, json: &str, markup: &str, still: &str) -> String {
    format!(
        "<div class=\"figure wide\" data-figure=\"{}\" id=\"{}\"><div data-root>{markup}</div>\
         <script type=\"application/json\">{}</script>{still}</div>\n",
        kind,
        escape(id),
        in_script(json)
    )
}

/// What a page has beside the figure of this name, which finds it there once it is awake.
pub(crate) fn beside(id: &str, json: &str) -> String {
    format!("<script type=\"application/json\" id=\"{}-beside\">{}</script>\n", escape(id), in_script(json))
}

/// JSON as it may stand in a script element: no `</script` and no `<!--` can occur.
fn in_script(json: &str) -> String {
    json.replace('<', "\\u003c")
}

/// The figure's markup, the same that the browser renders first from the same specification.
fn render(spec: &FigureSpec) -> String {
    let (spec, mounted) = (spec.clone(), Callback::noop());
    pollster::block_on(async {
        match spec {
            FigureSpec::Stage(spec) => {
                LocalServerRenderer::<StageIsland>::with_props(StageProps {
                    spec: spec.into(),
                    mounted,
                    play: None,
                })
                .render()
                .await
            }
            FigureSpec::Live(spec) => {
                LocalServerRenderer::<LiveIsland>::with_props(LiveProps { spec, mounted }).render().await
            }
            FigureSpec::Programs(spec) => {
                LocalServerRenderer::<ProgramsIsland>::with_props(ProgramsProps { spec, mounted })
                    .render()
                    .await
            }
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_specification_cannot_end_its_script() {
        let json = serde_json::to_string("</script><!--").unwrap();
        let safe = in_script(&json);
        assert!(!safe.contains('<'), "{safe}");
        assert_eq!(serde_json::from_str::<String>(&safe).unwrap(), "</script><!--");
    }
}
