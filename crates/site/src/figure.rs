//! Figures in a page: markup in a root of its own, the specification beside it, from which the browser wakes it.

use figures::{Figure, FigureProps};
use lessons::escape;
use scene::FigureSpec;
use yew::{Callback, LocalServerRenderer};

/// A figure as it stands in the page.
pub(crate) fn html(spec: &FigureSpec) -> String {
    island(spec, &render(spec))
}

fn island(spec: &FigureSpec, markup: &str) -> String {
    let json = serde_json::to_string(spec).expect("a specification has a JSON form");
    format!(
        "<div class=\"figure wide\" data-figure=\"{}\" id=\"{}\"><div data-root>{markup}</div>\
         <script type=\"application/json\">{}</script></div>\n",
        spec.kind(),
        escape(spec.id()),
        in_script(&json)
    )
}

/// JSON as it may stand in a script element: no `</script` and no `<!--` can occur.
fn in_script(json: &str) -> String {
    json.replace('<', "\\u003c")
}

/// The figure's markup, the same that the browser renders first from the same specification.
fn render(spec: &FigureSpec) -> String {
    let props = FigureProps { spec: spec.clone(), mounted: Callback::noop() };
    pollster::block_on(LocalServerRenderer::<Figure>::with_props(props).render())
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
