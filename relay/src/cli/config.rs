//! `socketscope config`, and the arguments that are settings.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Arg, ArgMatches, Args, Command, FromArgMatches};

use crate::settings::{Effective, SETTINGS, markdown, read_file, resolve};

/// Settings as arguments: one for each, and the file with others.
#[derive(Clone, Debug, Default)]
pub(super) struct Flags {
    file: Option<PathBuf>,
    values: BTreeMap<String, String>,
}

impl FromArgMatches for Flags {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let mut flags = Self::default();
        flags.update_from_arg_matches(matches)?;
        Ok(flags)
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        if let Some(file) = matches.get_one::<PathBuf>("config") {
            self.file = Some(file.clone());
        }
        for setting in SETTINGS.iter().filter(|setting| !setting.secret) {
            if let Some(text) = matches.get_one::<String>(setting.name) {
                self.values.insert(setting.name.into(), text.clone());
            }
        }
        Ok(())
    }
}

impl Args for Flags {
    fn augment_args(command: Command) -> Command {
        let file = Arg::new("config")
            .long("config")
            .value_name("FILE")
            .value_parser(clap::value_parser!(PathBuf))
            .help("A file with settings: TOML, `name = value` by the names below [variable: SOCKETSCOPE_CONFIG]");
        let flags = SETTINGS.iter().filter(|setting| !setting.secret).map(|setting| {
            let default = setting.default();
            let default = if default.is_empty() { String::new() } else { format!(" [default: {default}]") };
            Arg::new(setting.name)
                .long(setting.name)
                .value_name("VALUE")
                .help(format!("{}{default}", setting.help))
                .help_heading(setting.group)
                // A short help names what most people look for.
                .hide_short_help(!matches!(setting.group, "Serving") && setting.name != "data")
        });
        command.arg(file).args(flags)
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl Flags {
    /// All settings, from these flags, the environment and the file.
    ///
    /// # Errors
    /// Every mistake in them.
    pub(super) fn effective(&self) -> Result<Effective, Vec<String>> {
        let variable = |name: &str| std::env::var(name).ok();
        let path = self.file.clone().or_else(|| variable("SOCKETSCOPE_CONFIG").map(PathBuf::from));
        let file = path.as_deref().map(read_file).transpose().map_err(|mistake| vec![mistake])?;
        resolve(&self.values, variable, path.as_deref().zip(file.as_ref()), open_files())
    }
}

/// How many files this process may open, after asking for as many as there are.
fn open_files() -> usize {
    #[cfg(target_os = "linux")]
    match lab::raise_open_files() {
        Ok(most) => return usize::try_from(most).unwrap_or(usize::MAX),
        Err(errno) => tracing::warn!(%errno, "the limit of open files cannot be read"),
    }
    usize::MAX
}

/// What to print.
#[derive(Args, Clone, Debug)]
pub(super) struct Options {
    #[command(flatten)]
    flags: Flags,
    /// As JSON
    #[arg(long)]
    json: bool,
    /// The table of all settings, for the README
    #[arg(long, hide = true)]
    markdown: bool,
}

pub(super) fn run(options: &Options) -> ExitCode {
    if options.markdown {
        return super::print(markdown().trim_end());
    }
    let effective = match options.flags.effective() {
        Ok(effective) => effective,
        Err(mistakes) => return wrong(&mistakes),
    };
    let lines = SETTINGS
        .iter()
        .zip(&effective.sources)
        .map(|(setting, source)| (setting, setting.show(&effective.settings), source));
    if options.json {
        let entries: Vec<_> = lines
            .map(|(setting, value, source)| serde_json::json!({ "name": setting.name, "value": value, "from": source.to_string() }))
            .collect();
        return super::print(&serde_json::json!({ "v": 1, "settings": entries }).to_string());
    }
    for (setting, value, source) in lines {
        super::print(&format!("{:22} {value:24} {source}", setting.name));
    }
    ExitCode::SUCCESS
}

/// Mistakes in settings, as wrong usage.
pub(super) fn wrong(mistakes: &[String]) -> ExitCode {
    for mistake in mistakes {
        eprintln!("socketscope: {mistake}");
    }
    ExitCode::from(2)
}
