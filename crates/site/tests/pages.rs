//! Every page is a well-formed document that keeps a strict content security policy and leads somewhere.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::collections::BTreeSet;
use std::sync::LazyLock;

use lessons::{Lessons, Planned};
use scraper::{ElementRef, Html, Node, Selector};
use site::{Assets, Options, Page, Site};

/// The site, made once: that takes seconds.
fn site() -> &'static Site {
    static SITE: LazyLock<Site> = LazyLock::new(|| {
        let lessons = Lessons::embedded().expect("the lessons have their own tests");
        Site::build(&Assets::default(), &lessons, Options { relay: true }).unwrap()
    });
    &SITE
}

fn select<'h>(html: &'h Html, selector: &str) -> Vec<ElementRef<'h>> {
    html.select(&Selector::parse(selector).unwrap()).collect()
}

fn text(element: &ElementRef<'_>) -> String {
    element.text().collect::<String>().split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Every page, as the relay serves it, and the one for unknown addresses.
fn each(check: impl Fn(&Page, &Html)) {
    let site = site();
    for page in site.pages().chain([site.not_found()]) {
        let html = Html::parse_document(&page.html);
        check(page, &html);
    }
}

#[test]
fn pages_parse_without_an_error() {
    each(|page, html| assert!(html.errors.is_empty(), "{}: {:?}", page.path, html.errors));
}

#[test]
fn pages_say_their_language_title_and_description() {
    each(|page, html| {
        assert_eq!(select(html, "html[lang=en]").len(), 1, "{}", page.path);
        assert!(text(&select(html, "title")[0]).contains("Socketscope"), "{}", page.path);
        let description = select(html, "meta[name=description]")[0].attr("content").unwrap();
        assert!(description.len() > 10, "{}", page.path);
        assert_eq!(select(html, "a.skip[href=\"#main\"]").len(), 1, "{}", page.path);
        assert_eq!(select(html, "main#main").len(), 1, "{}", page.path);
    });
}

#[test]
fn headings_begin_with_one_title_and_skip_no_level() {
    each(|page, html| {
        assert_eq!(select(html, "h1").len(), 1, "{}", page.path);
        let mut level = 0;
        for heading in select(html, "h1, h2, h3, h4, h5, h6") {
            let this: u8 = heading.value().name()[1..].parse().unwrap();
            assert!(this <= level + 1, "{}: h{this} after h{level}: {}", page.path, text(&heading));
            assert!(!text(&heading).is_empty(), "{}: an empty heading", page.path);
            level = this;
        }
    });
}

#[test]
fn ids_are_unique_and_what_refers_to_them_finds_them() {
    each(|page, html| {
        let mut ids = BTreeSet::new();
        for element in select(html, "[id]") {
            let id = element.attr("id").unwrap();
            assert!(ids.insert(id), "{}: a second id {id}", page.path);
        }
        for (attribute, selector) in [
            ("for", "label[for]"),
            ("aria-labelledby", "[aria-labelledby]"),
            ("aria-describedby", "[aria-describedby]"),
            ("aria-controls", "[aria-controls]"),
        ] {
            for element in select(html, selector) {
                for id in element.attr(attribute).unwrap().split_whitespace() {
                    assert!(ids.contains(id), "{}: {attribute} names {id}", page.path);
                }
            }
        }
    });
}

#[test]
fn nothing_breaks_a_strict_content_security_policy() {
    each(|page, html| {
        assert!(select(html, "[style], style, base, iframe, object").is_empty(), "{}", page.path);
        for script in select(html, "script:not([src])") {
            assert_eq!(script.attr("type"), Some("application/json"), "{}: an inline script", page.path);
            let inside = match script.attr("data-from") {
                Some(from) => {
                    let file = site().files().iter().find(|it| it.path == resolve(&page.path, from));
                    file.unwrap_or_else(|| panic!("{}: no file {from}", page.path)).text.clone()
                }
                None => script.text().collect(),
            };
            serde_json::from_str::<serde_json::Value>(&inside).unwrap();
        }
        for node in html.tree.nodes() {
            if let Node::Element(element) = node.value() {
                for (name, value) in element.attrs() {
                    assert!(!name.starts_with("on"), "{}: {name}={value}", page.path);
                    let asked = matches!(name, "src" | "srcset") || element.name() == "link";
                    assert!(!(asked && value.contains("//")), "{}: {name}={value}", page.path);
                }
            }
        }
    });
}

#[test]
fn every_control_has_a_name() {
    each(|page, html| {
        for control in select(html, "a, button, summary, nav, section, svg[role=img]") {
            // A heading's link to itself is for the mouse: who goes by keys or by ear never meets it.
            if control.attr("class") == Some("anchor") {
                assert_eq!(control.attr("aria-hidden").zip(control.attr("tabindex")), Some(("true", "-1")));
                continue;
            }
            let named = control.attr("aria-label").is_some_and(|l| !l.is_empty())
                || control.attr("aria-labelledby").is_some()
                || (!matches!(control.value().name(), "nav" | "section") && !text(&control).is_empty())
                || control.value().name() == "svg";
            assert!(named, "{}: {}", page.path, control.html());
        }
    });
}

/// Where a relative link leads, from the address that the page was asked for.
fn resolve(from: &str, link: &str) -> String {
    let link = link.split('#').next().unwrap();
    if let Some(absolute) = link.strip_prefix('/') {
        return format!("/{absolute}");
    }
    let mut parts: Vec<_> = from.split('/').collect();
    parts.pop();
    for part in link.split('/') {
        match part {
            "." => {}
            ".." => assert!(parts.pop().is_some_and(|p| !p.is_empty()), "{link} leads above the site"),
            part => parts.push(part),
        }
    }
    parts.join("/")
}

/// Checks every link of a page that was asked for at `from`.
fn links_lead_somewhere(site: &Site, from: &str, html: &Html) {
    for link in select(html, "a[href]") {
        let href = link.attr("href").unwrap();
        // A file that the page itself holds leads nowhere.
        let file = href.starts_with("data:") && link.attr("download").is_some();
        if href.contains("://") || file {
            continue;
        }
        if let Some(id) = href.strip_prefix('#') {
            assert_eq!(select(html, &format!("[id=\"{id}\"]")).len(), 1, "{from}: {href}");
            continue;
        }
        let target = resolve(from, href);
        if target.starts_with("/assets/") {
            continue;
        }
        let page = site.page(&target).unwrap_or_else(|| panic!("{from}: {href} leads to {target}"));
        // What the playground opens with is no place in its page.
        if let Some((_, peer)) = href.split_once("#peer=") {
            assert!(page.path == "/playground" && peers::about(peer).is_some(), "{from}: {href}");
            continue;
        }
        // Nor is a run.
        if href.contains("#programs@p1.") {
            assert_eq!(page.path, "/programs", "{from}: {href}");
            continue;
        }
        // A lesson's name tells the review to ask about it.
        if let Some((_, lesson)) = href.split_once('#').filter(|_| page.path == "/review") {
            assert!(site.page(&format!("/lessons/{lesson}")).is_some(), "{from}: {href}");
            continue;
        }
        if let Some((_, id)) = href.split_once('#') {
            assert!(page.html.contains(&format!("id=\"{id}\"")), "{from}: {href}");
        }
    }
}

#[test]
fn every_link_leads_somewhere_with_and_without_a_slash_behind() {
    let site = site();
    for page in site.pages() {
        links_lead_somewhere(site, &page.path, &Html::parse_document(&page.html));
        if page.path != "/" {
            let with_slash = format!("{}/", page.path);
            let page = site.page(&with_slash).unwrap();
            links_lead_somewhere(site, &with_slash, &Html::parse_document(&page.html));
        }
    }
    links_lead_somewhere(site, "/some/where", &Html::parse_document(&site.not_found().html));
}

#[test]
fn an_export_has_every_page_and_no_address_from_the_root() {
    let site = site();
    let files = site.export();
    let names: BTreeSet<_> = files.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(files.len(), site.pages().count() + 1 + site.files().len());
    let some = ["index.html", "404.html", "keys/index.html", "lessons/how-much-did-send-take/index.html"];
    for name in some.into_iter().chain(["sw.js", "search.json", "site.webmanifest"]) {
        assert!(names.contains(name), "{name} is not among {names:?}");
    }
    for (name, html) in files.iter().filter(|(name, _)| name.ends_with(".html")) {
        let html = Html::parse_document(html);
        for element in select(&html, "[href], [src]") {
            let url = element.attr("href").or(element.attr("src")).unwrap();
            assert!(!url.starts_with('/'), "{name}: {url}");
        }
    }
}

/// Of a page its address, its title and its sections: of each its place, its heading and its text.
type Searched = (String, String, Vec<(String, String, String)>);

#[test]
fn what_is_searched_stands_in_its_page() {
    let site = site();
    let list = site.files().iter().find(|file| file.path == "/search.json").unwrap();
    let pages: Vec<Searched> = serde_json::from_str(&list.text).unwrap();
    assert!(pages.len() > 90, "{}", pages.len());
    let mut letters = 0;
    for (path, _, parts) in &pages {
        let page = site.page(&format!("/{path}")).unwrap();
        let html = Html::parse_document(&page.html);
        let ids: BTreeSet<_> = select(&html, "[id]").iter().filter_map(|it| it.attr("id")).collect();
        for (place, _, text) in parts {
            assert!(place.is_empty() || ids.contains(place.as_str()), "{path}#{place}");
            letters += text.len();
        }
    }
    assert!(letters > 300_000, "{letters}");
}

#[test]
fn what_is_kept_for_reading_offline_is_every_page_but_those_for_slides() {
    let site = site();
    let worker = &site.files().iter().find(|file| file.path == "/sw.js").unwrap().text;
    for page in site.pages().filter(|page| page.path != "/") {
        let kept = worker.contains(&format!("[\"{}\",", page.path.trim_start_matches('/')));
        assert_eq!(kept, !page.path.starts_with("/embed/"), "{}", page.path);
    }
    assert!(worker.contains("[\"./\",") && worker.contains("[\"search.json\","), "{worker}");
}

#[test]
fn the_page_of_all_lessons_has_each_with_its_figures() {
    let lessons = Lessons::embedded().unwrap();
    let html = Html::parse_document(&site().page("/whole").unwrap().html);
    for lesson in &lessons.lessons {
        assert_eq!(select(&html, &format!("h3[id=\"{}\"]", lesson.slug)).len(), 1, "{}", lesson.slug);
        for figure in lesson.figures() {
            let selector = format!(".on-paper[id=\"{}--{}\"]", lesson.slug, figure.id());
            let still = select(&html, &selector);
            assert_eq!(still.len(), 1, "{selector}");
            assert!(!select(&html, &format!("{selector} pre")).is_empty(), "{selector}");
        }
    }
}

#[test]
fn without_a_relay_the_pages_say_so() {
    let lessons = Lessons::embedded().unwrap();
    let site = Site::build(&Assets::default(), &lessons, Options { relay: false }).unwrap();
    for page in site.pages() {
        assert!(page.html.contains("data-relay=\"none\""), "{}", page.path);
    }
    assert!(
        self::site()
            .page("/lessons/how-much-did-send-take")
            .unwrap()
            .html
            .contains("data-relay=\"../relay\"")
    );
}

#[test]
fn the_first_use_of_a_word_in_a_lesson_leads_to_the_reference() {
    let site = site();
    let html = Html::parse_document(&site.page("/lessons/how-much-did-send-take").unwrap().html);
    let links = select(&html, "a.term");
    let mut seen = BTreeSet::new();
    for link in &links {
        let href = link.attr("href").unwrap();
        assert!(href.starts_with("../reference/"), "{href}");
        assert!(seen.insert((href, text(link))), "a second link {href}");
    }
    assert!(seen.contains(&("../reference/send", "send".into())), "{seen:?}");
    assert!(seen.contains(&("../reference/errors#eagain", "EAGAIN".into())), "{seen:?}");
    assert!(select(&html, ":is(h1, h2, h3, h4, pre, summary, a) a.term").is_empty());
    for path in ["/reference/recv", "/clinic", "/peers"] {
        assert!(
            !site.page(path).unwrap().html.contains("class=\"term\""),
            "{path}: words lead from lessons alone"
        );
    }
}

#[test]
fn a_calls_page_has_its_errors_with_programs_to_open() {
    let site = site();
    let html = Html::parse_document(&site.page("/reference/recv").unwrap().html);
    let rows: Vec<_> = select(&html, "table.fails tbody th").iter().map(text).collect();
    assert!(
        ["EAGAIN", "ECONNRESET", "EINTR"].iter().all(|name| rows.iter().any(|row| row == name)),
        "{rows:?}"
    );
    let examples = select(&html, ".examples details");
    assert!(examples.len() >= 5 && examples.len() < rows.len(), "{} of {}", examples.len(), rows.len());
    for example in examples {
        let link = example.select(&Selector::parse("a").unwrap()).next().unwrap();
        assert!(link.attr("href").unwrap().starts_with("../programs#programs@p1."));
    }
    // Only what is cited says by whom.
    assert!(text(&select(&html, "tr#eintr td:last-child")[0]).starts_with("Cited: recv(2)"));
}

#[test]
fn a_lesson_has_its_text_and_its_figures_in_the_page() {
    let site = site();
    let html = Html::parse_document(&site.page("/lessons/how-much-did-send-take").unwrap().html);
    assert!(!select(&html, "[data-figure=stage]#partial-send [data-root] *").is_empty());
    assert_eq!(
        select(&html, "[data-figure=live]#partial-send-live > script[type='application/json']").len(),
        1
    );
    assert_eq!(select(&html, "details[data-after=partial-send] h2").len(), 1);
    assert_eq!(select(&html, ".truth").len(), 2);
    assert!(text(&select(&html, "main")[0]).contains("What to take home"));
    assert!(text(&select(&html, "pre.code")[0]).contains("rest = memoryview(data)"));
}

#[test]
fn a_planned_lesson_is_named_and_is_no_link() {
    let mut lessons = Lessons::embedded().unwrap();
    let map = |lessons: &Lessons| {
        let site = Site::build(&Assets::default(), lessons, Options { relay: true }).unwrap();
        let html = Html::parse_document(&site.page("/").unwrap().html);
        let planned: Vec<_> =
            select(&html, ".map li").into_iter().filter(|li| text(li).contains("not written yet")).collect();
        assert!(planned.iter().all(|li| li.select(&Selector::parse("a").unwrap()).next().is_none()));
        let says = text(&select(&html, ".map-head p")[0]);
        (planned.len(), says.split(" Before you begin").next().unwrap().to_owned())
    };
    let written = lessons.lessons.len();
    assert_eq!(map(&lessons), (0, format!("{written} lessons.")));

    lessons.course.parts[0].planned.push(Planned {
        slug: "smoke".into(),
        title: "Smoke".into(),
        order: 99,
        minutes: 5,
        about: "Sockets of smoke.".into(),
    });
    let says =
        format!("{written} of {} lessons written. The others are marked not written yet.", written + 1);
    assert_eq!(map(&lessons), (1, says));
}

#[test]
fn a_manifest_without_what_pages_need_is_refused() {
    let lessons = Lessons::embedded().unwrap();
    let assets = Assets::from_json(br#"{"site.css": "site-1.css"}"#).unwrap();
    let problems = Site::build(&assets, &lessons, Options { relay: true }).unwrap_err();
    assert!(problems.iter().any(|p| p.to_string().contains("boot.js")), "{problems:?}");
}
