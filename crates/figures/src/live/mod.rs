//! A run on a real kernel, beside its simulated twin.
//!
//! `run` decides what is said to the relay and what its answers mean; `twin` makes the same calls in the simulator; here
//! both are drawn and the browser's WebSocket is driven.

mod guess;
mod hand;
mod incoming;
mod packets;
mod run;
mod table;
mod twin;
mod wire;

use std::cell::RefCell;
use std::rc::Rc;

use scene::{Holds, LiveSpec, Real, Sentence, compare, holds, must_hold, number};
use yew::prelude::*;

use crate::icon::{Icon, icon};
use crate::platform::{self, Socket, SocketEvent, Timeout};
use crate::texts;
use crate::words::words;
use guess::{guess_form, right};
use hand::{hand, notices};
use packets::{no_wire, packets};
use run::{Failure, Input, Output, Run, State};
use table::table;

/// What a live run is made from.
#[derive(Properties, PartialEq, Clone)]
pub struct LiveProps {
    /// What runs.
    pub spec: LiveSpec,
    /// Told once the figure is awake: its own and its children's effects have run. Natively never.
    #[prop_or_default]
    pub mounted: Callback<()>,
}

/// The root of a live run in a page.
#[component]
pub fn LiveIsland(props: &LiveProps) -> Html {
    use_effect_with(props.mounted.clone(), |mounted| mounted.emit(()));
    html! { <LiveFigure ..props.clone() /> }
}

/// A run, its WebSocket and its timer.
struct Driver {
    run: Run,
    socket: Option<Socket>,
    timer: Option<Timeout>,
    redraw: Callback<()>,
    /// The drawing of what messages told, which waits for more of them.
    drawing: Option<Timeout>,
}

/// How long messages are gathered before they are drawn, in milliseconds: a wire may tell of many packets at once.
const GATHER_MS: u32 = 30;

/// Take in what happened and do what is to be done.
fn drive(driver: &Rc<RefCell<Driver>>, input: Input) {
    if let Input::Token(token) = &input {
        platform::keep_token(token);
    }
    let told = matches!(input, Input::Message(_));
    let outputs = driver.borrow_mut().run.handle(input);
    for output in outputs {
        let mut it = driver.borrow_mut();
        match output {
            Output::Connect => {
                it.run.know(platform::kept_token());
                let weak = Rc::downgrade(driver);
                let socket = Socket::open(move |event| {
                    let Some(driver) = weak.upgrade() else { return };
                    drive(
                        &driver,
                        match event {
                            SocketEvent::Opened => Input::Opened,
                            SocketEvent::Message(bytes) => Input::Message(bytes),
                            SocketEvent::Closed { code, reason } => Input::Closed { code, reason },
                        },
                    );
                });
                it.socket = socket;
                if it.socket.is_none() {
                    drop(it);
                    drive(driver, Input::Closed { code: 1006, reason: String::new() });
                }
            }
            Output::Send(bytes) => {
                if let Some(socket) = &it.socket {
                    socket.send(&bytes);
                }
            }
            Output::Disconnect => it.socket = None,
            Output::Save { name, bytes } => drop(platform::save_file(&name, &bytes)),
            Output::Wait(ms) => {
                it.socket = None;
                it.timer = Some(later(driver, ms, Input::Waited));
            }
            Output::Rest(ms) => it.timer = Some(later(driver, ms, Input::Rested)),
        }
    }
    if told {
        draw_soon(driver);
    } else {
        draw(driver);
    }
}

/// Say this after so many milliseconds.
fn later(driver: &Rc<RefCell<Driver>>, ms: u32, input: Input) -> Timeout {
    let weak = Rc::downgrade(driver);
    Timeout::new(ms, move || {
        if let Some(driver) = weak.upgrade() {
            drive(&driver, input);
        }
    })
}

fn draw(driver: &Rc<RefCell<Driver>>) {
    driver.borrow_mut().drawing = None;
    let redraw = driver.borrow().redraw.clone();
    redraw.emit(());
}

fn draw_soon(driver: &Rc<RefCell<Driver>>) {
    let weak = Rc::downgrade(driver);
    driver.borrow_mut().drawing.get_or_insert_with(|| {
        Timeout::new(GATHER_MS, move || {
            if let Some(driver) = weak.upgrade() {
                draw(&driver);
            }
        })
    });
}

/// The panel of a live run.
#[component]
pub(crate) fn LiveFigure(props: &LiveProps) -> Html {
    let update = use_force_update();
    let driver = {
        let (spec, redraw) = (props.spec.clone(), Callback::from(move |()| update.force_update()));
        use_memo((), move |()| {
            Rc::new(RefCell::new(Driver {
                run: Run::new(spec),
                socket: None,
                timer: None,
                redraw,
                drawing: None,
            }))
        })
    };
    let (options, said) = (use_node_ref(), use_state_eq(|| None::<usize>));
    let press = |input: fn() -> Input| {
        let (driver, options, said) = ((*driver).clone(), options.clone(), said.clone());
        Callback::from(move |_: MouseEvent| {
            let input = input();
            if matches!(input, Input::Run) {
                said.set(platform::checked(&options));
            }
            drive(&driver, input);
        })
    };
    let tell = {
        let driver = (*driver).clone();
        Callback::from(move |input: Input| drive(&driver, input))
    };
    let (rail, queue) = (use_node_ref(), use_node_ref());
    let (rows, main, token) = (use_node_ref(), use_node_ref(), use_node_ref());
    use_effect_with((driver.borrow().run.real().len(), rows.clone()), |(_, rows)| platform::to_bottom(rows));
    use_effect_with((driver.borrow().run.wire().told(), rail.clone()), |(_, rail)| platform::to_bottom(rail));
    let it = driver.borrow();
    let run = &it.run;
    let (spec, state) = (&props.spec, run.state());
    let told = use_mut_ref(|| false);
    use_effect_with((run.real().len(), name(state)), {
        let (spec, driver, said) = (spec.clone(), (*driver).clone(), *said);
        move |_| tell_page(&spec, &driver.borrow().run, said, &mut told.borrow_mut())
    });
    let lines = compare(run.real(), &run.twin());
    let title = format!("{}-title", spec.id);
    let started = !run.real().is_empty();
    // What a page says after the run opens when it is over.
    let over = matches!(state, State::Done) && started;
    html! {
        <section class="live" aria-labelledby={title.clone()} data-part="live" data-run={name(state)}
            data-answered={over.then_some("true")}>
            <div class="live-head">
                <h2 id={title}>{spec.title.clone()}</h2>
                <p class="intro">{texts::live::INTRO}</p>
                if let Some(guess) = &spec.guess { {guess_form(&spec.id, guess, &options, *said, started, over, run.real())} }
                // Which of the two is shown, the page knows: the style sheet asks it.
                <div class="btns">{buttons(run, spec, &main, &press)}</div>
                <p class="notice">
                    {texts::live::NO_RELAY}
                    <code>{texts::live::COMMAND_SERVE}</code>{texts::live::THEN_OPEN_THE_ADDRESS}
                </p>
                <p class="status" role="status">{status(state, run.kernel())}</p>
                if let State::Failed(failure) = state { {trouble(failure)} }
                if let State::Asks { wrong } = state { {token_field(*wrong, &token, &driver)} }
                if !run.has_wire() { {notices(run)} }
            </div>
            <div class="live-body">
                if started {
                    <div class="both">
                        {table(&lines, &rows)}
                        {beside(run)}
                    </div>
                } else {
                    <p class="nothing">{texts::live::NOTHING_RUN_YET}</p>
                }
                // The relations would tell what the learner is asked.
                if started || spec.guess.is_none() { <div class="relations" data-part="relations">
                    <h3>{texts::live::WHAT_MUST_HOLD}</h3>
                    <ul>
                        for relation in must_hold(spec, run.real()) {
                            <li key={relation.says.clone()} class={holds_class(relation.holds)} data-holds={holds_class(relation.holds)}>
                                {match relation.holds {
                                    Holds::Yes => icon(Icon::Check),
                                    Holds::No => icon(Icon::Cross),
                                    Holds::NotYet => icon(Icon::Wait),
                                }}
                                <span>{words(&Sentence::inline_markdown(&relation.says))}</span>
                                <span class="sr">{match relation.holds {
                                    Holds::Yes => texts::live::HOLDS,
                                    Holds::No => texts::live::DOES_NOT_HOLD,
                                    Holds::NotYet => texts::live::NOT_KNOWN_YET,
                                }}</span>
                            </li>
                        }
                    </ul>
                    <p>{texts::live::RELATIONS_HINT}</p>
                </div> }
            </div>
            if run.has_wire() {
                <div class="live-body" data-part="real-wire">
                    {packets(run, spec, &rail)}
                    {hand(run, spec, &tell, &queue)}
                </div>
            } else if let Some(mode) = run.mode() {
                {no_wire(mode)}
            }
        </section>
    }
}

/// Tell the page what a learner has done here, and where the run is. A run is told once: it may go on after its end, when its
/// peer is told to read or its kernel has more to say.
fn tell_page(spec: &LiveSpec, run: &Run, said: Option<usize>, told: &mut bool) {
    let (real, state) = (run.real(), run.state());
    if real.is_empty() {
        *told = false;
        return;
    }
    platform::at(&spec.id, real.len() as u32, run.twin().len().max(real.len()) as u32);
    if *told || !matches!(state, State::Done | State::Stopped) {
        return;
    }
    *told = true;
    platform::ran(&spec.id, true);
    let Some(guess) = spec.guess.as_ref().filter(|_| *state == State::Done) else { return };
    let Some(option) = said.and_then(|said| guess.options.get(said)) else { return };
    // Where none came true, nothing is graded.
    if right(guess, real).contains(&true) {
        let says = Sentence::inline_markdown(&option.says).to_string();
        platform::predicted(&spec.id, 1, &says, holds(option, real) == Holds::Yes);
    }
}

/// What stands under the two kernels' answers: why they differ, and what the real one holds now.
fn beside(run: &Run) -> Html {
    html! {
        <>
            if run.real().iter().any(|step| matches!(step, Real::Call { made, .. } if !made.is_empty())) {
                <p class="now-held">
                    {texts::live::CALLS_HINT}
                </p>
            }
            if let Some(why) = run.why_different() { <p class="why" data-part="why">{why}</p> }
            if let (Some(here), Some(there)) = run.wire().now() {
                <p class="now-held" data-part="now-held">
                    {texts::live::HELD_NOW}
                    <b>{number(here.outq.into())}</b>{texts::live::IN_THE_SEND_BUFFER}
                    if here.outq_unsent > 0 { {texts::live::not_yet_sent(number(here.outq_unsent.into()))} }
                    {", "}<b>{number(there.inq.into())}</b>{texts::live::IN_THE_RECEIVE_BUFFER}
                </p>
            }
        </>
    }
}

/// One main button, whatever it does next, so that who pressed it keeps the keyboard; `main` is its place.
fn buttons(
    run: &Run,
    spec: &LiveSpec,
    main: &NodeRef,
    press: &dyn Fn(fn() -> Input) -> Callback<MouseEvent>,
) -> Html {
    let state = run.state();
    let runs =
        !matches!(state, State::Idle | State::Done | State::Stopped | State::Asks { .. } | State::Failed(_));
    let reads = spec.read > 0 && matches!(state, State::Running | State::WaitsForPeer);
    let (says, input): (_, fn() -> Input) = match state {
        _ if runs && spec.read == 0 => (texts::live::IT_RUNS.into(), || Input::Tell),
        _ if runs => (texts::live::let_the_peer_read(spec.read), || Input::Tell),
        State::Failed(_) => (texts::live::TRY_AGAIN_BUTTON.into(), || Input::Run),
        _ => (texts::live::RUN_IT_FOR_REAL.into(), || Input::Run),
    };
    let stop = {
        let (main, stop) = (main.clone(), press(|| Input::Stop));
        Callback::from(move |event| {
            platform::focus(&main);
            stop.emit(event);
        })
    };
    html! {
        <>
            <button type="button" class="btn main" ref={main.clone()} aria-disabled={(runs && !reads || run.rests()).to_string()}
                onclick={press(input)}>{says}</button>
            if runs {
                <button type="button" class="btn" onclick={stop}>{texts::live::STOP}</button>
            }
        </>
    }
}

fn trouble(failure: &Failure) -> Html {
    html! {
        <div class="trouble" role="alert" data-part="trouble">
            <p><strong>{failure.what.clone()}</strong>{" "}{failure.why.clone()}</p>
            <p>{failure.next.clone()}</p>
        </div>
    }
}

/// Where the learner types the relay's access token; it is kept until the tab is closed.
fn token_field(wrong: bool, field: &NodeRef, driver: &Rc<RefCell<Driver>>) -> Html {
    let submit = {
        let (field, driver) = (field.clone(), Rc::clone(driver));
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            let token = platform::value(&field);
            if !token.trim().is_empty() {
                drive(&driver, Input::Token(token.trim().to_owned()));
            }
        })
    };
    html! {
        <form class="trouble" data-part="token" onsubmit={submit}>
            <p role="alert"><strong>
                {if wrong { texts::live::WRONG_TOKEN } else { texts::live::TOKEN_IS_ASKED_FOR }}
            </strong>{texts::live::TOKEN_HINT}</p>
            <p>
                <label>{texts::live::ACCESS_TOKEN}<input type="password" autocomplete="off" ref={field.clone()} /></label>{" "}
                <button type="submit" class="btn">{texts::live::RUN_WITH_IT}</button>
            </p>
        </form>
    }
}

fn status(state: &State, kernel: Option<String>) -> Html {
    let by = |says: &str| match &kernel {
        Some(kernel) => format!("{says} {kernel}."),
        None => says.to_owned(),
    };
    let says = match state {
        State::Idle => String::new(),
        State::Connecting => texts::live::CONNECTING_TO_THE_RELAY.into(),
        State::Opening => texts::live::PREPARING.into(),
        State::Running => by(texts::live::RUNNING_ON),
        State::WaitsForPeer => by(texts::live::PROGRAM_SLEEPS_ON),
        State::Told => by(texts::live::PEER_TOLD_ON),
        State::Resuming { .. } => texts::live::RESUMING.into(),
        State::Done => by(texts::live::ENDED_ON),
        State::Stopped => by(texts::live::STOPPED_ON),
        State::Asks { .. } | State::Failed(_) => String::new(),
    };
    html! { {says} }
}

const fn name(state: &State) -> &'static str {
    match state {
        State::Idle => "idle",
        State::Connecting => "connecting",
        State::Opening => "opening",
        State::Running => "running",
        State::WaitsForPeer => "waits-for-peer",
        State::Told => "told",
        State::Asks { .. } => "asks",
        State::Resuming { .. } => "resuming",
        State::Done => "done",
        State::Stopped => "stopped",
        State::Failed(_) => "failed",
    }
}

const fn holds_class(holds: Holds) -> &'static str {
    match holds {
        Holds::NotYet => "not-yet",
        Holds::Yes => "held",
        Holds::No => "not-held",
    }
}
