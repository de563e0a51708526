//! The description of the language is what the machine does: every row has a program that shows it, and every change a version.
//!
//! `LANGUAGE=1 cargo test -p python --test language` writes the description and the list of names that no program uses anew.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use python::language::{Language, VERSION, language};

fn at(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests").join(path)
}

fn writing() -> bool {
    std::env::var_os("LANGUAGE").is_some_and(|value| value == "1")
}

/// The text of a file that is kept beside the tests; it is written anew where that is asked for.
fn kept(name: &str, is: &str) -> String {
    if writing() {
        fs::create_dir_all(at("language")).expect("a folder can be made");
        fs::write(at("language").join(name), is).expect("a file can be written");
    }
    fs::read_to_string(at("language").join(name)).unwrap_or_default()
}

/// Every word of every program of the goldens.
fn words() -> BTreeSet<String> {
    let mut words = BTreeSet::new();
    for folder in fs::read_dir(at("goldens")).expect("the goldens are here").flatten() {
        let Ok(files) = fs::read_dir(folder.path()) else { continue };
        for file in files.flatten().filter(|file| file.path().extension().is_some_and(|it| it == "py")) {
            let text = fs::read_to_string(file.path()).expect("a program is text");
            words.extend(text.split(|c: char| !c.is_alphanumeric() && c != '_').map(str::to_owned));
        }
    }
    words
}

fn described(Language { statements, types, functions, exceptions, modules, refused }: &Language) -> String {
    let mut text = format!("version {VERSION}\n");
    for it in *statements {
        writeln!(text, "{}: {} ({})", it.form, it.says, it.shown_by).expect("a text grows");
    }
    for it in types.iter().chain(exceptions).chain(modules) {
        writeln!(text, "{}: {}", it.of, it.names.join(" ")).expect("a text grows");
    }
    writeln!(text, "functions: {}", functions.join(" ")).expect("a text grows");
    for it in refused {
        writeln!(text, "{:?}: {}; instead: {}", it.example, it.says, it.instead).expect("a text grows");
    }
    text
}

#[test]
fn every_change_of_the_language_has_a_version() {
    let is = described(&language());
    let kept = kept("description.txt", &is);
    assert!(kept == is, "raise VERSION and make the description anew\n--- it was\n{kept}\n--- it is\n{is}");
}

#[test]
fn every_statement_is_shown_by_a_program() {
    for it in language().statements {
        let program = at("goldens").join(it.shown_by).with_extension("py");
        assert!(program.is_file(), "{}: there is no program {}", it.form, it.shown_by);
    }
    let pending = fs::read_to_string(at("goldens/pending.txt")).expect("there is a list");
    let lame: Vec<_> =
        language().statements.iter().filter(|it| pending.lines().any(|line| line == it.shown_by)).collect();
    assert!(lame.is_empty(), "the machine does not do these programs yet: {lame:?}");
}

#[test]
fn every_type_function_exception_and_module_is_used_by_a_program() {
    let (language, words) = (language(), words());
    let heads = [&language.types, &language.exceptions, &language.modules].into_iter().flatten();
    // Nobody says `generator`; what it can do is said.
    let heads = heads.map(|it| &it.of).filter(|of| *of != "generator");
    let unused: Vec<_> = heads.chain(&language.functions).filter(|name| !words.contains(*name)).collect();
    assert!(unused.is_empty(), "no program of the goldens uses {unused:?}");
}

#[test]
fn methods_and_names_that_no_program_uses_are_listed() {
    let (language, words) = (language(), words());
    let mut unused = String::new();
    for it in [&language.types, &language.exceptions, &language.modules].into_iter().flatten() {
        for name in it.names.iter().filter(|name| !words.contains(*name)) {
            writeln!(unused, "{}.{name}", it.of).expect("a text grows");
        }
    }
    assert_eq!(kept("unused.txt", &unused), unused);
}
