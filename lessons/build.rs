//! Builds the crate again when a lesson or an exercise is added or removed; rust-embed itself only follows the files that it knows.

fn main() {
    println!("cargo::rerun-if-changed=content");
    println!("cargo::rerun-if-changed=exercises");
    println!("cargo::rerun-if-changed=experiments");
    println!("cargo::rerun-if-changed=clinic");
    println!("cargo::rerun-if-changed=questions");
    println!("cargo::rerun-if-changed=reference");
    println!("cargo::rerun-if-changed=truth");
}
