//! The machine is the same natively and in wasm: the same programs, answered alike, give the same stops and digests, and what
//! stops nobody natively stops nobody in a browser.
//!
//! `ALIKE=1 cargo test -p python --test alike` writes the stories anew; another story is another machine, and links that
//! hold programs see it.

#[path = "fuzzing/answers.rs"]
mod answers;
#[cfg(target_arch = "wasm32")]
#[allow(dead_code, reason = "the goldens use the rest")]
#[path = "harness"]
mod harness {
    pub(crate) mod compare;
    pub(crate) mod machine;
    mod nasty;
    pub(crate) mod programs;
}

use python::{Limits, Machine, Program, Stop, Until};
use rng::Rng;

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

macro_rules! programs {
    ($($name:literal)*) => {
        /// Names and texts.
        const PROGRAMS: &[(&str, &str)] = &[$(($name, include_str!(concat!("goldens/", $name, ".py")))),*];
    };
}

programs! {
    "builtins/min_max_and_sum" "builtins/sorting_is_stable" "builtins/input_reads_lines"
    "classes/a_linked_list" "classes/del_runs_with_the_last_reference" "classes/inheritance_and_super"
    "classes/operators_can_be_defined" "classes/properties" "containers/dict_methods" "containers/sets"
    "containers/small_integers_in_a_set_are_in_order" "exceptions/causes_and_contexts" "exceptions/recursion_has_a_limit"
    "exceptions/the_order_of_try_except_else_finally" "generators/permutations" "generators/walking_a_tree"
    "generators/yield_from_passes_everything_on" "language/eight_queens" "language/f_strings" "language/match_on_mappings_and_classes"
    "language/the_game_of_life" "language/closures_keep_variables_alive" "language/unpacking_a_wrong_number_of_values"
    "modules/random_is_the_same_for_a_seed" "modules/selectors_echo" "modules/socketserver_with_threads"
    "modules/struct_pack_and_unpack" "modules/queue_between_threads" "modules/os_fork_makes_a_child"
    "numbers/big_integers" "numbers/how_floats_are_printed" "numbers/powers" "numbers/rounding_half_to_even"
    "sockets/a_chat_of_three" "sockets/a_conversation_by_makefile" "sockets/an_echo_server_with_select"
    "sockets/framing_with_a_length" "sockets/receiving_exactly_n_bytes" "sockets/the_last_reference_closes"
    "strings/format_specifications_of_floats" "strings/splitting" "threads/a_condition_hands_things_over"
    "threads/a_semaphore_admits_a_number"
}

/// One line a program: name, stops, instructions, a number for the digests at all stops.
const STORIES: &str = include_str!("alike/stories.txt");

/// Turns of a program that waits for ever.
const TURNS: u32 = 2_000;

fn mixed(sum: u64, word: u64) -> u64 {
    (sum ^ word).wrapping_mul(0x0100_0000_01b3).rotate_left(23)
}

/// What becomes of a program whose calls are answered by what a seed draws.
fn story(name: &str, text: &str) -> String {
    let program = Program::compile(text, "it.py").unwrap_or_else(|unfit| panic!("{name}: {unfit:?}"));
    let limits = Limits { instructions: 200_000, ..Limits::default() };
    let mut machine = Machine::new(&program, &[], limits);
    let mut rng = Rng::new(name.len() as u64);
    let (mut thread, mut stops, mut sum) = (0, 0, 0);
    for _ in 0..TURNS {
        let stop = machine.run(thread, Until::Event, &mut 1_000);
        stops += 1;
        sum = mixed(mixed(sum, machine.digest()), machine.digest_of_future());
        if let Stop::Output { text, .. } = &stop {
            sum = text.bytes().fold(sum, |sum, byte| mixed(sum, byte.into()));
        }
        if matches!(stop, Stop::Exit(_) | Stop::Limit(_)) {
            break;
        }
        answers::answer(&mut machine, thread, &stop, &mut rng);
        thread =
            (thread + 1..machine.threads()).chain(0..=thread).find(|it| machine.ready(*it)).unwrap_or(thread);
    }
    format!("{name} {stops} {} {sum:016x}\n", machine.instructions())
}

#[test]
fn every_program_gives_the_same_story_here() {
    let stories: String = PROGRAMS.iter().map(|(name, text)| story(name, text)).collect();
    #[cfg(not(target_arch = "wasm32"))]
    if std::env::var_os("ALIKE").is_some_and(|value| value == "1") {
        let file = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/alike/stories.txt");
        std::fs::write(file, &stories).expect("a file can be written");
        return;
    }
    assert_eq!(stories, STORIES);
}
