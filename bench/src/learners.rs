//! Many sessions at once: what they weigh, how fast they open, how long their steps take, and what one of them can do to
//! the others.

use std::fs;
use std::process::{Child, Command};
use std::time::{Duration, Instant};

use clap::Args;
use futures_util::future::{join_all, try_join_all};
use futures_util::{SinkExt, StreamExt};
use protocol::PeerSpec;
use syscall::Bytes;
use tokio_tungstenite::tungstenite::Message;

use crate::options::{WithPlain, WithProcess};
use crate::relay::{Problem, Relay, open};

/// Bytes of a step's `send`.
const STEP: usize = 64;
/// Sessions that are opened at once.
pub(crate) const AT_ONCE: usize = 32;

#[derive(Args)]
pub(crate) struct Idle {
    #[command(flatten)]
    at: WithProcess,
    /// How many sessions, each with a lab and a connection in it.
    #[arg(long)]
    sessions: usize,
}

#[derive(Args)]
pub(crate) struct Opened {
    #[command(flatten)]
    at: WithPlain,
    /// Blocks of 100 sessions for each.
    #[arg(long)]
    rounds: u32,
}

#[derive(Args)]
pub(crate) struct Class {
    /// Where a relay with labs on loopback listens.
    #[arg(long)]
    relay: String,
    /// Where one whose labs have hosts of their own listens.
    #[arg(long)]
    labs: String,
    /// Learners on loopback.
    #[arg(long)]
    learners: usize,
    /// Learners in labs.
    #[arg(long)]
    in_labs: usize,
    /// How many steps each of them makes, one a second.
    #[arg(long)]
    steps: u32,
}

#[derive(Args)]
pub(crate) struct Hostile {
    #[command(flatten)]
    at: WithProcess,
    /// Blocks of a second, with and without.
    #[arg(long)]
    rounds: u32,
    /// For how many seconds tabs ask and do not read.
    #[arg(long, default_value_t = 10)]
    stopped_seconds: u64,
}

fn data() -> Bytes {
    Bytes::from(vec![b'x'; STEP])
}

async fn sessions(relay: &str, count: usize) -> Result<Vec<Relay>, Problem> {
    let mut open = Vec::with_capacity(count);
    while open.len() < count {
        let more = AT_ONCE.min(count - open.len());
        open.extend(try_join_all((0..more).map(|_| Relay::connect(relay))).await?);
    }
    Ok(open)
}

/// A number of a file under /proc, in KiB.
pub(crate) fn kib(file: &str, name: &str) -> Result<u64, Problem> {
    let text = fs::read_to_string(file).map_err(|e| format!("{file}: {e}"))?;
    let line = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'));
    let number = line.and_then(|line| line.trim().strip_suffix(" kB"));
    Ok(number.ok_or_else(|| format!("{file} has no {name}"))?.trim().parse()?)
}

/// What this machine's kernel has for itself, and does not give back by itself.
fn kernel_kib() -> Result<u64, Problem> {
    ["SUnreclaim", "KernelStack", "PageTables", "Percpu"].iter().map(|name| kib("/proc/meminfo", name)).sum()
}

/// Prints rows `session,pss_kib,0,…` and `session,kernel_kib,0,…`: what one more weighs in the relay's process, and in the
/// kernel of this machine, in which nothing else should happen.
pub(crate) async fn idle(options: &Idle) -> Result<(), Problem> {
    let rollup = format!("/proc/{}/smaps_rollup", options.at.relay_pid);
    // What the first ones take is there once.
    let _warm = sessions(&options.at.relay, AT_ONCE).await?;
    tokio::time::sleep(Duration::from_secs(1)).await;
    let before = (kib(&rollup, "Pss")?, kernel_kib()?);
    let _open = sessions(&options.at.relay, options.sessions).await?;
    tokio::time::sleep(Duration::from_secs(1)).await;
    let after = (kib(&rollup, "Pss")?, kernel_kib()?);
    let each = |before: u64, after: u64| after.saturating_sub(before) as f64 / options.sessions as f64;
    println!("session,pss_kib,0,{:.2}", each(before.0, after.0));
    println!("session,kernel_kib,0,{:.2}", each(before.1, after.1));
    Ok(())
}

/// Prints rows `relay|plain,opened_per_second,ROUND,VALUE`: WebSockets that are opened, answered once and closed.
pub(crate) async fn opened(options: &Opened) -> Result<(), Problem> {
    const BLOCK: usize = 100;
    for round in 0..options.rounds {
        let started = Instant::now();
        for _ in 0..BLOCK {
            Relay::hello(&options.at.relay).await?.finish().await?;
        }
        println!("relay,opened_per_second,{round},{:.1}", BLOCK as f64 / started.elapsed().as_secs_f64());
        let started = Instant::now();
        for _ in 0..BLOCK {
            let mut socket = open(&options.at.plain, "/echo", None).await?;
            socket.send(Message::Binary(vec![1].into())).await?;
            socket.next().await.ok_or("the server has closed the connection")??;
            socket.close(None).await?;
            while socket.next().await.is_some() {}
        }
        println!("plain,opened_per_second,{round},{:.1}", BLOCK as f64 / started.elapsed().as_secs_f64());
    }
    Ok(())
}

/// Prints rows `loopback|labs,p50_ms|p99_ms,0,VALUE`: a `send` of 64 bytes a second each.
pub(crate) async fn class(options: &Class) -> Result<(), Problem> {
    let loopback = sessions(&options.relay, options.learners).await?;
    let labs = sessions(&options.labs, options.in_labs).await?;
    let second = Duration::from_secs(1);
    let (loopback, labs) =
        tokio::try_join!(stepping(loopback, second, options.steps), stepping(labs, second, options.steps))?;
    for (what, (mut times, _)) in [("loopback", loopback), ("labs", labs)] {
        for (unit, share) in [("p50_ms", 0.5), ("p99_ms", 0.99)] {
            println!("{what},{unit},0,{:.3}", quantile(&mut times, share).as_secs_f64() * 1e3);
        }
    }
    Ok(())
}

/// All step at this pace, spread evenly over it; how long their steps took.
async fn stepping(
    sessions: Vec<Relay>,
    pace: Duration,
    steps: u32,
) -> Result<(Vec<Duration>, Vec<Relay>), Problem> {
    let (count, began) = (sessions.len().max(1) as u32, tokio::time::Instant::now());
    let each = sessions.into_iter().enumerate().map(|(index, mut session)| async move {
        let mut times = Vec::with_capacity(steps as usize);
        for step in 0..steps {
            tokio::time::sleep_until(began + pace * index as u32 / count + pace * step).await;
            let started = Instant::now();
            session.send(&data()).await?;
            times.push(started.elapsed());
        }
        Ok::<_, Problem>((times, session))
    });
    let done = try_join_all(each).await?;
    let (times, sessions): (Vec<_>, Vec<_>) = done.into_iter().unzip();
    Ok((times.concat(), sessions))
}

/// Prints rows `quiet|hostile,p99_us,ROUND,VALUE`: steps of 32 neighbours, alone and beside a session that asks as fast as
/// it can; and `stopped,kib_per_tab|kib_per_tab_at_the_end,0,VALUE`: what a tab that asks and does not read takes at most,
/// and in the end.
pub(crate) async fn hostile(options: &Hostile) -> Result<(), Problem> {
    const NEIGHBOURS: usize = 32;
    let pace = Duration::from_millis(50);
    let mut neighbours = sessions(&options.at.relay, NEIGHBOURS).await?;
    for round in 0..options.rounds {
        for what in ["quiet", "hostile"] {
            // A process of its own, so that it disturbs nothing but the relay.
            let flood = match what {
                "hostile" => Some(Flood::start(&options.at.relay)?),
                _ => None,
            };
            tokio::time::sleep(Duration::from_secs(1)).await;
            let (mut times, back) = stepping(neighbours, pace, 20).await?;
            neighbours = back;
            let p99 = quantile(&mut times, 0.99);
            println!("{what},p99_us,{round},{:.1}", p99.as_secs_f64() * 1e6);
            drop(flood);
            for neighbour in &mut neighbours {
                neighbour.drain(20 * STEP).await?;
            }
        }
    }
    stopped(options).await
}

/// A process that floods the relay; it ends when this is dropped.
struct Flood(Child);

impl Flood {
    fn start(relay: &str) -> Result<Self, Problem> {
        Ok(Self(Command::new(std::env::current_exe()?).args(["flood", "--relay", relay]).spawn()?))
    }
}

impl Drop for Flood {
    fn drop(&mut self) {
        // It is gone afterwards in any case.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Asks as fast as it can, and reads what comes, until it is killed.
pub(crate) async fn flood(relay: &str) -> Result<(), Problem> {
    Relay::open_lab(relay, PeerSpec::named("sleepy")).await?.flood().await;
    Ok(())
}

async fn stopped(options: &Hostile) -> Result<(), Problem> {
    const TABS: usize = 50;
    const CALLS_PER_SECOND: u64 = 2000;
    let seconds = options.stopped_seconds;
    let status = format!("/proc/{}/status", options.at.relay_pid);
    let mut tabs = sessions(&options.at.relay, TABS).await?;
    let before = kib(&status, "VmRSS")?;
    let each = |now: u64| now.saturating_sub(before) as f64 / TABS as f64;
    // Each is closed by the relay or held up by it, whichever comes first.
    let calls = (CALLS_PER_SECOND * seconds) as usize;
    let asking = join_all(tabs.iter_mut().map(|tab| tab.ask_without_reading(calls)));
    let watching = async {
        let mut most = before;
        for _ in 0..seconds {
            tokio::time::sleep(Duration::from_secs(1)).await;
            most = most.max(kib(&status, "VmRSS")?);
        }
        Ok::<_, Problem>(most)
    };
    tokio::pin!(watching);
    let most = tokio::select! {
        most = &mut watching => most?,
        _ = asking => watching.await?,
    };
    println!("stopped,kib_per_tab,0,{:.1}", each(most));
    println!("stopped,kib_per_tab_at_the_end,0,{:.1}", each(kib(&status, "VmRSS")?));
    Ok(())
}

/// The time that this share of all did not exceed.
pub(crate) fn quantile(times: &mut [Duration], share: f64) -> Duration {
    times.sort();
    let index = (times.len() as f64 * share) as usize;
    times.get(index.min(times.len().saturating_sub(1))).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_hundred_times_the_ninety_ninth_hundredth_is_the_slowest() {
        let mut times: Vec<_> = (1..=100).rev().map(Duration::from_millis).collect();
        assert_eq!(quantile(&mut times, 0.5), Duration::from_millis(51));
        assert_eq!(quantile(&mut times, 0.99), Duration::from_millis(100));
        assert_eq!(quantile(&mut [], 0.99), Duration::ZERO);
    }

    #[test]
    fn this_kernel_tells_what_it_has_for_itself() {
        assert!(kernel_kib().expect("these lines are in every meminfo") > 0);
        assert!(kib("/proc/self/status", "NoSuchLine").is_err());
    }
}
