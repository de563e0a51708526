//! Who works with whom: the teacher proposes, both learners agree, anybody may part them.

use std::rc::Rc;

use protocol::room::{Direct, LearnerId, Tile};
use yew::prelude::*;

use super::desk::{Room, Wish};
use super::form::submit;
use crate::platform;
use crate::texts;

#[derive(Properties, PartialEq)]
pub(crate) struct PairsProps {
    pub(crate) room: Rc<Room>,
    pub(crate) wish: Callback<Wish>,
}

/// Pairs as they are, and the ways to make more.
#[component]
pub(crate) fn Pairs(props: &PairsProps) -> Html {
    let (one, other, trouble) = (use_node_ref(), use_node_ref(), use_state_eq(|| ""));
    let send = {
        let (wish, one, other, trouble) = (props.wish.clone(), one.clone(), other.clone(), trouble.setter());
        submit(move || {
            let chosen = |node: &NodeRef| platform::value_of(node).parse().ok().map(LearnerId);
            match (chosen(&one), chosen(&other)) {
                (Some(one), Some(other)) if one != other => {
                    trouble.set("");
                    wish.emit(Wish::Direct(Direct::Pair { one, other }, texts::board::PAIR_PROPOSED));
                }
                _ => trouble.set(texts::board::CHOOSE_TWO_LEARNERS),
            }
        })
    };
    let all = props.wish.reform(|_: MouseEvent| Wish::Direct(Direct::PairAll, texts::board::PAIRS_PROPOSED));
    let tiles = &props.room.tiles;
    let (pairs, free) = split(tiles.values());
    let field = |id: &'static str, label: &'static str, node: &NodeRef| {
        html! {
            <div class="field">
                <label for={id}>{label}</label>
                <select {id} ref={node.clone()}>
                    <option value="" selected=true>{texts::board::CHOOSE_A_LEARNER}</option>
                    for tile in tiles.values() { <option value={tile.learner.0.to_string()}>{tile.nickname.clone()}</option> }
                </select>
            </div>
        }
    };
    html! {
        <div class="pairs" data-part="pairs">
            <p>{texts::board::ABOUT_PAIRS}</p>
            <button type="button" class="btn main" disabled={free < 2} onclick={all}>{texts::board::pair_all(free)}</button>
            <form onsubmit={send}>
                {field("pair-one", texts::board::ONE_OF_THE_PAIR, &one)}
                {field("pair-other", texts::board::OTHER_OF_THE_PAIR, &other)}
                <p class="trouble" role="alert">{*trouble}</p>
                <button class="btn">{texts::board::PROPOSE_THIS_PAIR}</button>
            </form>
            if !pairs.is_empty() {
                <ul data-part="pair-list" aria-label={texts::board::PAIRS}>
                    for (one, other, agreed) in pairs {
                        <li key={one.learner.0}>
                            <span><bdi>{one.nickname.clone()}</bdi>{texts::board::AND}<bdi>{other.nickname.clone()}</bdi>
                                {if agreed { texts::board::BOTH_AGREED } else { texts::board::ONLY_PROPOSED }}</span>
                            <button type="button" class="btn quiet" onclick={part(&props.wish, one.learner)}>{texts::board::PART_THEM}</button>
                        </li>
                    }
                </ul>
            }
        </div>
    }
}

fn part(wish: &Callback<Wish>, learner: LearnerId) -> Callback<MouseEvent> {
    wish.reform(move |_: MouseEvent| Wish::Direct(Direct::Unpair { learner }, texts::board::PAIR_NO_LONGER))
}

/// Two learners of a pair, and whether both agreed.
type Both = (Rc<Tile>, Rc<Tile>, bool);

/// Each pair once, and how many are here without a partner.
fn split<'t>(tiles: impl Iterator<Item = &'t Rc<Tile>> + Clone) -> (Vec<Both>, usize) {
    let free = tiles.clone().filter(|tile| tile.present && tile.pair.is_none()).count();
    let both = tiles.clone().filter_map(|one| {
        let (with, agreed) = one.pair.filter(|(with, _)| one.learner < *with)?;
        let other = tiles.clone().find(|tile| tile.learner == with)?;
        let agreed = agreed && other.pair.is_some_and(|(_, agreed)| agreed);
        Some((Rc::clone(one), Rc::clone(other), agreed))
    });
    (both.collect(), free)
}

#[cfg(test)]
mod tests {
    use super::super::sample::tile;
    use super::*;

    #[test]
    fn a_pair_is_listed_once_and_who_is_away_is_not_free() {
        let with = |id, name: &str, pair| Rc::new(Tile { pair, ..tile(id, name) });
        let pair = |id| Some((LearnerId(id), true));
        let away = Rc::new(Tile { present: false, ..tile(4, "Luka") });
        let tiles = [with(1, "Ines", pair(2)), with(2, "Ravi", pair(1)), with(3, "Aylin", None), away];
        let (pairs, free) = split(tiles.iter());
        let names: Vec<_> =
            pairs.iter().map(|(one, other, agreed)| (&*one.nickname, &*other.nickname, *agreed)).collect();
        assert_eq!((names, free), (vec![("Ines", "Ravi", true)], 1));
    }
}
