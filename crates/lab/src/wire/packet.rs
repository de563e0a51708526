//! What an IP packet says, as far as the story tells it. What cannot be read is no mistake: it is carried all the same.

use std::net::{Ipv4Addr, SocketAddrV4};

use etherparse::icmpv4::DestUnreachableHeader;
use etherparse::{
    Icmpv4Slice, Icmpv4Type, IpNumber, Ipv4HeaderSlice, Ipv4Slice, PacketBuilder, TcpOptionElement, TcpSlice,
    UdpSlice,
};
use syscall::{Errno, SegmentFlags};

/// An IPv4 packet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Packet {
    pub(super) destination: Ipv4Addr,
    pub(super) load: Load,
}

/// What it carries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Load {
    Tcp(Tcp),
    Udp(Udp),
    Unreachable(Unreachable),
    /// A fragment, another protocol, or something that contradicts itself.
    Other,
}

/// A TCP segment as it is on the wire.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Tcp {
    pub(super) source: SocketAddrV4,
    pub(super) destination: SocketAddrV4,
    pub(super) seq: u32,
    pub(super) ack: u32,
    pub(super) flags: SegmentFlags,
    pub(super) window: u16,
    /// The window scale option, which only a SYN carries (RFC 7323 section 2.2).
    pub(super) scale: Option<u8>,
    pub(super) len: u32,
}

/// A UDP datagram.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Udp {
    pub(super) source: SocketAddrV4,
    pub(super) destination: SocketAddrV4,
    pub(super) len: u32,
    /// The IP header's number of it, by which ICMP quotes it.
    pub(super) id: u16,
}

/// An ICMP message: a packet could not be delivered (RFC 792).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Unreachable {
    /// As a socket tells it.
    pub(super) errno: Errno,
    /// Ends and number of the datagram that it quotes.
    pub(super) source: SocketAddrV4,
    pub(super) destination: SocketAddrV4,
    pub(super) id: u16,
}

/// `None` if it is no IPv4 packet: nobody could say where it goes.
pub(super) fn parse(bytes: &[u8]) -> Option<Packet> {
    let Ok(ip) = Ipv4Slice::from_slice(bytes) else {
        // Its lengths contradict each other, but it has an address (RFC 791 section 3.1).
        let header = bytes.first_chunk::<20>().filter(|header| header[0] >> 4 == 4)?;
        let destination = Ipv4Addr::new(header[16], header[17], header[18], header[19]);
        return Some(Packet { destination, load: Load::Other });
    };
    let header = ip.header();
    let (source, destination) = (header.source_addr(), header.destination_addr());
    let payload = ip.payload();
    let load = match payload.ip_number {
        _ if payload.fragmented => None,
        IpNumber::TCP => tcp(source, destination, payload.payload).map(Load::Tcp),
        IpNumber::UDP => UdpSlice::from_slice(payload.payload).ok().map(|udp| {
            let (from, to) = (udp.source_port(), udp.destination_port());
            Load::Udp(Udp {
                source: SocketAddrV4::new(source, from),
                destination: SocketAddrV4::new(destination, to),
                len: u32::try_from(udp.payload().len()).unwrap_or(u32::MAX),
                id: header.identification(),
            })
        }),
        IpNumber::ICMP => unreachable(payload.payload).map(Load::Unreachable),
        _ => None,
    };
    Some(Packet { destination, load: load.unwrap_or(Load::Other) })
}

fn tcp(source: Ipv4Addr, destination: Ipv4Addr, bytes: &[u8]) -> Option<Tcp> {
    let tcp = TcpSlice::from_slice(bytes).ok()?;
    let flags =
        SegmentFlags { syn: tcp.syn(), ack: tcp.ack(), fin: tcp.fin(), rst: tcp.rst(), psh: tcp.psh() };
    let scale = tcp.options_iterator().find_map(|option| match option {
        // RFC 7323 section 2.3: more than 14 counts as 14.
        Ok(TcpOptionElement::WindowScale(scale)) => Some(scale.min(14)),
        _ => None,
    });
    Some(Tcp {
        source: SocketAddrV4::new(source, tcp.source_port()),
        destination: SocketAddrV4::new(destination, tcp.destination_port()),
        seq: tcp.sequence_number(),
        ack: tcp.acknowledgment_number(),
        flags,
        window: tcp.window_size(),
        scale: scale.filter(|_| flags.syn),
        len: u32::try_from(tcp.payload().len()).unwrap_or(u32::MAX),
    })
}

fn unreachable(bytes: &[u8]) -> Option<Unreachable> {
    use DestUnreachableHeader as U;
    let icmp = Icmpv4Slice::from_slice(bytes).ok()?;
    let Icmpv4Type::DestinationUnreachable(why) = icmp.icmp_type() else { return None };
    // As the kernel's table icmp_err_convert has it.
    let errno = match why {
        U::Port => Errno::ECONNREFUSED,
        U::FragmentationNeeded { .. } => Errno::EMSGSIZE,
        U::Network | U::NetworkUnknown | U::NetworkProhibited | U::TosNetwork => Errno::ENETUNREACH,
        _ => Errno::EHOSTUNREACH,
    };
    let quoted = icmp.payload();
    let header = Ipv4HeaderSlice::from_slice(quoted).ok()?;
    let ports = quoted.get(header.slice().len()..)?.first_chunk::<4>()?;
    let [from, to] = [[ports[0], ports[1]], [ports[2], ports[3]]].map(u16::from_be_bytes);
    Some(Unreachable {
        errno,
        source: SocketAddrV4::new(header.source_addr(), from),
        destination: SocketAddrV4::new(header.destination_addr(), to),
        id: header.identification(),
    })
}

/// ICMP destination unreachable, host unreachable, with the packet's header and first 8 bytes (RFC 792).
pub(super) fn host_unreachable(packet: &[u8], from: Ipv4Addr, to: Ipv4Addr) -> Vec<u8> {
    let header = Ipv4HeaderSlice::from_slice(packet).map_or(20, |header| header.slice().len());
    let quoted = &packet[..packet.len().min(header + 8)];
    let builder = PacketBuilder::ipv4(from.octets(), to.octets(), 64)
        .icmpv4(Icmpv4Type::DestinationUnreachable(DestUnreachableHeader::Host));
    let mut bytes = Vec::with_capacity(builder.size(quoted.len()));
    builder.write(&mut bytes, quoted).expect("a vector takes every byte, and the packet is far below 64 KiB");
    bytes
}

/// A segment that ends a connection at one end: RST with this number, which also acknowledges, for an end whose SYN was
/// never answered (RFC 9293 section 3.10.7.3).
pub(super) fn reset(from: SocketAddrV4, to: SocketAddrV4, seq: u32, ack: u32) -> Vec<u8> {
    let builder = PacketBuilder::ipv4(from.ip().octets(), to.ip().octets(), 64)
        .tcp(from.port(), to.port(), seq, 0)
        .rst()
        .ack(ack);
    let mut bytes = Vec::with_capacity(builder.size(0));
    builder.write(&mut bytes, &[]).expect("a vector takes every byte, and the packet is far below 64 KiB");
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    const A: Ipv4Addr = Ipv4Addr::new(10, 0, 0, 1);
    const B: Ipv4Addr = Ipv4Addr::new(10, 0, 0, 2);

    fn datagram() -> Vec<u8> {
        let mut bytes = Vec::new();
        let builder = PacketBuilder::ipv4(A.octets(), B.octets(), 64).udp(5000, 7);
        builder.write(&mut bytes, b"hello").expect("room");
        bytes
    }

    #[test]
    fn a_datagram_tells_its_ends_and_its_length() {
        let Some(Packet { destination, load: Load::Udp(udp) }) = parse(&datagram()) else { panic!() };
        assert_eq!(destination, B);
        assert_eq!((udp.source, udp.destination), (SocketAddrV4::new(A, 5000), SocketAddrV4::new(B, 7)));
        assert_eq!(udp.len, 5);
    }

    #[test]
    fn a_syn_tells_its_window_scale_and_another_segment_has_none() {
        let options = [TcpOptionElement::WindowScale(200)];
        let builder = |syn| {
            let tcp = PacketBuilder::ipv4(A.octets(), B.octets(), 64).tcp(1, 2, 9, 1000);
            let tcp = if syn { tcp.syn() } else { tcp.ack(3) };
            tcp.options(&options).expect("it fits")
        };
        for (syn, scale) in [(true, Some(14)), (false, None)] {
            let mut bytes = Vec::new();
            builder(syn).write(&mut bytes, b"xy").expect("room");
            let Some(Packet { load: Load::Tcp(tcp), .. }) = parse(&bytes) else { panic!() };
            assert_eq!((tcp.scale, tcp.len, tcp.window, tcp.seq), (scale, 2, 1000, 9));
            assert_eq!((tcp.flags.syn, tcp.flags.ack), (syn, !syn));
        }
    }

    #[test]
    fn an_unreachable_message_quotes_whom_it_is_about() {
        let message = host_unreachable(&datagram(), Ipv4Addr::new(10, 0, 0, 254), A);
        assert_eq!(message.len(), 20 + 8 + 28);
        let Some(Packet { destination, load: Load::Unreachable(said) }) = parse(&message) else { panic!() };
        assert_eq!((destination, said.errno), (A, Errno::EHOSTUNREACH));
        assert_eq!((said.source.port(), said.destination), (5000, SocketAddrV4::new(B, 7)));
    }

    #[test]
    fn a_fragment_and_what_contradicts_itself_are_carried_without_a_story() {
        let mut fragment = datagram();
        fragment[6] = 0x20;
        assert_eq!(parse(&fragment).map(|packet| packet.load), Some(Load::Other));
        let mut short = datagram();
        short[24..26].copy_from_slice(&3_u16.to_be_bytes());
        assert_eq!(parse(&short).map(|packet| packet.load), Some(Load::Other));
        let cut = parse(&datagram()[..30]).map(|packet| (packet.destination, packet.load));
        assert_eq!(cut, Some((B, Load::Other)));
        assert_eq!(parse(&datagram()[..19]), None);
        assert_eq!(parse(&[0x60; 60]), None, "IPv6");
        assert_eq!(parse(&[]), None);
    }
}
