//! What a lesson weighs, and when it is painted, against an mdBook page of the same text under the same throttling.

use std::fs;
use std::io::Write;
use std::path::Path;

use super::{Figure, Rows};
use crate::artifacts::{self, Profile};
use crate::check::{LESSON, Server, Weight};
use crate::process::{Cmd, Result};
use crate::{project, setup};

/// Most bytes as brotli: text with style, and all code.
const LIMITS: (f64, f64) = (40_000.0, 250_000.0);

pub(super) fn measure(rows: &Rows, short: bool) -> Result<Vec<Figure>> {
    let rounds = if short { "1" } else { "7" };
    let server = Server::start(&artifacts::build(Profile::Release)?)?;
    let chromium = setup::chromium()?;
    setup::link_modules("bench")?;
    let book = book()?;
    let weight = Weight::of_lesson(&server)?;
    writeln!(rows.append()?, "text,bytes,0,{}\ncode,bytes,0,{}", weight.text, weight.code)?;
    let look = Cmd::new("node").arg("bench/page.mjs").args(["--rounds", rounds]).arg("--book").arg(book);
    let look = look.arg("--lesson").arg(format!("http://{}{LESSON}", server.address));
    look.arg("--chromium").arg(chromium).dir(&project::at("")).run_printing_into(&rows.append()?)?;
    let paint = rows.median("lesson", "lcp_ms")? / rows.median("book", "lcp_ms")?;
    Ok(vec![
        Figure::new("page_text_bytes_over_limit", weight.text as f64 / LIMITS.0, Some(1.0)),
        Figure::new("page_code_bytes_over_limit", weight.code as f64 / LIMITS.1, Some(1.0)),
        Figure::new("page_lcp_over_mdbook", paint, Some(1.0)),
    ])
}

/// Has mdBook make a book with the lesson's text as its one chapter; the folder that holds it.
fn book() -> Result<std::path::PathBuf> {
    let mdbook = setup::MDBOOK.set_up()?.join("mdbook");
    let dir = project::target().join("bench/book");
    fs::create_dir_all(dir.join("src"))?;
    let name = LESSON.rsplit('/').next().expect("the lesson's address has parts");
    let lesson = fs::read_to_string(project::at("lessons/content").join(format!("{name}.md")))?;
    fs::write(dir.join("book.toml"), "[book]\ntitle = \"Socketscope\"\n")?;
    fs::write(dir.join("src/SUMMARY.md"), "# Summary\n\n- [Lesson](lesson.md)\n")?;
    fs::write(dir.join("src/lesson.md"), plain_markdown(&lesson))?;
    Cmd::new(mdbook).arg("build").arg(&dir).run()?;
    Ok(dir.join(Path::new("book")))
}

/// The text of a lesson as ordinary Markdown: without its head and figures, with what stands in its boxes.
fn plain_markdown(lesson: &str) -> String {
    let title = lesson.lines().find_map(|line| line.strip_prefix("title = \"")).unwrap_or_default();
    let text = lesson.splitn(3, "+++\n").nth(2).unwrap_or(lesson);
    let mut plain = format!("# {}\n", title.trim_end_matches('"'));
    let mut in_block = false;
    for line in text.lines() {
        if line.starts_with("```") {
            in_block = !in_block;
        } else if let Some(title) = line.strip_prefix("~~~") {
            plain.push_str(&format!("\n**{}**\n\n", title.trim()).replace("****\n", ""));
        } else if !in_block {
            plain.push_str(line);
            plain.push('\n');
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_go_and_the_text_of_boxes_stays() {
        let lesson = "+++\ntitle = \"A *b*\"\n+++\n\nOne.\n\n~~~side Two\nThree.\n~~~\n\n```figure\nid = \"x\"\n```\nFour.\n";
        let plain = plain_markdown(lesson);
        for words in ["# A *b*", "One.", "side Two", "Three.", "Four."] {
            assert!(plain.contains(words), "{words}: {plain}");
        }
        assert!(!plain.contains("id =") && !plain.contains("~~~") && !plain.contains("+++"), "{plain}");
    }
}
