//! On which processors the servers and their client run.
//!
//! Left to themselves, one server may find itself beside its client and the other across from it; waking somebody on another
//! processor, which sleeps, costs several times a whole call. So all are told where to run, and what is compared is placed alike.

use std::fs;

use nix::sched::{CpuSet, sched_getaffinity, sched_setaffinity};
use nix::unistd::Pid;

use crate::relay::Problem;

/// Where the servers run, seen from their client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Placement {
    /// On its processor: nothing but the work itself is paid for.
    Together,
    /// On another: each message wakes a processor.
    Apart,
}

impl Placement {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Together => "together",
            Self::Apart => "apart",
        }
    }
}

/// The processors that this program may use. Whoever was placed may use them all again when it is dropped.
pub(crate) struct Processors {
    all: CpuSet,
    servers: Vec<u32>,
}

impl Processors {
    /// Those of this program, which are taken to be the servers' too.
    pub(crate) fn of(servers: &[u32]) -> Result<Self, Problem> {
        Ok(Self { all: sched_getaffinity(Pid::from_raw(0))?, servers: servers.to_vec() })
    }

    /// Puts the client on the last processor, and all threads of the servers on that or on the one before it.
    pub(crate) fn place(&self, placement: Placement) -> Result<(), Problem> {
        let mut usable =
            (0..CpuSet::count()).rev().filter(|processor| self.all.is_set(*processor).unwrap_or(false));
        let clients = usable.next().ok_or("no processor may be used")?;
        let servers = match placement {
            Placement::Together => clients,
            Placement::Apart => usable.next().ok_or("two processors are needed")?,
        };
        sched_setaffinity(Pid::from_raw(0), &only(clients)?)?;
        self.servers.iter().try_for_each(|server| put(*server, &only(servers)?))
    }
}

impl Drop for Processors {
    fn drop(&mut self) {
        // Whoever has ended by now needs none.
        let _ = sched_setaffinity(Pid::from_raw(0), &self.all);
        for server in &self.servers {
            let _ = put(*server, &self.all);
        }
    }
}

fn only(processor: usize) -> Result<CpuSet, Problem> {
    let mut set = CpuSet::new();
    set.set(processor)?;
    Ok(set)
}

/// All threads of a process; threads that these make later run there too.
fn put(process: u32, set: &CpuSet) -> Result<(), Problem> {
    let tasks =
        fs::read_dir(format!("/proc/{process}/task")).map_err(|e| format!("process {process}: {e}"))?;
    for task in tasks.flatten() {
        let thread = task.file_name().to_string_lossy().parse()?;
        match sched_setaffinity(Pid::from_raw(thread), set) {
            // It has ended between the two looks.
            Err(nix::Error::ESRCH) => {}
            other => other?,
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::process::{Child, Command};

    use super::*;

    /// A process that sleeps until it is dropped.
    struct Sleeper(Child);

    impl Drop for Sleeper {
        fn drop(&mut self) {
            // It is gone afterwards in any case.
            let _ = self.0.kill();
            let _ = self.0.wait();
        }
    }

    fn processors_of(process: u32) -> Vec<usize> {
        let pid = Pid::from_raw(process.try_into().expect("a process number"));
        let set = sched_getaffinity(pid).expect("the process is there");
        (0..CpuSet::count()).filter(|n| set.is_set(*n).expect("in range")).collect()
    }

    #[test]
    fn servers_are_placed_as_said_and_let_go_afterwards() {
        let sleeper = Sleeper(Command::new("sleep").arg("60").spawn().expect("there is a sleep"));
        let before = processors_of(sleeper.0.id());
        // Its own thread, so that nobody else is placed.
        let placed = std::thread::spawn({
            let server = sleeper.0.id();
            move || {
                let processors = Processors::of(&[server]).expect("some processor may be used");
                processors.place(Placement::Together).expect("one processor is enough");
                let together = processors_of(server);
                let apart = processors.place(Placement::Apart).map(|()| processors_of(server));
                (together, apart.map_err(|problem| problem.to_string()))
            }
        });
        let (together, apart) = placed.join().expect("no panic");
        assert_eq!(together, before[before.len() - 1..], "on the last one");
        match before.len() {
            1 => assert_eq!(apart, Err("two processors are needed".into())),
            count => assert_eq!(apart.as_deref(), Ok(&before[count - 2..count - 1]), "on the one before it"),
        }
        assert_eq!(processors_of(sleeper.0.id()), before);
    }
}
