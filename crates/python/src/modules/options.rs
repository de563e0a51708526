//! Socket options as programs pass them: Linux's numbers, and values as numbers or as the bytes of C's structures.

use syscall::{OptionValue, SocketOption, TcpInfo, TcpState};

/// The option of a level and a number.
pub(super) fn of(level: i64, option: i64) -> Option<SocketOption> {
    Some(match (level, option) {
        (1, 2) => SocketOption::SoReuseaddr,
        (1, 3) => SocketOption::SoType,
        (1, 4) => SocketOption::SoError,
        (1, 7) => SocketOption::SoSndbuf,
        (1, 8) => SocketOption::SoRcvbuf,
        (1, 9) => SocketOption::SoKeepalive,
        (1, 13) => SocketOption::SoLinger,
        (1, 20) => SocketOption::SoRcvtimeo,
        (1, 21) => SocketOption::SoSndtimeo,
        (1, 30) => SocketOption::SoAcceptconn,
        (6, 1) => SocketOption::TcpNodelay,
        (6, 2) => SocketOption::TcpMaxseg,
        (6, 3) => SocketOption::TcpCork,
        (6, 4) => SocketOption::TcpKeepidle,
        (6, 5) => SocketOption::TcpKeepintvl,
        (6, 6) => SocketOption::TcpKeepcnt,
        (6, 7) => SocketOption::TcpSyncnt,
        (6, 11) => SocketOption::TcpInfo,
        (6, 12) => SocketOption::TcpQuickack,
        (6, 18) => SocketOption::TcpUserTimeout,
        _ => return None,
    })
}

fn word(bytes: &[u8], at: usize) -> Option<i32> {
    bytes.get(at..at + 4)?.try_into().ok().map(i32::from_le_bytes)
}

fn long(bytes: &[u8], at: usize) -> Option<u64> {
    bytes.get(at..at + 8)?.try_into().ok().map(u64::from_le_bytes)
}

/// A value from the bytes of its structure; none if they are too few.
pub(super) fn from_bytes(option: SocketOption, bytes: &[u8]) -> Option<OptionValue> {
    Some(match option {
        SocketOption::SoLinger => OptionValue::Linger {
            on: word(bytes, 0)? != 0,
            seconds: word(bytes, 4)?.clamp(0, i32::from(u16::MAX)) as u16,
        },
        SocketOption::SoRcvtimeo | SocketOption::SoSndtimeo => {
            OptionValue::TimeMicros(long(bytes, 0)?.saturating_mul(1_000_000).saturating_add(long(bytes, 8)?))
        }
        _ => OptionValue::Int(word(bytes, 0)?),
    })
}

/// The number that a program reads who asks for one.
pub(super) fn to_int(value: &OptionValue) -> i32 {
    match value {
        OptionValue::Error(errno) => errno.map_or(0, syscall::Errno::linux),
        other => word(&to_bytes(other), 0).unwrap_or(0),
    }
}

/// The bytes of a value's structure.
pub(super) fn to_bytes(value: &OptionValue) -> Vec<u8> {
    match value {
        OptionValue::Int(n) => n.to_le_bytes().to_vec(),
        OptionValue::TimeMicros(us) => {
            [us / 1_000_000, us % 1_000_000].iter().flat_map(|n| n.to_le_bytes()).collect()
        }
        OptionValue::Linger { on, seconds } => {
            [i32::from(*on), i32::from(*seconds)].iter().flat_map(|n| n.to_le_bytes()).collect()
        }
        OptionValue::Error(errno) => errno.map_or(0, syscall::Errno::linux).to_le_bytes().to_vec(),
        OptionValue::TcpInfo(info) => tcp_info(info),
    }
}

/// The beginning of `struct tcp_info` (`linux/tcp.h`), up to `tcpi_total_retrans`; what is not known is 0.
fn tcp_info(info: &TcpInfo) -> Vec<u8> {
    let mut bytes = vec![state(info.state), 0, info.retransmits, info.probes, info.backoff, 0, 0, 0];
    let words = [
        info.rto_us,
        0,
        info.snd_mss,
        info.rcv_mss,
        info.unacked,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        info.rtt_us,
        info.rttvar_us,
        0,
        info.snd_cwnd,
        0,
        0,
        0,
        0,
        info.total_retrans,
    ];
    bytes.extend(words.iter().flat_map(|n| n.to_le_bytes()));
    bytes
}

/// Linux's number of a state (`net/tcp_states.h`).
const fn state(state: TcpState) -> u8 {
    match state {
        TcpState::Established => 1,
        TcpState::SynSent => 2,
        TcpState::SynReceived => 3,
        TcpState::FinWait1 => 4,
        TcpState::FinWait2 => 5,
        TcpState::TimeWait => 6,
        TcpState::Closed => 7,
        TcpState::CloseWait => 8,
        TcpState::LastAck => 9,
        TcpState::Listen => 10,
        TcpState::Closing => 11,
    }
}
