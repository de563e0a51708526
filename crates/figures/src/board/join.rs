//! How learners come in: the address, the code, and both as a QR code.

use qrcode::{Color, EcLevel, QrCode};
use yew::prelude::*;

use super::words;
use crate::texts;

/// A QR code's quiet zone, in modules (ISO/IEC 18004 asks for four).
const QUIET: usize = 4;

/// What a learner opens.
pub(crate) fn link(address: &str, code: &str) -> String {
    format!("{}/join#{code}", address.trim_end_matches('/'))
}

/// The address without what nobody types: `192.168.1.20:8080`.
pub(crate) fn plain(address: &str) -> &str {
    address
        .strip_prefix("http://")
        .or_else(|| address.strip_prefix("https://"))
        .unwrap_or(address)
        .trim_end_matches('/')
}

/// Whether only this machine can reach it.
pub(crate) fn only_here(address: &str) -> bool {
    let host = plain(address);
    ["127.", "localhost", "[::1]"].iter().any(|start| host.starts_with(start))
}

/// The address that others can probably reach: the first that is not this machine's own.
pub(crate) fn best(addresses: &[String]) -> Option<&String> {
    addresses.iter().find(|address| !only_here(address)).or(addresses.first())
}

/// The link as a QR code, dark on white in both themes, for that is what cameras look for. None where it is too long.
pub(crate) fn qr(link: &str) -> Html {
    let Ok(code) = QrCode::with_error_correction_level(link, EcLevel::M) else { return Html::default() };
    let (width, all) = (code.width(), code.width() + 2 * QUIET);
    let mut path = String::new();
    for (y, row) in code.to_colors().chunks(width).enumerate() {
        let mut x = 0;
        while x < width {
            let dark = row[x..].iter().take_while(|color| **color == Color::Dark).count();
            if dark > 0 {
                path.push_str(&format!("M{} {}h{dark}v1h-{dark}z", x + QUIET, y + QUIET));
            }
            x += dark.max(1);
        }
    }
    html! {
        <svg class="qr" viewBox={format!("0 0 {all} {all}")} role="img" aria-label={texts::room::qr_code_of(link)}
            shape-rendering="crispEdges">
            <rect class="light" width={all.to_string()} height={all.to_string()} /><path class="dark" d={path} />
        </svg>
    }
}

/// The code, the address and the picture.
pub(crate) fn join(address: &str, code: &str) -> Html {
    html! {
        <div class="join" data-part="join">
            {qr(&link(address, code))}
            <div>
                <p class="over">{texts::room::JOIN_AT}</p>
                <p class="addr">{plain(address).to_owned()}<wbr />{"/join"}</p>
                <p class="over">{texts::room::WITH_THE_CODE}</p>
                <p class="room-code" data-part="code">{words::code(code)}</p>
            </div>
        </div>
    }
}

/// A choice among the addresses under which the relay can be reached, if there is one.
pub(crate) fn addresses(all: &[String], now: &str, choose: &Callback<String>) -> Html {
    html! {
        <>
            if all.len() > 1 {
                <details class="addresses"><summary>{texts::room::ANOTHER_ADDRESS}</summary><fieldset>
                    <legend>{texts::room::WHICH_ADDRESS}</legend>
                    for address in all {
                        <label class="tick"><input type="radio" name="address" checked={address == now}
                            onchange={choose.reform({ let it = address.clone(); move |_: Event| it.clone() })} />
                            <span><code>{plain(address).to_owned()}</code>{if only_here(address) { texts::room::ONLY_FROM_THIS_MACHINE } else { "" }}</span>
                        </label>
                    }
                </fieldset></details>
            }
            if only_here(now) {
                <p class="warn">{texts::room::ONLY_THIS_MACHINE_CAN_REACH}<code>{plain(now).to_owned()}</code>{texts::room::TO_LET_OTHERS_IN}
                    <code>{texts::room::COMMAND_SERVE_LAN}</code>{"."}</p>
            }
        </>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_link_is_what_a_learner_opens() {
        assert_eq!(link("http://192.168.1.20:8080/", "K3LP27QX"), "http://192.168.1.20:8080/join#K3LP27QX");
        assert_eq!(plain("https://room.example/"), "room.example");
    }

    #[test]
    fn an_address_that_others_can_reach_is_preferred() {
        let all =
            ["http://127.0.0.1:8080", "http://[::1]:8080", "http://192.168.1.20:8080"].map(str::to_owned);
        assert_eq!(best(&all).map(String::as_str), Some("http://192.168.1.20:8080"));
        assert_eq!(best(&all[..2]).map(String::as_str), Some("http://127.0.0.1:8080"));
        assert!(only_here("http://localhost:8080") && !only_here("http://10.0.0.7"));
    }
}
