//! Everything that the site serves, ready in memory: pages, rendered at start, and the assets inside this program.

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;

use axum::body::Bytes;
use lessons::{Lessons, Problem};
use rust_embed::{EmbeddedFile, RustEmbed};
use site::{Assets, Options, Site};

use crate::entity::{Entity, Keep};

/// What `site assets` made; empty in a build without a front end.
#[derive(RustEmbed)]
#[folder = "../dist"]
#[allow_missing = true]
struct Dist;

/// The list of assets, in `dist`.
const MANIFEST: &str = "manifest.json";

/// Every page and asset by its path; a copy shares them.
#[derive(Clone)]
pub struct Content {
    entities: Arc<HashMap<String, Entity>>,
    not_found: Arc<Entity>,
}

/// The site of the embedded lessons and assets, and of a teacher's own lessons and exercises in this folder.
///
/// # Errors
/// Every mistake in the lessons or the manifest.
pub fn site(options: Options, own: Option<&Path>) -> Result<Site, Vec<Problem>> {
    Site::build(&assets()?, &lessons(own)?, options)
}

/// The embedded lessons, and a teacher's own in this folder.
pub(crate) fn lessons(own: Option<&Path>) -> Result<Lessons, Vec<Problem>> {
    own.map_or_else(Lessons::embedded, Lessons::with_folder)
}

fn assets() -> Result<Assets, Vec<Problem>> {
    let Some(manifest) = Dist::get(MANIFEST) else { return Ok(Assets::default()) };
    Assets::from_json(&manifest.data).map_err(|error| {
        vec![Problem {
            file: "dist/manifest.json".into(),
            line: 1,
            what: error.to_string(),
            how: "Build the front end again: cargo xtask serve".into(),
        }]
    })
}

/// Whether this program has the front end inside.
pub fn has_front_end() -> bool {
    Dist::get(MANIFEST).is_some()
}

/// Every asset, compressed forms included: its path in the site, and its bytes.
pub fn asset_files() -> impl Iterator<Item = (String, Vec<u8>)> {
    Dist::iter()
        .filter(|path| path != MANIFEST)
        .filter_map(|path| Some((path.to_string(), Dist::get(&path)?.data.into_owned())))
}

impl Content {
    /// Of this site and the embedded assets.
    pub fn new(site: &Site) -> Self {
        let mut entities: HashMap<String, Entity> = assets_by_path().collect();
        for page in site.pages() {
            entities.insert(page.path.clone(), Entity::page(&page.html));
            let folder = format!("{}/", page.path);
            if let Some(page) = site.page(&folder).filter(|_| page.path != "/") {
                entities.insert(folder, Entity::page(&page.html));
            }
        }
        for file in site.files() {
            entities.insert(file.path.clone(), Entity::text(file.kind, &file.text));
        }
        Self { entities: Arc::new(entities), not_found: Arc::new(Entity::page(&site.not_found().html)) }
    }

    /// Of no page at all.
    #[cfg(test)]
    pub(crate) fn empty() -> Self {
        Self { entities: Arc::default(), not_found: Arc::new(Entity::page("")) }
    }

    pub(crate) fn get(&self, path: &str) -> Option<&Entity> {
        self.entities.get(path)
    }

    pub(crate) fn not_found(&self) -> &Entity {
        &self.not_found
    }
}

fn assets_by_path() -> impl Iterator<Item = (String, Entity)> {
    let plain = |path: &std::borrow::Cow<'static, str>| {
        path != MANIFEST && !path.ends_with(".br") && !path.ends_with(".gz")
    };
    Dist::iter().filter(plain).filter_map(|path| {
        let file = Dist::get(&path)?;
        let keep = if path.starts_with("assets/") { Keep::Always } else { Keep::Never };
        let kind = match file.metadata.mimetype() {
            "text/javascript" => "text/javascript; charset=utf-8",
            "text/css" => "text/css; charset=utf-8",
            other => other,
        };
        let hash = file.metadata.sha256_hash();
        let tag: String = hash[..8].iter().map(|byte| format!("{byte:02x}")).collect();
        let encoded = |suffix: &str| Dist::get(&format!("{path}.{suffix}")).map(bytes);
        let (brotli, gzip) = (encoded("br"), encoded("gz"));
        let kind = kind.to_owned();
        let entity = Entity::new(&kind, keep, &tag, bytes(file)).with_encodings(brotli, gzip);
        Some((format!("/{path}"), entity))
    })
}

/// Embedded bytes are never copied.
fn bytes(file: EmbeddedFile) -> Bytes {
    match file.data {
        std::borrow::Cow::Borrowed(bytes) => Bytes::from_static(bytes),
        std::borrow::Cow::Owned(bytes) => bytes.into(),
    }
}
