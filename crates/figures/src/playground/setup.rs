//! What there is: hosts, the programs on each, the network, whose behaviour is shown.

use scene::playground::{Change, MAX_HOSTS, change};
use world::{Faults, Network, Profile, ProgramSpec, Scenario};
use yew::prelude::*;

use crate::platform;
use crate::texts;

/// The settings, folded; a change begins the run afresh.
pub(super) fn setup(scenario: &Scenario, alter: &Callback<Change>) -> Html {
    let press = |what: Change| alter.reform(move |_: MouseEvent| what.clone());
    let read = |what: fn(u64) -> Change| {
        let scenario = scenario.clone();
        Callback::from(move |text: String| {
            let number = text.trim().parse().map_err(|_| texts::playground::NO_NUMBER.to_owned())?;
            change(&scenario, what(number)).map(|_| what(number))
        })
    };
    let loopback = scenario.network == Network::Loopback;
    html! {
        <details class="setup" data-part="setup">
            <summary><span>{texts::playground::HOSTS_AND_NETWORK}</span>{" "}<span class="now">{summary(scenario)}</span></summary>
            <div class="setup-body">
                <fieldset>
                    <legend>{texts::playground::HOSTS}</legend>
                    <ul class="hosts">
                        for (at, host) in scenario.hosts.iter().enumerate() {
                            <li key={host.clone()}>
                                <b>{host.clone()}</b>
                                <code>{if loopback { "127.0.0.1".to_owned() } else { format!("10.0.0.{}", at + 1) }}</code>
                                <span>{programs(scenario, host)}</span>
                                <button type="button" class="btn quiet" aria-label={texts::playground::another_program_on(host)}
                                    onclick={press(Change::AddProgram(at))}>{texts::playground::ADD_A_PROGRAM}</button>
                                <button type="button" class="btn quiet" aria-label={texts::playground::one_program_less_on(host)}
                                    onclick={press(Change::RemoveProgram(at))}>{texts::playground::REMOVE_A_PROGRAM}</button>
                                <button type="button" class="btn quiet" aria-label={texts::playground::remove(host)}
                                    onclick={press(Change::RemoveHost(at))}>{texts::playground::REMOVE}</button>
                            </li>
                        }
                    </ul>
                    <button type="button" class="btn" aria-disabled={(scenario.hosts.len() >= MAX_HOSTS).to_string()}
                        onclick={press(Change::AddHost)}>{texts::playground::ADD_A_HOST}</button>
                </fieldset>
                {peers(alter)}
                <fieldset>
                    <legend>{texts::playground::NETWORK}</legend>
                    <div class="seg" role="group" aria-label={texts::playground::NETWORK}>
                        <button type="button" aria-pressed={loopback.to_string()} onclick={press(Change::Loopback(true))}>{texts::playground::ONE_HOST_LOOPBACK}</button>
                        <button type="button" aria-pressed={(!loopback).to_string()} onclick={press(Change::Loopback(false))}>{texts::playground::A_WIRE}</button>
                    </div>
                    if let Network::Wire { mtu, delay_us } = scenario.network {
                        <div class="fields">
                            <Number name={texts::playground::MTU} value={u64::from(mtu)} read={read(|n| Change::Mtu(n.min(u64::from(u32::MAX)) as u32))} alter={alter.clone()} />
                            <Number name={texts::playground::DELAY} value={delay_us} read={read(Change::Delay)} alter={alter.clone()} />
                        </div>
                    }
                </fieldset>
                <fieldset>
                    <legend>{texts::playground::KERNEL}</legend>
                    <div class="seg" role="group" aria-label={texts::playground::WHOSE_BEHAVIOUR}>
                        <button type="button" aria-pressed={(scenario.profile == Profile::Linux).to_string()}
                            onclick={press(Change::Profile(Profile::Linux))}>{texts::playground::LINUX}</button>
                        <button type="button" aria-pressed={(scenario.profile == Profile::Posix).to_string()}
                            onclick={press(Change::Profile(Profile::Posix))}>{texts::playground::WHATEVER_POSIX_PERMITS}</button>
                    </div>
                    <div class="seg" role="group" aria-label={texts::playground::FAULTS}>
                        <button type="button" aria-pressed={(scenario.faults != Faults::default()).to_string()}
                            onclick={press(Change::Faults(true))}>{texts::playground::ANYTHING_MAY_FAIL}</button>
                        <button type="button" aria-pressed={(scenario.faults == Faults::default()).to_string()}
                            onclick={press(Change::Faults(false))}>{texts::playground::NOTHING_FAILS}</button>
                    </div>
                </fieldset>
            </div>
        </details>
    }
}

#[cfg(feature = "peers")]
fn peers(alter: &Callback<Change>) -> Html {
    html! { <super::peers::PeerForm alter={alter.clone()} /> }
}

/// The modules that have no playground have no catalogue either.
#[cfg(not(feature = "peers"))]
fn peers(_: &Callback<Change>) -> Html {
    Html::default()
}

#[derive(Properties, PartialEq)]
struct NumberProps {
    name: &'static str,
    value: u64,
    /// What a text asks for, or why it cannot be.
    read: Callback<String, Result<Change, String>>,
    alter: Callback<Change>,
}

/// A number to be typed. What cannot be is said beside it at once; until it can, the number before stays in force.
#[component]
fn Number(props: &NumberProps) -> Html {
    let typed = use_state_eq(|| None::<String>);
    use_effect_with(props.value, {
        let typed = typed.setter();
        move |_| typed.set(None)
    });
    let trouble = typed.as_ref().and_then(|text| props.read.emit(text.clone()).err());
    let oninput = {
        let typed = typed.setter();
        Callback::from(move |event: InputEvent| typed.set(Some(platform::text_of(&event))))
    };
    let onchange = {
        let (typed, read, alter) = (typed.setter(), props.read.clone(), props.alter.clone());
        Callback::from(move |event: Event| {
            if let Ok(change) = read.emit(platform::chosen(&event)) {
                typed.set(None);
                alter.emit(change);
            }
        })
    };
    let value = typed.as_ref().map_or_else(|| props.value.to_string(), Clone::clone);
    field(props.name, value, trouble, oninput, Some(onchange))
}

/// A field for a number, and what is wrong with it.
pub(super) fn field(
    name: &str,
    value: String,
    trouble: Option<String>,
    oninput: Callback<InputEvent>,
    onchange: Option<Callback<Event>>,
) -> Html {
    let id = format!("trouble-{}", name.split([',', ' ']).next().unwrap_or_default());
    html! {
        <div class="field">
            <label><span>{name.to_owned()}</span>
                <input type="text" inputmode="numeric" size="7" autocomplete="off" {value} {oninput} {onchange}
                    aria-invalid={trouble.is_some().to_string()} aria-describedby={id.clone()} />
            </label>
            <p {id} class="trouble" role="alert">{trouble.unwrap_or_default()}</p>
        </div>
    }
}

fn programs(scenario: &Scenario, host: &str) -> String {
    let here = scenario.programs.iter().filter(|program| program.host == host);
    here.map(|program| program.name.clone() + &set(program)).collect::<Vec<_>>().join(", ")
}

/// What is set about a peer.
fn set(program: &ProgramSpec) -> String {
    let Some(peer) = &program.peer else { return String::new() };
    let mut set: Vec<_> = peer.settings.iter().map(|(name, value)| format!("{name} {value}")).collect();
    if peer.seed != 0 {
        set.push(texts::playground::seed(peer.seed));
    }
    if set.is_empty() {
        set.push(texts::playground::AS_IT_IS.into())
    }
    format!(" ({})", set.join(", "))
}

fn summary(scenario: &Scenario) -> String {
    let network = match scenario.network {
        Network::Loopback => texts::playground::ONE_HOST_LOOPBACK.to_owned(),
        Network::Wire { mtu, delay_us } => {
            texts::playground::hosts_and_wire(scenario.hosts.len(), mtu, delay_us)
        }
    };
    let profile =
        if scenario.profile == Profile::Linux { texts::playground::LINUX } else { texts::playground::POSIX };
    let faults = if scenario.faults == Faults::default() { texts::playground::AND_NOTHING_FAILS } else { "" };
    texts::playground::all_of_it(network, scenario.programs.len(), profile, faults)
}
