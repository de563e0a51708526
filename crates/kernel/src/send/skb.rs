//! A buffer of the sending half, and what goes onto the wire of it.

use syscall::Micros;

use crate::sizes::SKB_OVERHEAD;

/// A buffer with bytes to send (`struct sk_buff`).
#[derive(Clone, Debug, Hash)]
pub(crate) struct Skb {
    pub(crate) id: u32,
    pub(crate) seq: u64,
    pub(crate) len: u32,
    /// Segments it makes on the wire.
    pub(crate) segments: u32,
    /// Sent, and no byte of it acknowledged: the receiver on the same machine still shares its memory.
    pub(crate) shared: bool,
    /// The program's bytes end here for now: its last segment carries PSH.
    pub(crate) push: bool,
    /// The FIN goes with it.
    pub(crate) fin: bool,
    /// When it was sent last.
    pub(crate) sent_at: Micros,
    /// It has arrived, though something before it has not.
    pub(crate) sacked: bool,
    /// It is taken for lost.
    pub(crate) lost: bool,
    /// It was sent again since it was taken for lost.
    pub(crate) again: bool,
    /// It was ever sent again: its acknowledgement tells nothing of the round trip.
    pub(crate) repeated: bool,
}

impl Skb {
    pub(crate) const fn truesize(&self) -> u32 {
        SKB_OVERHEAD + self.len
    }
    pub(crate) const fn end(&self) -> u64 {
        self.seq + self.len as u64
    }
    /// Behind its last byte and its FIN.
    pub(crate) const fn end_seq(&self) -> u64 {
        self.end() + self.fin as u64
    }
}

/// Something to put on the wire.
#[derive(Clone, Debug)]
pub(crate) struct Emission {
    pub(crate) seq: u64,
    pub(crate) len: u32,
    /// More than one: the device cuts it.
    pub(crate) segments: u32,
    /// The buffer it comes from.
    pub(crate) skb: Option<u32>,
    pub(crate) push: bool,
    pub(crate) fin: bool,
    /// A zero-window or keepalive probe: no byte, only to be answered.
    pub(crate) probe: bool,
    /// It was sent before.
    pub(crate) retransmission: bool,
}

impl Emission {
    /// A segment without a byte that only asks for an answer; its number is the one before `seq`.
    pub(crate) const fn probe(seq: u64) -> Self {
        Self {
            seq,
            len: 0,
            segments: 1,
            skb: None,
            push: false,
            fin: false,
            probe: true,
            retransmission: false,
        }
    }
}

impl Skb {
    /// It, as it goes onto the wire.
    pub(crate) fn emission(&self) -> Emission {
        Emission {
            seq: self.seq,
            len: self.len,
            segments: self.segments,
            skb: Some(self.id).filter(|_| self.len > 0),
            // Linux marks whatever the device is to cut, so that the other end hands it on at once.
            push: self.push || self.segments > 1,
            fin: self.fin,
            probe: false,
            retransmission: self.repeated,
        }
    }
}
