//! `_random`: the Mersenne Twister on a state that the program's own object keeps, as a bytearray.

use num_traits::ToPrimitive;

use crate::machine::Machine;
use crate::machine::compare::Number;
use crate::native::{Args, Flow, Native, Res};
use crate::object::Object;
use crate::pure::twister::{Twister, key_of_bytes};
use crate::value::Value;

/// Note of a machine: what its `random` begins with when no seed is given.
const SEED: &str = "seed";

pub(super) const FUNCTIONS: &[Native] = &[
    Native { name: "entropy", call: entropy },
    Native { name: "seeded", call: seeded },
    Native { name: "random", call: random },
    Native { name: "getrandbits", call: getrandbits },
];

/// A number that the host chose for this run, another one each time.
fn entropy(m: &mut Machine, _: &Args<'_>) -> Res<Flow> {
    let seed = m.notes.iter().find(|(key, _)| *key == SEED).map_or(0, |(_, seed)| *seed);
    m.set_note(SEED, seed.wrapping_add(1));
    Ok(Flow::Value(m.int(seed.into())))
}

fn seeded(m: &mut Machine, args: &Args<'_>) -> Res<Flow> {
    let key = match (m.buffer(args.at(0)), m.number(args.at(0))) {
        (Some(bytes), _) => key_of_bytes(bytes),
        (None, Some(Number::Float(_)) | None) => 0.into(),
        (None, Some(number)) => number.big(),
    };
    Ok(Flow::Value(m.bytearray(Twister::seeded(&key).to_bytes())))
}

/// Draws from the state, and keeps the state that follows.
fn draw<T>(m: &mut Machine, state: Value, from: impl FnOnce(&mut Twister) -> T) -> Res<T> {
    let found = m.buffer(state).and_then(Twister::from_bytes);
    let Some(mut twister) = found else { return Err(m.value_error("state vector is the wrong size")) };
    let drawn = from(&mut twister);
    if let Value::Ref(id) = state
        && let Object::ByteArray(bytes) = m.heap.get_mut(id)
    {
        *bytes = twister.to_bytes();
    }
    Ok(drawn)
}

fn random(m: &mut Machine, args: &Args<'_>) -> Res<Flow> {
    let x = draw(m, args.at(0), Twister::random)?;
    Ok(Flow::Value(Value::Float(x)))
}

fn getrandbits(m: &mut Machine, args: &Args<'_>) -> Res<Flow> {
    let bits = m.int_arg(args.at(1))?.to_u32().unwrap_or(u32::MAX);
    m.room(u64::from(bits / 8))?;
    let n = draw(m, args.at(0), |twister| twister.bits(bits))?;
    Ok(Flow::Value(m.int(n)))
}

impl Machine {
    /// What `random` begins with when the program gives no seed: another number for each run that should differ.
    pub fn set_seed(&mut self, seed: u64) {
        self.set_note(SEED, seed);
    }
}
