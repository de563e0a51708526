//! Forms of the board: what is typed is read when it is sent, and stays until then.

use yew::prelude::*;

use crate::platform;

/// Does this instead of what a browser does with a form.
pub(crate) fn submit(act: impl Fn() + 'static) -> Callback<SubmitEvent> {
    Callback::from(move |event: SubmitEvent| {
        event.prevent_default();
        act();
    })
}

/// A labelled line to type into.
pub(crate) fn line(label: &str, id: &str, node: &NodeRef, most: usize, hint: &str) -> Html {
    let hinted = (!hint.is_empty()).then(|| format!("{id}-hint"));
    html! {
        <div class="field">
            <label for={id.to_owned()}>{label.to_owned()}</label>
            <input type="text" id={id.to_owned()} ref={node.clone()} maxlength={most.to_string()} autocomplete="off"
                spellcheck="false" aria-describedby={hinted.clone()} />
            if let Some(id) = hinted { <p class="hint" {id}>{hint.to_owned()}</p> }
        </div>
    }
}

/// A labelled text of several lines.
pub(crate) fn text(label: &str, id: &str, node: &NodeRef, most: usize) -> Html {
    html! {
        <div class="field">
            <label for={id.to_owned()}>{label.to_owned()}</label>
            <textarea id={id.to_owned()} ref={node.clone()} rows="3" maxlength={most.to_string()} />
        </div>
    }
}

/// What is typed, trimmed; none where that is nothing.
pub(crate) fn typed(node: &NodeRef) -> Option<String> {
    Some(platform::value_of(node).trim().to_owned()).filter(|text| !text.is_empty())
}

/// A box to tick.
pub(crate) fn tick(label: &str, checked: bool, onchange: Callback<Event>) -> Html {
    html! { <label class="tick"><input type="checkbox" {checked} {onchange} /><span>{label.to_owned()}</span></label> }
}
