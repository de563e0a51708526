//! Socket options of the real kernel.

use libc::{c_int, c_void, socklen_t};
use syscall::{Errno, Fd, OptionValue, Outcome, Returned, SocketOption, TcpInfo, TcpState};

use super::calls::{Answer, check};

fn level_and_name(option: SocketOption) -> (c_int, c_int) {
    use libc::{IPPROTO_TCP as TCP, SOL_SOCKET as SOL};
    match option {
        SocketOption::SoReuseaddr => (SOL, libc::SO_REUSEADDR),
        SocketOption::SoError => (SOL, libc::SO_ERROR),
        SocketOption::SoSndbuf => (SOL, libc::SO_SNDBUF),
        SocketOption::SoRcvbuf => (SOL, libc::SO_RCVBUF),
        SocketOption::SoKeepalive => (SOL, libc::SO_KEEPALIVE),
        SocketOption::SoLinger => (SOL, libc::SO_LINGER),
        SocketOption::SoRcvtimeo => (SOL, libc::SO_RCVTIMEO),
        SocketOption::SoSndtimeo => (SOL, libc::SO_SNDTIMEO),
        SocketOption::SoType => (SOL, libc::SO_TYPE),
        SocketOption::SoAcceptconn => (SOL, libc::SO_ACCEPTCONN),
        SocketOption::TcpNodelay => (TCP, libc::TCP_NODELAY),
        SocketOption::TcpCork => (TCP, libc::TCP_CORK),
        SocketOption::TcpMaxseg => (TCP, libc::TCP_MAXSEG),
        SocketOption::TcpKeepidle => (TCP, libc::TCP_KEEPIDLE),
        SocketOption::TcpKeepintvl => (TCP, libc::TCP_KEEPINTVL),
        SocketOption::TcpKeepcnt => (TCP, libc::TCP_KEEPCNT),
        SocketOption::TcpUserTimeout => (TCP, libc::TCP_USER_TIMEOUT),
        SocketOption::TcpSyncnt => (TCP, libc::TCP_SYNCNT),
        SocketOption::TcpQuickack => (TCP, libc::TCP_QUICKACK),
        SocketOption::TcpInfo => (TCP, libc::TCP_INFO),
    }
}

pub(super) fn set(fd: Fd, option: SocketOption, value: OptionValue) -> Outcome {
    match value {
        OptionValue::Int(n) => set_raw(fd, option, &n),
        OptionValue::TimeMicros(us) => {
            let seconds = i64::try_from(us / 1_000_000).unwrap_or(i64::MAX);
            set_raw(fd, option, &libc::timeval { tv_sec: seconds, tv_usec: (us % 1_000_000) as i64 })
        }
        OptionValue::Linger { on, seconds } => {
            set_raw(fd, option, &libc::linger { l_onoff: c_int::from(on), l_linger: c_int::from(seconds) })
        }
        OptionValue::Error(errno) => set_raw(fd, option, &errno.map_or(0, Errno::linux)),
        OptionValue::TcpInfo(_) => set_raw(fd, option, &[0_u8; TCP_INFO]),
    }
}

fn set_raw<T>(fd: Fd, option: SocketOption, value: &T) -> Outcome {
    let (level, name) = level_and_name(option);
    let (at, len) = ((&raw const *value).cast::<c_void>(), size_of::<T>() as socklen_t);
    // SAFETY: the kernel reads `len` bytes of this value.
    check(unsafe { libc::setsockopt(fd.0, level, name, at, len) }).map(|_| Returned::Done)
}

fn get_raw<T>(fd: Fd, option: SocketOption, mut value: T) -> Answer<T> {
    let (level, name) = level_and_name(option);
    let mut len = size_of::<T>() as socklen_t;
    let at = (&raw mut value).cast::<c_void>();
    // SAFETY: the kernel writes at most `len` bytes of this value, and these are what the option has.
    check(unsafe { libc::getsockopt(fd.0, level, name, at, &raw mut len) })?;
    Ok(value)
}

pub(super) fn get(fd: Fd, option: SocketOption) -> Outcome {
    let value = match option {
        SocketOption::SoLinger => {
            let linger = get_raw(fd, option, libc::linger { l_onoff: 0, l_linger: 0 })?;
            OptionValue::Linger { on: linger.l_onoff != 0, seconds: linger.l_linger as u16 }
        }
        SocketOption::SoRcvtimeo | SocketOption::SoSndtimeo => {
            let time = get_raw(fd, option, libc::timeval { tv_sec: 0, tv_usec: 0 })?;
            OptionValue::TimeMicros(time.tv_sec as u64 * 1_000_000 + time.tv_usec as u64)
        }
        SocketOption::SoError => match get_raw(fd, option, 0)? {
            0 => OptionValue::Error(None),
            number => OptionValue::Error(Some(Errno::from_linux(number))),
        },
        SocketOption::TcpInfo => {
            OptionValue::TcpInfo(tcp_info(&get_raw(fd, option, [0_u8; TCP_INFO])?).ok_or(Errno::EINVAL)?)
        }
        _ => OptionValue::Int(get_raw(fd, option, 0)?),
    };
    Ok(Returned::Option(value))
}

/// As much of `struct tcp_info` as is read here, in bytes.
const TCP_INFO: usize = 240;

/// From `struct tcp_info`, by the places of its fields in `linux/tcp.h`; they never move.
fn tcp_info(bytes: &[u8; TCP_INFO]) -> Option<TcpInfo> {
    let word = |at: usize| u32::from_ne_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]]);
    let double = |at: usize| u64::from(word(at)) | u64::from(word(at + 4)) << 32;
    // After eight single bytes come words: this is the n-th.
    let field = |n: usize| word(8 + 4 * n);
    Some(TcpInfo {
        state: state(bytes[0])?,
        retransmits: bytes[2],
        probes: bytes[3],
        backoff: bytes[4],
        rto_us: field(0),
        snd_mss: field(2),
        rcv_mss: field(3),
        unacked: field(4),
        rtt_us: field(15),
        rttvar_us: field(16),
        snd_cwnd: field(18),
        total_retrans: field(23),
        bytes_acked: double(120),
        bytes_received: double(128),
        notsent_bytes: word(144),
        snd_wnd: word(228),
        rcv_wnd: word(232),
    })
}

/// From Linux's numbers (`net/tcp_states.h`).
const fn state(number: u8) -> Option<TcpState> {
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
