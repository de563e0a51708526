//! The learner's hand on the real wire: how it is set, and what is to become of each packet.

use protocol::{WireRequest, WireSpec};
use scene::{Fate, LiveSpec, PacketRow, Packets};
use syscall::HostId;
use yew::prelude::*;

use super::packets::names;
use super::run::{Input, Run};
use crate::platform;
use crate::texts;

/// Most packets that can be told what to do.
const MOST: usize = 8;
/// How long a packet is held back by "Delay", in microseconds.
const HELD_BACK_US: u32 = 1_000_000;
/// The longest way, in milliseconds, and all packets, in thousandths.
const LONGEST_MS: u32 = 10_000;
const ALL: u32 = 1000;

/// The controls; `queue` is the list of packets, which takes the keyboard when what had it is gone.
pub(super) fn hand(run: &Run, spec: &LiveSpec, tell: &Callback<Input>, queue: &NodeRef) -> Html {
    let wire = run.wire();
    let set = |with: WireSpec| {
        let tell = tell.clone();
        Callback::from(move |_: Event| tell.emit(Input::Wire(WireRequest::Set(with.clone()))))
    };
    let hold = set(WireSpec { held: !wire.spec().held, ..wire.spec().clone() });
    html! {
        <div class="hand" data-part="hand">
            <h3>{texts::live::YOUR_HAND_ON_IT}</h3>
            <label class="hold"><input type="checkbox" checked={wire.spec().held} onchange={hold} />{texts::live::HOLD_THE_WIRE}</label>
            {field(run, tell, texts::live::IT_TAKES, texts::live::MS_TO_GET_ACROSS, LONGEST_MS, wire.spec().delay_us / 1000, |spec, ms| spec.delay_us = ms * 1000)}
            {field(run, tell, texts::live::IT_LOSES, texts::live::OF_1000_PACKETS, ALL, wire.spec().lose.into(), |spec, of| spec.lose = of as u16)}
            if run.has_lab() {
                <div class="btns">
                    {press(tell, Input::Wire(WireRequest::Cable { host: HostId(0), connected: wire.is_cut() }),
                        if wire.is_cut() { texts::live::MEND_THE_CABLE } else { texts::live::CUT_THE_CABLE }, None, None)}
                    {press(tell, Input::Save, texts::live::SAVE_THE_PACKETS, None, None)}
                </div>
                {on_the_wire(run, spec, tell, queue)}
            } else {
                <p>{texts::live::NO_RUN_HINT}</p>
            }
            {notices(run)}
        </div>
    }
}

/// What the relay said of requests that were no calls.
pub(super) fn notices(run: &Run) -> Html {
    html! {
        <div class="notices" role="status" data-part="notices">
            for (i, says) in run.wire().notices().iter().enumerate() { <p key={i}>{says.clone()}</p> }
        </div>
    }
}

/// A number that the wire is set to.
fn field(
    run: &Run,
    tell: &Callback<Input>,
    before: &'static str,
    behind: &'static str,
    most: u32,
    value: u32,
    put: fn(&mut WireSpec, u32),
) -> Html {
    let (tell, spec) = (tell.clone(), run.wire().spec().clone());
    let onchange = Callback::from(move |event: Event| {
        let mut spec = spec.clone();
        put(&mut spec, platform::chosen(&event).parse().map_or(value, |n: u32| n.min(most)));
        tell.emit(Input::Wire(WireRequest::Set(spec)));
    });
    html! {
        <label>{before}{" "}<input type="number" min="0" max={most.to_string()} value={value.to_string()} {onchange} />{" "}{behind}</label>
    }
}

/// The packets that may be told what to do.
fn on_the_wire(run: &Run, spec: &LiveSpec, tell: &Callback<Input>, queue: &NodeRef) -> Html {
    let waiting = Packets::new(run.wire().events()).under_way;
    html! {
        <div class="queue" ref={queue.clone()} tabindex="-1" role="group" aria-label={texts::live::PACKETS_ON_THE_WIRE_NOW}>
            <h4>{texts::live::on_the_wire_now(waiting.len())}</h4>
            <ul>
                for row in waiting.iter().take(MOST) { {packet(row, spec, tell, queue)} }
            </ul>
            if waiting.len() > MOST { <p>{texts::live::and_more_behind(waiting.len() - MOST)}</p> }
        </div>
    }
}

fn packet(row: &PacketRow, spec: &LiveSpec, tell: &Callback<Input>, queue: &NodeRef) -> Html {
    let packet = row.packet;
    let about = texts::live::packet_from(&row.what, names(spec)[usize::from(row.from.min(1))]);
    let does = |says, request, gone: bool| {
        press(tell, Input::Wire(request), says, Some(&about), gone.then_some(queue))
    };
    html! {
        <li key={packet} data-packet={packet.to_string()}>
            <span>
                <b>{row.what.clone()}</b>{texts::live::FROM}{names(spec)[usize::from(row.from.min(1))]}
                for fate in row.fates.iter().filter(|fate| **fate != Fate::Lost) { {" "}<span class="fate">{fate.name()}</span> }
            </span>
            <span class="btns">
                {does(texts::live::DELIVER, WireRequest::Deliver { packet }, true)}
                {does(texts::live::LOSE, WireRequest::Lose { packet }, true)}
                {does(texts::live::DUPLICATE, WireRequest::Duplicate { packet }, false)}
                {does(texts::live::DELAY_1_S, WireRequest::Delay { packet, by_us: HELD_BACK_US }, false)}
            </span>
        </li>
    }
}

/// A button. Where it goes away with what it is about, `leave` gets the keyboard.
fn press(
    tell: &Callback<Input>,
    input: Input,
    says: &'static str,
    about: Option<&str>,
    leave: Option<&NodeRef>,
) -> Html {
    let (tell, leave) = (tell.clone(), leave.cloned());
    let onclick = Callback::from(move |_: MouseEvent| {
        if let Some(leave) = &leave {
            platform::focus(leave);
        }
        tell.emit(input.clone());
    });
    html! {
        <button type="button" class="btn" {onclick}>
            {says}
            if let Some(about) = about { <span class="sr">{format!(" {about}")}</span> }
        </button>
    }
}
