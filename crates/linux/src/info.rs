//! What a kernel tells of a socket: its queues and `struct tcp_info`.

use std::os::fd::AsRawFd;

use syscall::{Errno, IoctlRequest, TcpInfo, TcpState};

use crate::{Answer, check, option::get};

/// SIOCOUTQNSD of linux/sockios.h; libc has no name for it.
const SIOCOUTQNSD: libc::Ioctl = 0x894b;

/// One `ioctl`. Answers bytes.
///
/// # Errors
/// The kernel's own.
pub fn ioctl(fd: impl AsRawFd, request: IoctlRequest) -> Answer<u32> {
    let request = match request {
        IoctlRequest::Siocinq => libc::FIONREAD,
        IoctlRequest::Siocoutq => libc::TIOCOUTQ,
        IoctlRequest::Siocoutqnsd => SIOCOUTQNSD,
    };
    let mut bytes: libc::c_int = 0;
    // SAFETY: SIOCOUTQ, SIOCOUTQNSD and SIOCINQ each write one int.
    check(unsafe { libc::ioctl(fd.as_raw_fd(), request, &mut bytes) })?;
    Ok(u32::try_from(bytes).unwrap_or(0))
}

/// State and sending MSS of a TCP socket: one `getsockopt` of TCP_INFO. The state is none where it has no name here.
///
/// # Errors
/// The kernel's own.
pub fn state_and_mss(fd: impl AsRawFd) -> Answer<(Option<TcpState>, u32)> {
    let info = Raw::read(fd)?;
    Ok((info.state(), info.u32(16)))
}

/// `struct tcp_info` of linux/tcp.h, as long as this kernel has it: libc's ends before the windows.
struct Raw([u8; LENGTH]);

/// Up to tcpi_rcv_wnd (Linux 6.2). The kernel copies as much of its own as is asked for; what it has not stays 0.
const LENGTH: usize = 236;

impl Raw {
    fn read(fd: impl AsRawFd) -> Answer<Self> {
        get(fd, libc::IPPROTO_TCP, libc::TCP_INFO, [0; LENGTH]).map(Self)
    }

    fn state(&self) -> Option<TcpState> {
        state(self.0[0])
    }

    fn u32(&self, at: usize) -> u32 {
        u32::from_ne_bytes(self.0[at..at + 4].try_into().expect("four bytes"))
    }

    fn u64(&self, at: usize) -> u64 {
        u64::from_ne_bytes(self.0[at..at + 8].try_into().expect("eight bytes"))
    }
}

/// TCP_INFO's teaching fields.
pub(crate) fn tcp_info(fd: impl AsRawFd) -> Answer<TcpInfo> {
    let raw = Raw::read(fd)?;
    Ok(TcpInfo {
        state: raw.state().ok_or(Errno::EINVAL)?,
        retransmits: raw.0[2],
        probes: raw.0[3],
        backoff: raw.0[4],
        rto_us: raw.u32(8),
        snd_mss: raw.u32(16),
        rcv_mss: raw.u32(20),
        unacked: raw.u32(24),
        rtt_us: raw.u32(68),
        rttvar_us: raw.u32(72),
        snd_cwnd: raw.u32(80),
        total_retrans: raw.u32(100),
        bytes_acked: raw.u64(120),
        bytes_received: raw.u64(128),
        notsent_bytes: raw.u32(144),
        snd_wnd: raw.u32(228),
        rcv_wnd: raw.u32(232),
    })
}

/// The states in the order of linux/tcp_states.h.
fn state(number: u8) -> Option<TcpState> {
    Some(match number {
        1 => TcpState::Established,
        2 => TcpState::SynSent,
        3 | 12 => TcpState::SynReceived,
        4 => TcpState::FinWait1,
        5 => TcpState::FinWait2,
        6 => TcpState::TimeWait,
        7 => TcpState::Closed,
        8 => TcpState::CloseWait,
        9 => TcpState::LastAck,
        10 => TcpState::Listen,
        11 => TcpState::Closing,
        _ => return None,
    })
}
