//! What the site has beside pages and assets: the list that search reads, and what makes it a program that can be installed and read
//! without a network.

use serde_json::json;
use sha2::{Digest as _, Sha256};

use crate::assets::Assets;
use crate::site::Page;
use crate::texts::layout::{IN_SHORT, SITE};
use crate::urls::{Form, Urls};

/// A file of the site.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// Its address: `/search.json`.
    pub path: String,
    /// Its media type.
    pub kind: &'static str,
    /// What is in it.
    pub text: String,
}

/// What makes the site a program that can be installed.
pub(crate) const MANIFEST: &str = "/site.webmanifest";
/// The service worker. It stands at the root, since it answers for what lies below it.
const WORKER: &str = "/sw.js";
/// Beginnings of assets that do nothing without a relay.
const FOR_RELAY: [&str; 3] = ["board", "class", "live"];
/// Beginnings of pages that stand in others' slides.
const EMBED: &str = "/embed/";

/// Every file, for pages of this form; `data` is what scripts of pages read, by its address.
pub(crate) fn all<'p>(
    pages: impl Iterator<Item = &'p Page>,
    data: &[(&str, &str)],
    assets: &Assets,
    form: Form,
) -> Vec<File> {
    let urls = Urls::new("/", form, assets);
    let file = |path: &str, kind, text| File { path: path.into(), kind, text };
    let own = [
        file(WORKER, "text/javascript; charset=utf-8", worker(pages, data, assets, &urls)),
        file(MANIFEST, "application/manifest+json", manifest(&urls)),
    ];
    let data = data.iter().map(|(path, text)| file(path, "application/json", (*text).into()));
    own.into_iter().chain(data).collect()
}

fn manifest(urls: &Urls<'_>) -> String {
    let icon = |size: &str, purpose: &str| {
        json!({
            "src": urls.asset(&format!("icons/{purpose}-{size}.png")),
            "sizes": format!("{size}x{size}"), "type": "image/png", "purpose": if purpose == "icon" { "any" } else { purpose },
        })
    };
    let manifest = json!({
        "name": SITE,
        "short_name": SITE,
        "description": IN_SHORT,
        "lang": "en",
        "start_url": "./",
        "scope": "./",
        "display": "minimal-ui",
        "background_color": "#ffffff",
        "theme_color": "#ffffff",
        "icons": [icon("192", "icon"), icon("512", "icon"), icon("512", "maskable")],
    });
    manifest.to_string()
}

/// The service worker: what is kept for reading without a network. The pages come with what they are made of, so that the worker changes
/// when one of them does.
fn worker<'p>(
    pages: impl Iterator<Item = &'p Page>,
    data: &[(&str, &str)],
    assets: &Assets,
    urls: &Urls<'_>,
) -> String {
    let own = pages.filter(|page| !page.path.starts_with(EMBED));
    let mut kept: Vec<_> = own.map(|page| json!([urls.page(&page.path, None), digest(&page.html)])).collect();
    kept.extend(data.iter().map(|(path, text)| json!([urls.file(path), digest(text)])));
    let useful = |name: &str| !FOR_RELAY.iter().any(|it| name.starts_with(it)) && !name.ends_with(".txt");
    let files: Vec<_> =
        assets.iter().filter(|(name, _)| useful(name)).map(|(name, _)| urls.asset(name)).collect();
    format!(
        "importScripts({});\nkeepCopy({}, {});\n",
        json!(urls.asset("offline.js")),
        serde_json::Value::Array(kept),
        json!(files)
    )
}

/// Enough of a hash to tell two texts apart.
fn digest(text: &str) -> String {
    Sha256::digest(text).iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}
