//! Where what rooms keep is kept.

use std::path::{Path, PathBuf};

use etcetera::BaseStrategy as _;

use super::value::Written;

/// The database's name in its folder.
const FILE: &str = "rooms.db";

/// Where what rooms keep is kept.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Data {
    /// In this user's folder for data; as a service of systemd's in the one that it was given (`StateDirectory=`).
    #[default]
    Auto,
    /// In this folder.
    Folder(PathBuf),
    /// In memory, until the relay stops.
    None,
}

impl Data {
    /// The database; none where all is in memory.
    ///
    /// # Errors
    /// Where no folder is named and this user has none: what to do.
    pub fn file(&self) -> Result<Option<PathBuf>, String> {
        let folder = match self {
            Self::Auto => given().or_else(own).ok_or(
                "this user has no folder for data: name one by --data FOLDER, or --data none to keep rooms in memory alone",
            )?,
            Self::Folder(folder) => folder.clone(),
            Self::None => return Ok(None),
        };
        Ok(Some(folder.join(FILE)))
    }
}

/// systemd's, the first of a list.
fn given() -> Option<PathBuf> {
    let list = std::env::var_os("STATE_DIRECTORY")?;
    let first = list.to_str()?.split(':').next()?;
    Path::new(first).is_absolute().then(|| first.into())
}

/// As the platform has it: `~/.local/share/socketscope` on Linux.
fn own() -> Option<PathBuf> {
    Some(etcetera::base_strategy::choose_native_strategy().ok()?.data_dir().join("socketscope"))
}

impl Written for Data {
    fn read(text: &str) -> Result<Self, String> {
        match text {
            "auto" => Ok(Self::Auto),
            "none" => Ok(Self::None),
            "" => Err("a folder, auto or none is expected".into()),
            folder => Ok(Self::Folder(folder.into())),
        }
    }
    fn written(&self) -> String {
        match self {
            Self::Auto => "auto".into(),
            Self::Folder(folder) => folder.display().to_string(),
            Self::None => "none".into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_a_word_or_nothing_says_where_the_database_is() {
        let file = |text| Data::read(text).and_then(|data| data.file());
        assert_eq!(file("/srv/class"), Ok(Some("/srv/class/rooms.db".into())));
        assert_eq!(file("none"), Ok(None));
        assert!(file("auto").unwrap().unwrap().ends_with("rooms.db"));
        assert!(file("").is_err());
    }
}
