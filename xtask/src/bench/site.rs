//! The whole site: how long its pages take to be made when it starts, what the heaviest weighs, and lighthouse's scores.

use std::time::Instant;

use super::{Figure, Rows};
use crate::artifacts::{self, Profile};
use crate::check::{Server, heaviest};
use crate::process::{Cmd, Result};
use crate::{project, setup};

/// Most milliseconds from the start of the program until it listens, all pages made.
const START_MS: f64 = 2000.0;
/// Most bytes of a page with its style, as brotli.
const PAGE_BYTES: f64 = 40_000.0;
/// Fewest points of a hundred in each of lighthouse's categories.
const POINTS: f64 = 95.0;
/// The figures, and lighthouse's names of what they tell.
const CATEGORIES: [(&str, &str); 4] = [
    ("site_performance_short_of_100", "performance"),
    ("site_accessibility_short_of_100", "accessibility"),
    ("site_best_practices_short_of_100", "best-practices"),
    ("site_seo_short_of_100", "seo"),
];

pub(super) fn measure(rows: &Rows, short: bool) -> Result<Vec<Figure>> {
    let rounds = if short { 1 } else { 7 };
    let binary = artifacts::build(Profile::Release)?;
    for round in 0..rounds {
        let begin = Instant::now();
        let server = Server::start(&binary)?;
        rows.add(&format!("start,ms,{round},{:.1}", begin.elapsed().as_secs_f64() * 1000.0))?;
        drop(server);
    }
    let server = Server::start(&binary)?;
    let (page, bytes) = heaviest(&server)?;
    rows.add(&format!("heaviest {page},bytes,0,{bytes}"))?;
    let chromium = setup::chromium()?;
    setup::link_modules("bench")?;
    let look = Cmd::new("node").arg("bench/site.mjs").args(["--rounds", if short { "1" } else { "3" }]);
    let look = look.arg("--url").arg(format!("http://{}/", server.address)).arg("--chromium").arg(chromium);
    look.dir(&project::at("")).run_printing_into(&rows.append()?)?;
    let mut figures = vec![
        Figure::new("site_start_ms", rows.median("start", "ms")?, Some(START_MS)),
        Figure::new("site_heaviest_page_bytes", bytes as f64, Some(PAGE_BYTES)),
    ];
    for (name, category) in CATEGORIES {
        let mut least = f64::INFINITY;
        for kind in ["home", "lesson", "reference"] {
            for preset in ["phone", "desk"] {
                least = least.min(rows.median(&format!("{kind}-{preset}-{category}"), "score")?);
            }
        }
        figures.push(Figure::new(name, 100.0 - least, Some(100.0 - POINTS)));
    }
    Ok(figures)
}
