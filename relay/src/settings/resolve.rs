//! Where each setting's value comes from.
//!
//! clap knows flags and serde the file's form, but what is told of a value (its place, its mistakes all at once) is the
//! same for flags, environment and file: so all three are texts by name, read by one table.

use std::collections::BTreeMap;
use std::fmt::{Display, Formatter};
use std::path::{Path, PathBuf};

use super::value::Secret;
use super::{SETTINGS, Settings};

/// Where a value comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// Nobody said anything.
    Default,
    /// This file.
    File(PathBuf),
    /// This variable of the environment.
    Environment(String),
    /// This argument.
    Flag(String),
    /// So few files may be open that the value was lowered.
    OpenFiles(usize),
}

impl Display for Source {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Default => f.write_str("default"),
            Self::File(path) => write!(f, "{}", path.display()),
            Self::Environment(variable) => f.write_str(variable),
            Self::Flag(flag) => f.write_str(flag),
            Self::OpenFiles(most) => write!(f, "lowered: this process may open {most} files"),
        }
    }
}

/// All settings, and where each came from.
#[derive(Clone, Debug)]
pub struct Effective {
    /// The settings.
    pub settings: Settings,
    /// Of each in [`SETTINGS`], its source.
    pub sources: Vec<Source>,
}

/// Puts together what was said, by the settings' names in `flags` and `file` and by their variables in the environment.
/// `open_files` is how many files the process may open.
///
/// # Errors
/// Every mistake, with its place and what is expected there.
pub fn resolve(
    flags: &BTreeMap<String, String>,
    environment: impl Fn(&str) -> Option<String>,
    file: Option<(&Path, &BTreeMap<String, String>)>,
    open_files: usize,
) -> Result<Effective, Vec<String>> {
    let mut settings = Settings::default();
    let mut mistakes = Vec::new();
    let mut sources = Vec::new();
    for setting in SETTINGS {
        let variable = setting.variable();
        let by_flag = || {
            flags.get(setting.name).map(|text| (text.clone(), Source::Flag(format!("--{}", setting.name))))
        };
        let by_environment =
            || environment(&variable).map(|text| (text, Source::Environment(variable.clone())));
        let by_file = || {
            let (path, values) = file?;
            Some((values.get(setting.name)?.clone(), Source::File(path.into())))
        };
        let said = by_flag().or_else(by_environment).or_else(by_file);
        if let Some((text, source)) = &said
            && let Err(expected) = (setting.take)(&mut settings, text)
        {
            let place = match source {
                Source::File(path) => format!("{}: {}", path.display(), setting.name),
                other => other.to_string(),
            };
            mistakes.push(format!("{place}: {expected}"));
        }
        sources.push(said.map_or(Source::Default, |(_, source)| source));
    }
    if let Some((path, values)) = file {
        for name in values.keys().filter(|name| !SETTINGS.iter().any(|s| s.name == *name)) {
            mistakes.push(format!(
                "{}: there is no setting `{name}`; `socketscope config` lists them all",
                path.display()
            ));
        }
    }
    mistakes.extend(settings.mistakes());
    if let Some(path) = &settings.token_file {
        let token = std::fs::read_to_string(path).map_err(|error| error.to_string());
        match token.and_then(|text| Secret::new(&text)) {
            Ok(token) => settings.token = Some(token),
            Err(error) => mistakes.push(format!("token-file {}: {error}", path.display())),
        }
    }
    if !mistakes.is_empty() {
        return Err(mistakes);
    }
    let asked = settings.clone();
    settings.limits = settings.limits.within(open_files);
    for (setting, source) in SETTINGS.iter().zip(&mut sources) {
        if setting.show(&asked) != setting.show(&settings) {
            *source = Source::OpenFiles(open_files);
        }
    }
    Ok(Effective { settings, sources })
}

/// The settings in a TOML file: one flat table.
///
/// # Errors
/// If it cannot be read, is no TOML, or has a value that is no text, number or list of texts.
pub fn read_file(path: &Path) -> Result<BTreeMap<String, String>, String> {
    let text = std::fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
    let table: toml::Table = text.parse().map_err(|error| format!("{}: {error}", path.display()))?;
    let written = |value: &toml::Value| match value {
        toml::Value::String(text) => Some(text.clone()),
        toml::Value::Integer(number) => Some(number.to_string()),
        toml::Value::Array(items) => {
            let items: Option<Vec<_>> = items.iter().map(toml::Value::as_str).collect();
            Some(items?.join(","))
        }
        toml::Value::Float(_)
        | toml::Value::Boolean(_)
        | toml::Value::Datetime(_)
        | toml::Value::Table(_) => None,
    };
    let entry = |(name, value): (&String, &toml::Value)| {
        let text = written(value).ok_or_else(|| {
            format!("{}: {name}: a number, a text or a list of texts is expected", path.display())
        })?;
        Ok((name.clone(), text))
    };
    table.iter().map(entry).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn map(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
        pairs.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect()
    }

    fn source(effective: &Effective, name: &str) -> (String, String) {
        let index = SETTINGS.iter().position(|s| s.name == name).unwrap();
        (SETTINGS[index].show(&effective.settings), effective.sources[index].to_string())
    }

    #[test]
    fn a_flag_goes_before_the_environment_that_before_the_file_and_that_before_the_default() {
        let flags = map(&[("port", "1")]);
        let environment = |name: &str| match name {
            "SOCKETSCOPE_PORT" => Some("2".to_owned()),
            "SOCKETSCOPE_IDLE" => Some("2m".to_owned()),
            _ => None,
        };
        let file = map(&[("port", "3"), ("idle", "3m"), ("ping", "30s")]);
        let path = Path::new("relay.toml");
        let effective = resolve(&flags, environment, Some((path, &file)), usize::MAX).unwrap();
        let says = |name, value: &str, from: &str| {
            assert_eq!(source(&effective, name), (value.to_owned(), from.to_owned()));
        };
        says("port", "1", "--port");
        says("idle", "2m", "SOCKETSCOPE_IDLE");
        says("ping", "30s", "relay.toml");
        says("hello", "5s", "default");
    }

    #[test]
    fn every_mistake_is_told_with_its_place() {
        let flags = map(&[("port", "many"), ("tls-cert", "a.pem"), ("idle", "1s")]);
        let environment = |name: &str| (name == "SOCKETSCOPE_SESSIONS").then(|| "-1".to_owned());
        let file = map(&[("sesions", "1"), ("head", "9")]);
        let path = Path::new("relay.toml");
        let mistakes = resolve(&flags, environment, Some((path, &file)), usize::MAX).unwrap_err().join("\n");
        for place in [
            "--port: a whole number",
            "SOCKETSCOPE_SESSIONS: a whole number",
            "relay.toml: head: a time",
            "relay.toml: there is no setting `sesions`",
            "tls-cert and tls-key belong together",
            "ping must be shorter than idle",
        ] {
            assert!(mistakes.contains(place), "{place}\n{mistakes}");
        }
    }

    #[test]
    fn what_the_process_cannot_open_is_lowered_and_said() {
        let none = BTreeMap::new();
        let effective = resolve(&none, |_| None, None, 1024).unwrap();
        let (value, from) = source(&effective, "sessions");
        assert_eq!(value, "256");
        assert!(from.contains("1024 files"), "{from}");
    }

    #[test]
    fn a_file_is_one_flat_table() {
        let path = std::env::temp_dir().join(format!("socketscope-settings-{}.toml", std::process::id()));
        std::fs::write(&path, "port = 80\nlisten = [\"127.0.0.1\", \"::1\"]\nidle = \"2m\"\n").unwrap();
        let file = read_file(&path).unwrap();
        assert_eq!(file, map(&[("port", "80"), ("listen", "127.0.0.1,::1"), ("idle", "2m")]));
        std::fs::write(&path, "[limits]\nport = 80\n").unwrap();
        assert!(read_file(&path).unwrap_err().contains("limits: a number, a text"));
        std::fs::remove_file(&path).unwrap();
    }
}
