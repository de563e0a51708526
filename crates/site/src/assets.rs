//! What pages ask for beside themselves, by the names that carry their content's hash.

use std::collections::BTreeMap;
use std::fmt;

/// Names of assets: from the name that the source uses to the name in `assets/`, from `manifest.json`.
///
/// The default is for tests and development: it has no names, so that each asset is found under its own.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Assets(BTreeMap<String, String>);

/// A manifest that cannot be read.
#[derive(Debug)]
pub struct NotAManifest(serde_json::Error);

impl fmt::Display for NotAManifest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "manifest.json is not a table of names: {}. Make it with `cargo xtask serve --build-only`",
            self.0
        )
    }
}
impl std::error::Error for NotAManifest {}

impl Assets {
    /// Reads `manifest.json`.
    ///
    /// # Errors
    /// If it is not a JSON object of texts.
    pub fn from_json(json: &[u8]) -> Result<Self, NotAManifest> {
        serde_json::from_slice(json).map(Self).map_err(NotAManifest)
    }

    /// The name in `assets/` of the asset called `name` in the source: `site.css`, `fonts/commissioner.woff2`.
    pub fn file<'a>(&'a self, name: &'a str) -> &'a str {
        self.0.get(name).map_or(name, String::as_str)
    }

    /// Whether there is a manifest and this asset is not in it.
    pub(crate) fn lacks(&self, name: &str) -> bool {
        !self.0.is_empty() && !self.0.contains_key(name)
    }

    /// Every name in the source, and its name in `assets/`.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, file)| (name.as_str(), file.as_str()))
    }
}

#[cfg(test)]
mod tests {
    use super::Assets;

    #[test]
    fn an_asset_is_called_by_its_hashed_name_once_there_is_a_manifest() {
        assert_eq!(Assets::default().file("site.css"), "site.css");
        let assets = Assets::from_json(br#"{"site.css": "site-0123.css"}"#).unwrap();
        assert_eq!(assets.file("site.css"), "site-0123.css");
        assert!(assets.lacks("boot.js") && !Assets::default().lacks("boot.js"));
        assert!(Assets::from_json(b"[]").unwrap_err().to_string().contains("--build-only"));
    }
}
