//! A peer of the catalogue: which one, what is set about it, its seed.

use peers::{About, CATALOGUE, Setting};
use scene::playground::Change;
use world::PeerSpec;
use yew::prelude::*;

use super::setup::field;
use crate::platform;
use crate::texts;

#[derive(Properties, PartialEq)]
pub(super) struct PeerProps {
    pub(super) alter: Callback<Change>,
}

/// The form that adds a peer. What cannot be is said beside its field, and until it can no peer is added.
#[component]
pub(super) fn PeerForm(props: &PeerProps) -> Html {
    let order = use_state_eq(|| Order::of(&CATALOGUE[0]));
    let pick = {
        let order = order.clone();
        Callback::from(move |event: Event| {
            let name = platform::chosen(&event);
            order.set(Order::of(peers::about(&name).unwrap_or(&CATALOGUE[0])));
        })
    };
    let typed = |at: usize| {
        let order = order.clone();
        Callback::from(move |event: InputEvent| order.set(order.with(at, platform::text_of(&event))))
    };
    let submit = {
        let (order, alter) = (order.clone(), props.alter.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            if let Ok(peer) = order.read() {
                alter.emit(Change::AddPeer(peer));
            }
        })
    };
    let wrong = order.read().err();
    let trouble = |at: usize| wrong.as_ref().and_then(|wrong| wrong[at].clone());
    html! {
        <form class="peer" onsubmit={submit} aria-label={texts::peers::A_PEER} novalidate=true data-part="add-peer">
            <fieldset>
                <legend>{texts::peers::PEER_LEGEND}</legend>
                <div class="fields">
                    <label><span>{texts::peers::PEER}</span>
                        <select onchange={pick}>
                            for about in CATALOGUE {
                                <option key={about.name} value={about.name} selected={about.name == order.about.name}>{about.name}</option>
                            }
                        </select>
                    </label>
                    for (at, setting) in order.about.settings.iter().enumerate() {
                        {field(&named(setting), order.texts[at].clone(), trouble(at), typed(at), None)}
                    }
                    {field(texts::peers::SEED, order.seed().to_owned(), trouble(order.texts.len() - 1), typed(order.texts.len() - 1), None)}
                </div>
                <p class="now">{order.about.summary}</p>
                <button type="submit" class="btn" aria-disabled={wrong.is_some().to_string()}>{texts::peers::ADD_THIS_PEER}</button>
            </fieldset>
        </form>
    }
}

/// A setting as its field is called.
fn named(setting: &Setting) -> String {
    let comma = if setting.unit.is_empty() { "" } else { ", " };
    format!("{}{comma}{}", setting.name, setting.unit)
}

/// What has been typed.
#[derive(Clone, Debug, PartialEq)]
struct Order {
    about: &'static About,
    /// Of each setting, and of the seed.
    texts: Vec<String>,
}

impl Order {
    /// That peer as the catalogue has it.
    fn of(about: &'static About) -> Self {
        let defaults = about.settings.iter().map(|setting| setting.default.to_string());
        Self { about, texts: defaults.chain(["0".into()]).collect() }
    }

    fn with(&self, at: usize, text: String) -> Self {
        let mut texts = self.texts.clone();
        texts[at] = text;
        Self { texts, ..*self }
    }

    fn seed(&self) -> &str {
        self.texts.last().map_or("", String::as_str)
    }

    /// The peer; or what is wrong with each text, if anything is.
    fn read(&self) -> Result<PeerSpec, Vec<Option<String>>> {
        let mut peer = PeerSpec::named(self.about.name);
        let mut wrong = vec![None; self.texts.len()];
        for (at, (setting, text)) in self.about.settings.iter().zip(&self.texts).enumerate() {
            match text.trim().parse() {
                Ok(value) => {
                    wrong[at] = setting.trouble(value);
                    // What is as the catalogue has it needs no place in a link.
                    if value != setting.default {
                        peer.settings.insert(setting.name.into(), value);
                    }
                }
                Err(_) => wrong[at] = Some(texts::playground::NO_NUMBER.into()),
            }
        }
        match self.seed().trim().parse() {
            Ok(seed) => peer.seed = seed,
            Err(_) => wrong[self.texts.len() - 1] = Some(texts::playground::NO_NUMBER.into()),
        }
        if wrong.iter().all(Option::is_none) { Ok(peer) } else { Err(wrong) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_peer_can_be_added_as_the_catalogue_has_it() {
        for about in CATALOGUE {
            assert_eq!(Order::of(about).read(), Ok(PeerSpec::named(about.name)));
        }
    }

    #[test]
    fn what_is_typed_is_set_and_what_cannot_be_is_said_where_it_stands() {
        let dribbler = Order::of(peers::about("dribbler").expect("it is in the catalogue"));
        let peer = dribbler.with(0, " 3 ".into()).with(2, "7".into()).read().expect("it can be");
        assert_eq!((peer.settings, peer.seed), ([("piece".to_owned(), 3)].into(), 7));
        let wrong = dribbler.with(0, "0".into()).with(2, "-1".into()).read().expect_err("it cannot be");
        assert_eq!(
            wrong,
            [Some("It may be 1 to 4096 bytes.".into()), None, Some(texts::playground::NO_NUMBER.into())]
        );
    }
}
