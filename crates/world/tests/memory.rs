//! What a long history costs: counted by an allocator that counts.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod common;

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use common::fixture;
use world::{Op, World};

struct Counting;

static LIVE: AtomicUsize = AtomicUsize::new(0);

// SAFETY: every call is handed on to the system's allocator as it is.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        LIVE.fetch_add(layout.size(), Relaxed);
        // SAFETY: the caller's promise is the system's.
        unsafe { System.alloc(layout) }
    }
    unsafe fn dealloc(&self, place: *mut u8, layout: Layout) {
        LIVE.fetch_sub(layout.size(), Relaxed);
        // SAFETY: the caller's promise is the system's.
        unsafe { System.dealloc(place, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// Bytes that a browser may spend on a history.
const LIMIT: usize = 64 << 20;
/// A copy is kept every so many steps, as the stage does it.
const EVERY: u32 = 8;

#[test]
fn ten_thousand_events_with_a_copy_every_eight_steps_fit_in_sixty_four_megabytes() {
    let mut scenario = fixture("partial-send");
    let Op::Data { len, .. } = &mut scenario.programs[1].steps[0].op else { panic!("it sends data") };
    *len = 2_000_000;
    let before = LIVE.load(Relaxed);
    let mut world = World::new(&scenario).unwrap();
    let (mut events, mut acts, mut copies) = (Vec::new(), Vec::new(), vec![world.clone()]);
    while world.event_count() < 10_000 {
        assert!(world.step(), "it is long enough");
        let drained = world.drain();
        events.extend(drained.events);
        acts.extend(drained.acts);
        if world.act_count().is_multiple_of(EVERY) {
            copies.push(world.clone());
        }
    }
    let history = LIVE.load(Relaxed) - before;
    println!(
        "{} events, {} acts, {} copies: {:.1} MB",
        events.len(),
        acts.len(),
        copies.len(),
        history as f64 / 1e6
    );
    assert!(history < LIMIT, "{history} bytes");
    let middle = copies.len() / 2;
    let mut again = copies[middle].clone();
    for act in &acts[middle * EVERY as usize..] {
        again.act(act.clone()).unwrap();
    }
    assert_eq!(again.digest(), world.digest(), "a copy is a snapshot: from it the same happens");
}
