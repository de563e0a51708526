//! Options that several measurements take: which servers they speak to.

use clap::Args;

// No doc comments on these: clap would take them for what the command does.
#[derive(Args)]
pub(crate) struct WithProcess {
    /// Where the relay listens.
    #[arg(long)]
    pub(crate) relay: String,
    /// Its process.
    #[arg(long)]
    pub(crate) relay_pid: u32,
}

#[derive(Args)]
pub(crate) struct WithPlain {
    /// Where the relay listens.
    #[arg(long)]
    pub(crate) relay: String,
    /// Where `measure plain` listens.
    #[arg(long)]
    pub(crate) plain: String,
}
