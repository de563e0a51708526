//! Builds the crate again when a lesson is added or removed; rust-embed itself only follows the files that it knows.

fn main() {
    println!("cargo::rerun-if-changed=content");
    println!("cargo::rerun-if-changed=experiments");
    println!("cargo::rerun-if-changed=clinic");
}
