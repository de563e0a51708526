//! A peer that lets its backlog fill.

use crate::calls::CHUNK;
use crate::echo::Echo;
use crate::listen::{Listen, Place};
use crate::orders::Orders;
use crate::serve::{Gate, Serve};
use crate::{About, Setting};

pub(crate) const ABOUT: About = About {
    name: "slow-accepter",
    summary: "Listens with a small backlog and accepts only when told, or after a delay.",
    behaviour: "Its kernel completes handshakes by itself: you are connected, and may send, before anybody has called \
        `accept`. With `listen(n)` Linux lets n + 1 connections wait so. The next `connect` is not refused: its SYN is \
        dropped and sent again, each second at first and then ever more seldom, and your `connect` waits until there is \
        room or it gives up. A connection that it does accept it serves as an echo, to its end, before it accepts another.",
    settings: &[
        Setting {
            name: "backlog",
            meaning: "The backlog it gives to `listen`.",
            unit: "connections",
            default: 1,
            least: 0,
            most: 128,
        },
        Setting {
            name: "delay_ms",
            meaning: "How long it waits before each `accept`; 0: until it is told.",
            unit: "ms",
            default: 0,
            least: 0,
            most: 3_600_000,
        },
    ],
    listens: true,
    orders: "`accept`: it accepts one connection and serves it.",
};

pub(crate) fn slow_accepter(place: Place, backlog: u32, delay_us: u64) -> Serve<Echo> {
    let gate = if delay_us > 0 { Gate::Delay(delay_us) } else { Gate::Told(Orders::default()) };
    Serve::new(Listen::new(place, backlog), Echo::new(CHUNK)).behind(gate)
}
