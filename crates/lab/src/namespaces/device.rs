//! A host's interfaces, by plain ioctls and a few netlink messages. All unsafe code of the helper is here.

use std::ffi::{c_int, c_void};
use std::fs::OpenOptions;
use std::net::Ipv4Addr;
use std::os::fd::{AsFd as _, AsRawFd as _, BorrowedFd, FromRawFd as _, OwnedFd};
use std::os::unix::fs::OpenOptionsExt as _;

use nix::errno::Errno;
use nix::sys::socket::{AddressFamily, MsgFlags, SockFlag, SockProtocol, SockType, recv, send, socket};

type Answer<T> = Result<T, Errno>;

/// The interface to the wire, on every host.
const INTERFACE: &str = "eth0";
/// The far end of a veth pair, where the wire reads and writes.
const FAR: &str = "wire0";
/// Packets that wait in the device itself: what does not fit there is lost where no wire can show it.
const QUEUE: u32 = 4000;
/// SO_RCVBUF of a packet socket, for the same reason; the kernel cuts it to rmem_max.
const RECEIVE_BUFFER: c_int = 4 << 20;
/// TCA_KIND of linux/rtnetlink.h: which queueing discipline.
const TCA_KIND: u16 = 1;
/// TC_H_ROOT of linux/pkt_sched.h: the discipline of the whole interface.
const TC_H_ROOT: u32 = u32::MAX;
/// Both ends of every veth pair have addresses; this is the near one's.
const HARDWARE: [u8; 6] = [2, 0, 0, 0, 0, 1];

fn request(name: &str) -> libc::ifreq {
    // SAFETY: all-zero bytes are a valid `ifreq`.
    let mut request: libc::ifreq = unsafe { std::mem::zeroed() };
    for (to, from) in request.ifr_name.iter_mut().zip(name.bytes().take(libc::IFNAMSIZ - 1)) {
        *to = from as libc::c_char;
    }
    request
}

fn ioctl<T>(fd: BorrowedFd<'_>, name: libc::c_ulong, argument: &mut T) -> Answer<()> {
    let argument = std::ptr::from_mut(argument).cast::<c_void>();
    // SAFETY: every caller gives the structure that the kernel documents for this request.
    Errno::result(unsafe { libc::ioctl(fd.as_raw_fd(), name as libc::Ioctl, argument) }).map(drop)
}

fn internet(address: Ipv4Addr) -> libc::sockaddr {
    let mut sa_data = [0; 14];
    for (to, from) in sa_data[2..6].iter_mut().zip(address.octets()) {
        *to = from as libc::c_char;
    }
    libc::sockaddr { sa_family: libc::AF_INET as libc::sa_family_t, sa_data }
}

/// A socket of the present namespace, to configure it with.
pub(super) fn control() -> Answer<OwnedFd> {
    socket(AddressFamily::Inet, SockType::Datagram, SockFlag::SOCK_CLOEXEC, None)
}

/// Lets an interface run.
pub(super) fn up(control: BorrowedFd<'_>, name: &str) -> Answer<()> {
    let mut request = request(name);
    ioctl(control, libc::SIOCGIFFLAGS, &mut request)?;
    // SAFETY: the kernel has filled in the flags.
    let flags = unsafe { request.ifr_ifru.ifru_flags };
    // A wire that is read whole needs nobody to ask for hardware addresses.
    let quiet = if name == "lo" { 0 } else { libc::IFF_NOARP };
    request.ifr_ifru.ifru_flags = flags | (libc::IFF_UP | quiet) as libc::c_short;
    ioctl(control, libc::SIOCSIFFLAGS, &mut request)
}

/// Gives an interface its address.
pub(super) fn address(control: BorrowedFd<'_>, name: &str, own: Ipv4Addr, mask: Ipv4Addr) -> Answer<()> {
    let mut request = request(name);
    request.ifr_ifru.ifru_addr = internet(own);
    ioctl(control, libc::SIOCSIFADDR, &mut request)?;
    request.ifr_ifru.ifru_netmask = internet(mask);
    ioctl(control, libc::SIOCSIFNETMASK, &mut request)
}

/// eth0, its address, and its largest packet in bytes.
pub(super) fn configure(control: BorrowedFd<'_>, own: Ipv4Addr, mtu: u16) -> Answer<()> {
    let mut request = request(INTERFACE);
    request.ifr_ifru.ifru_mtu = c_int::from(mtu);
    ioctl(control, libc::SIOCSIFMTU, &mut request)?;
    address(control, INTERFACE, own, Ipv4Addr::new(255, 255, 255, 0))?;
    up(control, INTERFACE)
}

pub(super) fn open_tun() -> Answer<OwnedFd> {
    let opened =
        OpenOptions::new().read(true).write(true).custom_flags(libc::O_NONBLOCK).open("/dev/net/tun");
    opened.map(OwnedFd::from).map_err(|e| Errno::from_raw(e.raw_os_error().unwrap_or(libc::EIO)))
}

/// Makes an open TUN the host's eth0.
pub(super) fn make_tun(control: BorrowedFd<'_>, tun: BorrowedFd<'_>) -> Answer<()> {
    let mut request = request(INTERFACE);
    request.ifr_ifru.ifru_flags = (libc::IFF_TUN | libc::IFF_NO_PI) as libc::c_short;
    ioctl(tun, libc::TUNSETIFF, &mut request)?;
    // The device goes with its namespace, many at once. One that went with its descriptor would hold up whoever closes
    // that for some tens of milliseconds, and a relay that is killed for as long as it has hosts.
    // SAFETY: this request takes a number.
    Errno::result(unsafe { libc::ioctl(tun.as_raw_fd(), libc::TUNSETPERSIST, 1 as libc::c_ulong) })?;
    // By netlink: the ioctl for it is refused inside a user namespace.
    new_link(
        0,
        &[attribute(libc::IFLA_IFNAME, b"eth0\0"), attribute(libc::IFLA_TXQLEN, &QUEUE.to_ne_bytes())],
    )?;
    // Best effort: what the device holds is queue enough, and the usual discipline before it has another for as many
    // packets in each of three bands, which is a quarter of what a host weighs.
    let _ = no_queue(control);
    Ok(())
}

/// Lets eth0 hand every packet to its device at once.
fn no_queue(control: BorrowedFd<'_>) -> Answer<()> {
    let mut near = request(INTERFACE);
    ioctl(control, libc::SIOCGIFINDEX, &mut near)?;
    // SAFETY: the kernel has filled in the number.
    let index = unsafe { near.ifr_ifru.ifru_ifindex };
    // struct tcmsg: family and padding, interface, handle, parent, info.
    let head = [[0; 4], index.to_ne_bytes(), [0; 4], TC_H_ROOT.to_ne_bytes(), [0; 4]].concat();
    let flags = libc::NLM_F_CREATE | libc::NLM_F_REPLACE;
    route(libc::RTM_NEWQDISC, flags, &[head, attribute(TCA_KIND, b"noqueue\0")].concat())
}

/// eth0 and its far end, both in the present namespace. Answers the far end's number.
pub(super) fn make_veth(control: BorrowedFd<'_>) -> Answer<u32> {
    const INFO_KIND: u16 = 1;
    const INFO_DATA: u16 = 2;
    const VETH_INFO_PEER: u16 = 1;
    let peer = [vec![0; 16], attribute(libc::IFLA_IFNAME, format!("{FAR}\0").as_bytes())].concat();
    let data = attribute(INFO_DATA, &attribute(VETH_INFO_PEER, &peer));
    let info = [attribute(INFO_KIND, b"veth"), data].concat();
    new_link(
        libc::NLM_F_CREATE | libc::NLM_F_EXCL,
        &[
            attribute(libc::IFLA_IFNAME, format!("{INTERFACE}\0").as_bytes()),
            attribute(libc::IFLA_ADDRESS, &HARDWARE),
            attribute(libc::IFLA_LINKINFO, &info),
        ],
    )?;
    // Without this, TCP hands over 64 KiB at once with an empty checksum: no wire would carry that.
    const ETHTOOL_STXCSUM: u32 = 0x17;
    let mut off = [ETHTOOL_STXCSUM, 0];
    let mut near = request(INTERFACE);
    near.ifr_ifru.ifru_data = off.as_mut_ptr().cast();
    ioctl(control, libc::SIOCETHTOOL as libc::c_ulong, &mut near)?;
    up(control, FAR)?;
    let mut far = request(FAR);
    ioctl(control, libc::SIOCGIFINDEX, &mut far)?;
    // SAFETY: the kernel has filled in the number.
    Ok(unsafe { far.ifr_ifru.ifru_ifindex } as u32)
}

/// The wire's end of a veth: whole IP packets, without Ethernet's header.
pub(super) fn packet_socket(interface: u32) -> Answer<OwnedFd> {
    const PACKET_QDISC_BYPASS: c_int = 20;
    const PACKET_IGNORE_OUTGOING: c_int = 23;
    let flags = libc::SOCK_DGRAM | libc::SOCK_CLOEXEC | libc::SOCK_NONBLOCK;
    // Protocol 0: nothing arrives before `bind` names the interface.
    // SAFETY: `socket` takes three numbers.
    let raw = Errno::result(unsafe { libc::socket(libc::AF_PACKET, flags, 0) })?;
    // SAFETY: a new descriptor that nobody else has.
    let fd = unsafe { OwnedFd::from_raw_fd(raw) };
    for (level, name, value) in [
        (libc::SOL_PACKET, PACKET_IGNORE_OUTGOING, 1),
        (libc::SOL_PACKET, PACKET_QDISC_BYPASS, 1),
        (libc::SOL_SOCKET, libc::SO_RCVBUF, RECEIVE_BUFFER),
    ] {
        let len = size_of_val(&value) as libc::socklen_t;
        // SAFETY: the kernel reads one int.
        Errno::result(unsafe { libc::setsockopt(raw, level, name, (&raw const value).cast(), len) })?;
    }
    let address = far_end(interface);
    let len = size_of_val(&address) as libc::socklen_t;
    // SAFETY: the kernel reads `len` bytes of the address.
    Errno::result(unsafe { libc::bind(raw, (&raw const address).cast(), len) })?;
    Ok(fd)
}

/// Where the wire's end of a veth sends to.
pub(super) fn far_end(interface: u32) -> libc::sockaddr_ll {
    // SAFETY: all-zero bytes are a valid `sockaddr_ll`.
    let mut address: libc::sockaddr_ll = unsafe { std::mem::zeroed() };
    address.sll_family = libc::AF_PACKET as u16;
    address.sll_protocol = (libc::ETH_P_IP as u16).to_be();
    address.sll_ifindex = interface as i32;
    address.sll_halen = HARDWARE.len() as u8;
    address.sll_addr[..HARDWARE.len()].copy_from_slice(&HARDWARE);
    address
}

fn attribute(kind: u16, body: &[u8]) -> Vec<u8> {
    let len = 4 + body.len();
    let mut bytes = (len as u16).to_ne_bytes().to_vec();
    bytes.extend(kind.to_ne_bytes());
    bytes.extend(body);
    bytes.resize(len.next_multiple_of(4), 0);
    bytes
}

/// A netlink message: its header, then the body.
fn message(kind: u16, flags: c_int, body: &[u8]) -> Vec<u8> {
    let mut bytes = ((16 + body.len()) as u32).to_ne_bytes().to_vec();
    bytes.extend(kind.to_ne_bytes());
    bytes.extend(((libc::NLM_F_REQUEST | flags) as u16).to_ne_bytes());
    bytes.extend([0; 8]);
    bytes.extend(body);
    bytes
}

/// The errno of a netlink acknowledgement.
fn acknowledged(bytes: &[u8]) -> Answer<()> {
    let error = bytes.get(16..20).map_or(-libc::EIO, |e| i32::from_ne_bytes([e[0], e[1], e[2], e[3]]));
    if error == 0 { Ok(()) } else { Err(Errno::from_raw(-error)) }
}

fn new_link(flags: c_int, attributes: &[Vec<u8>]) -> Answer<()> {
    route(libc::RTM_NEWLINK, flags, &[vec![0; 16], attributes.concat()].concat())
}

/// A request to the present namespace's interfaces, and its acknowledgement.
fn route(kind: u16, flags: c_int, body: &[u8]) -> Answer<()> {
    let route = SockProtocol::NetlinkRoute;
    let fd = socket(AddressFamily::Netlink, SockType::Raw, SockFlag::SOCK_CLOEXEC, route)?;
    send(fd.as_raw_fd(), &message(kind, libc::NLM_F_ACK | flags, body), MsgFlags::empty())?;
    let mut answer = [0; 4096];
    let len = recv(fd.as_raw_fd(), &mut answer, MsgFlags::empty())?;
    acknowledged(&answer[..len])
}

/// Ends every TCP connection of the present namespace, those too that nobody holds any more: a closed socket whose FIN
/// is never acknowledged would keep the whole namespace for minutes. Best effort: not every kernel has it.
pub(super) fn end_connections() -> Answer<()> {
    const SOCK_DIAG_BY_FAMILY: u16 = 20;
    const SOCK_DESTROY: u16 = 21;
    /// Of `struct inet_diag_sockid`, and where it lies behind the header of a message.
    const ID: usize = 48;
    const ID_AT: usize = 20;
    let diag = SockProtocol::NetlinkSockDiag;
    let fd = socket(AddressFamily::Netlink, SockType::Raw, SockFlag::SOCK_CLOEXEC, diag)?;
    let ask = |kind: u16, flags: c_int, id: &[u8]| {
        // struct inet_diag_req_v2: family, protocol, extensions, padding, states, then which socket.
        let mut body = vec![libc::AF_INET as u8, libc::IPPROTO_TCP as u8, 0, 0];
        body.extend(u32::MAX.to_ne_bytes());
        body.extend(id);
        send(fd.as_raw_fd(), &message(kind, flags, &body), MsgFlags::empty())
    };
    ask(SOCK_DIAG_BY_FAMILY, libc::NLM_F_DUMP, &[0; ID])?;
    let mut ids = Vec::new();
    let mut bytes = vec![0; 32 << 10];
    'dump: loop {
        let len = recv(fd.as_raw_fd(), &mut bytes, MsgFlags::empty())?;
        let mut rest = &bytes[..len];
        while let Some(header) = rest.get(..16) {
            let len = u32::from_ne_bytes([header[0], header[1], header[2], header[3]]) as usize;
            let kind = u16::from_ne_bytes([header[4], header[5]]);
            // Anything else is the end, or an error.
            let Some(id) =
                rest.get(ID_AT..ID_AT + ID).filter(|_| kind == SOCK_DIAG_BY_FAMILY && len >= ID_AT + ID)
            else {
                break 'dump;
            };
            ids.push(id.to_vec());
            rest = rest.get(len.next_multiple_of(4)..).unwrap_or_default();
        }
        if len == 0 {
            break;
        }
    }
    for id in &ids {
        ask(SOCK_DESTROY, libc::NLM_F_ACK, id)?;
        let len = recv(fd.as_raw_fd(), &mut bytes, MsgFlags::empty())?;
        if acknowledged(&bytes[..len]) == Err(Errno::EOPNOTSUPP) {
            break;
        }
    }
    Ok(())
}

/// Gives up every capability but these, by their numbers below 32; of these, those that the process has stay.
pub(super) fn keep_capabilities(kept: &[u32]) -> Answer<()> {
    const VERSION_3: u32 = 0x2008_0522;
    // struct __user_cap_header_struct: version and process (0: this one); then effective, permitted and inheritable
    // sets, twice 32 capabilities.
    let header: [u32; 2] = [VERSION_3, 0];
    let mut sets = [[0_u32; 3]; 2];
    // SAFETY: the kernel reads the header and writes both triples.
    Errno::result(unsafe { libc::syscall(libc::SYS_capget, header.as_ptr(), sets.as_mut_ptr()) })?;
    let mask = kept.iter().fold(0, |mask, capability| mask | 1 << capability);
    let [effective, permitted, _] = sets[0];
    sets = [[effective & mask, permitted & mask, 0], [0; 3]];
    // SAFETY: the kernel reads the header and both triples.
    Errno::result(unsafe { libc::syscall(libc::SYS_capset, header.as_ptr(), sets.as_ptr()) }).map(drop)
}

/// No program that this thread starts has more rights than it has.
pub(super) fn no_new_privileges() {
    // SAFETY: this request takes numbers alone.
    let _ = unsafe { libc::prctl(libc::PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) };
}

/// Closes what was inherited beside the standard descriptors.
pub(super) fn close_inherited() {
    // SAFETY: nothing of this process has opened a descriptor yet. Best effort: old kernels have no such call.
    let _ = unsafe { libc::syscall(libc::SYS_close_range, 3_u32, u32::MAX, 0_u32) };
}

/// A descriptor that was received belongs to us.
pub(super) fn own(raw: c_int) -> OwnedFd {
    // SAFETY: the kernel has just made this descriptor for us, from a message's rights.
    unsafe { OwnedFd::from_raw_fd(raw) }
}

/// Writes one packet to the wire's end of a veth.
pub(super) fn write_far(fd: BorrowedFd<'_>, packet: &[u8], to: &libc::sockaddr_ll) -> Answer<()> {
    let (bytes, len) = (packet.as_ptr().cast(), size_of_val(to) as libc::socklen_t);
    let flags = libc::MSG_DONTWAIT | libc::MSG_NOSIGNAL;
    let to = std::ptr::from_ref(to).cast();
    // SAFETY: the kernel reads `packet.len()` bytes of the packet and `len` of the address; both outlive the call.
    Errno::result(unsafe { libc::sendto(fd.as_raw_fd(), bytes, packet.len(), flags, to, len) }).map(drop)
}

/// Brings up lo, and gives it an address beside 127.0.0.1 if asked to.
pub(super) fn loopback(also: Option<Ipv4Addr>) -> Answer<()> {
    let control = control()?;
    up(control.as_fd(), "lo")?;
    match also {
        Some(own) => address(control.as_fd(), "lo:0", own, Ipv4Addr::BROADCAST),
        None => Ok(()),
    }
}
