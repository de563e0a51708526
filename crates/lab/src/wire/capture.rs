//! The packets of a wire as a file for Wireshark: the latest of them, kept within a bound, written as pcapng.
//!
//! Every packet is there once, on the interface of the host that sent it, with the time at which it did; what became of
//! it is in its comment.

use std::borrow::Cow;
use std::collections::VecDeque;
use std::time::Duration;

use pcap_file::pcapng::PcapNgWriter;
use pcap_file::pcapng::blocks::enhanced_packet::{EnhancedPacketBlock, EnhancedPacketOption};
use pcap_file::pcapng::blocks::interface_description::{
    InterfaceDescriptionBlock, InterfaceDescriptionOption,
};
use pcap_file::pcapng::blocks::section_header::{SectionHeaderBlock, SectionHeaderOption};
use pcap_file::{DataLink, Endianness, PcapResult};

/// What a packet needs beside its bytes, at most about: so many small ones do not take more memory than large ones.
const OVERHEAD: usize = 96;
/// Notes about one packet.
const NOTES: usize = 8;
/// if_tsresol: times are in 10^-9 s.
const NANOSECONDS: u8 = 9;

/// What became of a packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Note {
    Lost,
    Delayed,
    Duplicated(u32),
    CopyOf(u32),
}

impl Note {
    fn text(self) -> String {
        match self {
            Self::Lost => "lost".into(),
            Self::Delayed => "held back".into(),
            Self::Duplicated(copy) => format!("duplicated as packet {copy}"),
            Self::CopyOf(original) => format!("copy of packet {original}"),
        }
    }
}

#[derive(Debug)]
struct Record {
    number: u32,
    /// Since 1970.
    at: Duration,
    host: u16,
    bytes: Box<[u8]>,
    notes: Vec<Note>,
}

/// The latest packets.
#[derive(Debug)]
pub(super) struct Capture {
    names: Vec<String>,
    /// Since 1970.
    opened: Duration,
    records: VecDeque<Record>,
    bytes: usize,
    most: usize,
    forgotten: u64,
}

impl Capture {
    /// For hosts of these names; `most` bytes are kept.
    pub(super) fn new(names: Vec<String>, most: usize, opened: Duration) -> Self {
        Self { names, opened, records: VecDeque::new(), bytes: 0, most, forgotten: 0 }
    }

    /// A packet that a host sent, this long after the lab was opened. Numbers rise.
    pub(super) fn record(&mut self, number: u32, at: Duration, host: u16, bytes: &[u8]) {
        self.bytes += bytes.len() + OVERHEAD;
        while self.bytes > self.most {
            let Some(oldest) = self.records.pop_front() else {
                self.bytes = 0;
                self.forgotten += 1;
                return;
            };
            self.bytes -= oldest.bytes.len() + OVERHEAD;
            self.forgotten += 1;
        }
        let at = self.opened.saturating_add(at);
        self.records.push_back(Record { number, at, host, bytes: bytes.into(), notes: Vec::new() });
    }

    /// Says what became of a packet, if it is still there.
    pub(super) fn note(&mut self, number: u32, note: Note) {
        if let Ok(index) = self.records.binary_search_by_key(&number, |record| record.number) {
            let notes = &mut self.records[index].notes;
            if notes.len() < NOTES && !notes.contains(&note) {
                notes.push(note);
            }
        }
    }

    /// The file.
    pub(super) fn file(&self) -> Vec<u8> {
        self.write().expect("a vector takes every byte, and every packet names an interface of this file")
    }

    fn write(&self) -> PcapResult<Vec<u8>> {
        let mut options = vec![SectionHeaderOption::UserApplication("Socketscope".into())];
        if self.forgotten > 0 {
            let text = format!("{} earlier packets are not in this file", self.forgotten);
            options.push(SectionHeaderOption::Comment(text.into()));
        }
        let section = SectionHeaderBlock {
            endianness: Endianness::Little,
            major_version: 1,
            minor_version: 0,
            section_length: -1,
            options,
        };
        let mut file = PcapNgWriter::with_section_header(Vec::with_capacity(self.bytes), section)?;
        for name in &self.names {
            file.write_pcapng_block(InterfaceDescriptionBlock {
                linktype: DataLink::RAW,
                snaplen: 0,
                options: vec![
                    InterfaceDescriptionOption::IfName(name.into()),
                    InterfaceDescriptionOption::IfTsResol(NANOSECONDS),
                ],
            })?;
        }
        for record in &self.records {
            let mut said = vec![format!("packet {}", record.number)];
            said.extend(record.notes.iter().map(|note| note.text()));
            file.write_pcapng_block(EnhancedPacketBlock {
                interface_id: record.host.into(),
                timestamp: record.at,
                original_len: record.bytes.len() as u32,
                data: Cow::Borrowed(&record.bytes),
                options: vec![EnhancedPacketOption::Comment(said.join(", ").into())],
            })?;
        }
        Ok(file.into_inner())
    }
}

#[cfg(test)]
mod tests {
    use pcap_file::pcapng::{Block, PcapNgReader};

    use super::*;

    fn capture(most: usize) -> Capture {
        Capture::new(vec!["learner".into(), "peer".into()], most, Duration::from_secs(1_700_000_000))
    }

    fn read(file: &[u8]) -> Vec<(u32, Duration, Vec<u8>, String)> {
        let mut reader = PcapNgReader::new(file).expect("a section");
        let mut packets = Vec::new();
        while let Some(block) = reader.next_block() {
            if let Block::EnhancedPacket(packet) = block.expect("a whole block") {
                let comment = packet.options.iter().find_map(|option| match option {
                    EnhancedPacketOption::Comment(text) => Some(text.to_string()),
                    _ => None,
                });
                let said = comment.expect("a comment");
                packets.push((packet.interface_id, packet.timestamp, packet.data.to_vec(), said));
            }
        }
        assert_eq!(reader.interfaces().len(), 2);
        packets
    }

    #[test]
    fn what_is_written_is_read_back() {
        let mut capture = capture(10_000);
        capture.record(1, Duration::from_nanos(1), 0, b"first");
        capture.record(2, Duration::from_nanos(2_000_000_003), 1, b"second");
        capture.note(2, Note::Lost);
        capture.note(9, Note::Lost);
        let opened = Duration::from_secs(1_700_000_000);
        assert_eq!(
            read(&capture.file()),
            [
                (0, opened + Duration::from_nanos(1), b"first".to_vec(), "packet 1".into()),
                (
                    1,
                    opened + Duration::from_nanos(2_000_000_003),
                    b"second".to_vec(),
                    "packet 2, lost".into()
                ),
            ]
        );
    }

    #[test]
    fn only_the_latest_are_kept_and_the_file_says_so() {
        let mut capture = capture(3 * (OVERHEAD + 100));
        for number in 1..=1000 {
            capture.record(number, Duration::ZERO, 0, &[7; 100]);
            (0..100).for_each(|copy| capture.note(number, Note::Duplicated(copy)));
            assert!(capture.bytes <= capture.most && capture.records.len() <= 3);
        }
        let file = capture.file();
        assert_eq!(read(&file).len(), 3);
        assert!(String::from_utf8_lossy(&file).contains("997 earlier packets are not in this file"));
        capture.record(1001, Duration::ZERO, 0, &[7; 1000]);
        assert_eq!((capture.records.len(), capture.bytes), (0, 0), "one that does not fit leaves nothing");
    }
}
