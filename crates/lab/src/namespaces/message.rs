//! What a lab and its helper process say to each other: one request, one answer, each a single message of a
//! SOCK_SEQPACKET socket, descriptors beside them.

use std::net::{Ipv4Addr, SocketAddrV4};

use syscall::SocketType;

use super::failure::{Failure, Step};

/// What a host's packets go through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cable {
    /// Nothing: the host talks to itself.
    None,
    /// A TUN device.
    Tun,
    /// A pair of virtual Ethernet devices, the far one read by a packet socket.
    Veth,
}

/// A request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Request {
    /// Makes a host. Answered with its end of the wire, if it has a cable, and for a veth with the interface's number.
    Host { host: u32, address: Ipv4Addr, mtu: u16, cable: Cable },
    /// Makes a socket on a host. Answered with it, and with the helper's own number of it.
    Socket { host: u32, kind: SocketType },
    /// Binds the socket that comes with it, without the right to ports below 1024.
    Bind { address: SocketAddrV4 },
    /// Forgets a host and ends its connections.
    Drop { host: u32 },
}

pub(super) const REQUEST: usize = 16;
pub(super) const ANSWER: usize = 13;

impl Request {
    pub(super) fn encode(self, seq: u32) -> [u8; REQUEST] {
        let any = Ipv4Addr::UNSPECIFIED;
        let (operation, host, address, number, variant) = match self {
            Self::Host { host, address, mtu, cable } => (0, host, address, mtu, cable as u8),
            Self::Socket { host, kind } => (1, host, any, 0, u8::from(kind == SocketType::Dgram)),
            Self::Bind { address } => (2, 0, *address.ip(), address.port(), 0),
            Self::Drop { host } => (3, host, any, 0, 0),
        };
        let mut bytes = [0; REQUEST];
        bytes[..4].copy_from_slice(&seq.to_le_bytes());
        bytes[4..8].copy_from_slice(&host.to_le_bytes());
        bytes[8..12].copy_from_slice(&address.octets());
        bytes[12..14].copy_from_slice(&number.to_le_bytes());
        bytes[14] = operation;
        bytes[15] = variant;
        bytes
    }

    /// `None` if no version of this program sent it.
    pub(super) fn decode(bytes: &[u8]) -> Option<(u32, Self)> {
        let bytes: &[u8; REQUEST] = bytes.try_into().ok()?;
        let word = |at: usize| u32::from_le_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]]);
        let (host, number) = (word(4), u16::from_le_bytes([bytes[12], bytes[13]]));
        let address = Ipv4Addr::new(bytes[8], bytes[9], bytes[10], bytes[11]);
        let request = match (bytes[14], bytes[15]) {
            (0, 0) => Self::Host { host, address, mtu: number, cable: Cable::None },
            (0, 1) => Self::Host { host, address, mtu: number, cable: Cable::Tun },
            (0, 2) => Self::Host { host, address, mtu: number, cable: Cable::Veth },
            (1, 0) => Self::Socket { host, kind: SocketType::Stream },
            (1, 1) => Self::Socket { host, kind: SocketType::Dgram },
            (2, _) => Self::Bind { address: SocketAddrV4::new(address, number) },
            (3, _) => Self::Drop { host },
            _ => return None,
        };
        Some((word(0), request))
    }
}

/// An answer: the request's number, and a number or what failed.
pub(super) fn encode_answer(seq: u32, result: Result<u32, Failure>) -> [u8; ANSWER] {
    let (step, errno, number) = match result {
        Ok(number) => (0, 0, number),
        Err(failure) => (failure.step as u8, failure.errno.linux(), 0),
    };
    let mut bytes = [0; ANSWER];
    bytes[..4].copy_from_slice(&seq.to_le_bytes());
    bytes[4] = step;
    bytes[5..9].copy_from_slice(&errno.to_le_bytes());
    bytes[9..].copy_from_slice(&number.to_le_bytes());
    bytes
}

pub(super) fn decode_answer(bytes: &[u8; ANSWER]) -> (u32, Result<u32, Failure>) {
    let word = |at: usize| [bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]];
    let result = match Step::from_number(bytes[4]) {
        None => Ok(u32::from_le_bytes(word(9))),
        Some(step) => Err(Failure::new(step, syscall::Errno::from_linux(i32::from_le_bytes(word(5))))),
    };
    (u32::from_le_bytes(word(0)), result)
}

#[cfg(test)]
mod tests {
    use syscall::Errno;

    use super::*;

    #[test]
    fn what_is_said_is_understood() {
        let address = Ipv4Addr::new(10, 0, 0, 2);
        for request in [
            Request::Host { host: 7, address, mtu: 1500, cable: Cable::None },
            Request::Host { host: 7, address, mtu: 576, cable: Cable::Tun },
            Request::Host { host: u32::MAX, address, mtu: 1500, cable: Cable::Veth },
            Request::Socket { host: 1, kind: SocketType::Stream },
            Request::Socket { host: 1, kind: SocketType::Dgram },
            Request::Bind { address: SocketAddrV4::new(address, 80) },
            Request::Drop { host: 3 },
        ] {
            assert_eq!(Request::decode(&request.encode(9)), Some((9, request)));
        }
        assert_eq!(Request::decode(&[9; REQUEST]), None);
        assert_eq!(Request::decode(&[]), None);
        for result in [Ok(5), Err(Failure::new(Step::OpenTun, Errno::EACCES))] {
            assert_eq!(decode_answer(&encode_answer(4, result)), (4, result));
        }
    }
}
