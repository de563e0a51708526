//! A process: its descriptors, as it sees them.

use syscall::{Fd, HostId};

use crate::file::FileId;

/// A table of descriptors, each an open file or free.
pub(crate) struct Process {
    pub(crate) host: HostId,
    /// The process that it descends from by `fork`, itself if from none: a family shares its limits.
    pub(crate) family: usize,
    /// Whether its sockets may bind below 1024.
    pub(crate) privileged: bool,
    /// Whether it is over.
    pub(crate) ended: bool,
    /// The first number given: 3 behind standard input, output and error, which a learner's process has elsewhere.
    first: usize,
    /// Most descriptors that the process opens itself; those from accept are counted apart.
    most: u32,
    table: Vec<Option<Slot>>,
}

#[derive(Clone)]
struct Slot {
    file: FileId,
    accepted: bool,
}

impl Process {
    pub(crate) fn new(host: HostId, family: usize, most: u32, first: usize) -> Self {
        Self { host, family, privileged: false, ended: false, first, most, table: Vec::new() }
    }

    /// Whether a lesson's own program runs in it, with a control channel as its descriptor 0.
    pub(crate) const fn is_peer(&self) -> bool {
        self.first == 0
    }

    /// A child with the same descriptors.
    pub(crate) fn forked(&self) -> Self {
        Self { table: self.table.clone(), ..*self }
    }

    /// Every open file, once for each descriptor.
    pub(crate) fn files(&self) -> impl Iterator<Item = FileId> {
        self.table.iter().flatten().map(|slot| slot.file)
    }

    /// Ends it: answers what it had open, once for each descriptor.
    pub(crate) fn end(&mut self) -> Vec<FileId> {
        self.ended = true;
        let table = std::mem::take(&mut self.table);
        table.into_iter().flatten().map(|slot| slot.file).collect()
    }

    fn index(&self, fd: Fd) -> Option<usize> {
        usize::try_from(fd.0).ok()?.checked_sub(self.first)
    }

    pub(crate) fn file(&self, fd: Fd) -> Option<FileId> {
        self.table.get(self.index(fd)?)?.as_ref().map(|slot| slot.file)
    }

    /// Gives the lowest free number, as POSIX says.
    pub(crate) fn insert(&mut self, file: FileId, accepted: bool) -> Fd {
        let free = self.table.iter().position(Option::is_none);
        let index = free.unwrap_or_else(|| {
            self.table.push(None);
            self.table.len() - 1
        });
        self.table[index] = Some(Slot { file, accepted });
        Fd(i32::try_from(self.first + index).expect("limits keep tables far below i32::MAX"))
    }

    pub(crate) fn remove(&mut self, fd: Fd) {
        if let Some(slot) = self.index(fd).and_then(|index| self.table.get_mut(index)) {
            *slot = None;
        }
    }

    pub(crate) fn holds(&self, file: FileId) -> bool {
        self.table.iter().flatten().any(|slot| slot.file == file)
    }

    /// The first descriptor that refers to a file.
    pub(crate) fn fd(&self, file: FileId) -> Option<Fd> {
        let index = self.table.iter().position(|slot| slot.as_ref().is_some_and(|slot| slot.file == file))?;
        i32::try_from(self.first + index).ok().map(Fd)
    }

    pub(crate) fn accepted(&self) -> u32 {
        self.table.iter().flatten().filter(|slot| slot.accepted).count() as u32
    }

    /// Descriptors that it opened itself.
    pub(crate) fn own(&self) -> u32 {
        self.table.iter().flatten().filter(|slot| !slot.accepted).count() as u32
    }

    /// The most of those, together with its family's.
    pub(crate) const fn most(&self) -> u32 {
        self.most
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lowest_free_number_is_given_first() {
        let mut process = Process::new(HostId(0), 0, 4, 3);
        assert_eq!([10, 11, 12].map(|f| process.insert(f, false)), [Fd(3), Fd(4), Fd(5)]);
        process.remove(Fd(4));
        assert_eq!(process.file(Fd(4)), None);
        assert_eq!(process.insert(13, true), Fd(4));
        assert_eq!((process.own(), process.accepted()), (2, 1));
        let mut child = process.forked();
        child.remove(Fd(3));
        assert_eq!((process.file(Fd(3)), child.file(Fd(3)), child.file(Fd(5))), (Some(10), None, Some(12)));
        for fd in [-1, 0, 2, 99, i32::MIN] {
            assert_eq!(process.file(Fd(fd)), None);
            process.remove(Fd(fd));
        }
    }
}
