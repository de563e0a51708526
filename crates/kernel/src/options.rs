//! Socket options: what may be set to which value, and what is read back.

use syscall::{Errno, Fd, Micros, OptionValue, Returned, SocketId, SocketOption, SocketType, TcpState};

use crate::calls::{Step, done};
use crate::files::File;
use crate::kernel::{Kernel, Pending};
use crate::receive::AckWhen;
use crate::send::Hold;
use crate::sizes::{BUFFER_DEFAULT, BUFFER_MAX, RCVBUF_MIN, SNDBUF_MIN, TICK};
use crate::socket::Options;

impl Kernel {
    pub(crate) fn call_setsockopt(
        &mut self,
        pending: &Pending,
        fd: Fd,
        option: SocketOption,
        value: OptionValue,
    ) -> Step {
        let id = self.socket_file(pending, fd)?;
        if let Some((basics, _, no_tcp)) = self.basics_mut(id) {
            return basics.set(option, value, no_tcp);
        }
        match option {
            SocketOption::SoError
            | SocketOption::SoType
            | SocketOption::SoAcceptconn
            | SocketOption::TcpInfo => {
                return Err(Errno::ENOPROTOOPT);
            }
            SocketOption::SoLinger => {
                self.socket_mut(id).options.linger_s = linger(value)?;
                return done(Returned::Done);
            }
            SocketOption::SoRcvtimeo => {
                self.socket_mut(id).options.receive_timeout_us = time_limit(value)?;
                return done(Returned::Done);
            }
            SocketOption::SoSndtimeo => {
                self.socket_mut(id).options.send_timeout_us = time_limit(value)?;
                return done(Returned::Done);
            }
            _ => {}
        }
        let value = value.as_int().ok_or(Errno::EINVAL)?;
        if !self.set_buffer_option(id, option, value) {
            self.socket_mut(id).options.set(option, value)?;
        }
        self.obey(id, option, value);
        done(Returned::Done)
    }

    /// The options of a socket that is not TCP's, its type, and the error of an option that is TCP's.
    fn basics_mut(&mut self, id: SocketId) -> Option<(&mut Basics, SocketType, Errno)> {
        match self.file_mut(id) {
            File::Local(socket) => Some((&mut socket.basics, socket.kind, Errno::EOPNOTSUPP)),
            File::Udp(socket) => Some((&mut socket.basics, SocketType::Dgram, Errno::ENOPROTOOPT)),
            File::Tcp(_) | File::Pipe(_) => None,
        }
    }

    /// What an option changes at once.
    fn obey(&mut self, id: SocketId, option: SocketOption, value: i32) {
        let now = self.now;
        let socket = self.socket_mut(id);
        socket.follow_options();
        let nodelay = socket.send.nodelay;
        let let_go = match option {
            // It pushes what is there even past TCP_CORK (`__tcp_sock_set_nodelay`).
            SocketOption::TcpNodelay => value != 0,
            SocketOption::TcpCork => value == 0,
            SocketOption::SoKeepalive if value != 0 => {
                socket.keepalive.heard(now);
                false
            }
            SocketOption::TcpQuickack => {
                let open = matches!(socket.state, TcpState::Established | TcpState::CloseWait);
                if socket.receive.set_quick(value, open, socket.read_shut) == AckWhen::Now {
                    self.send_ack(id);
                }
                false
            }
            _ => false,
        };
        if let_go && self.socket(id).synchronized() {
            let hold = if nodelay { Hold::Nothing } else { Hold::Nagle };
            self.own(id);
            self.output(id, |send, now, out| send.push(hold, now, out));
            self.release(id);
        }
    }

    /// Set what is not among the [`Options`]; answers whether it was that.
    fn set_buffer_option(&mut self, id: SocketId, option: SocketOption, value: i32) -> bool {
        let socket = self.socket_mut(id);
        match option {
            // A negative size is a very large one, as on Linux.
            SocketOption::SoSndbuf => {
                socket.send.sndbuf = (2 * (value as u32).min(BUFFER_MAX)).max(SNDBUF_MIN);
                socket.send.locked = true;
            }
            SocketOption::SoRcvbuf => socket.receive.set_rcvbuf(value as u32),
            SocketOption::SoReuseaddr => socket.reuse_address = value != 0,
            SocketOption::TcpNodelay => socket.send.nodelay = value != 0,
            _ => return false,
        }
        true
    }

    pub(crate) fn call_getsockopt(&mut self, pending: &Pending, fd: Fd, option: SocketOption) -> Step {
        let id = self.socket_file(pending, fd)?;
        if let Some((basics, kind, _)) = self.basics_mut(id) {
            return basics.read(option, kind, Errno::EOPNOTSUPP);
        }
        let socket = self.socket_mut(id);
        let flag = |on| OptionValue::Int(i32::from(on));
        let number = |n: u32| OptionValue::Int(i32::try_from(n).unwrap_or(i32::MAX));
        let options = &socket.options;
        let value = match option {
            SocketOption::SoSndbuf => number(socket.send.sndbuf),
            SocketOption::SoRcvbuf => number(socket.receive.rcvbuf),
            SocketOption::SoReuseaddr => flag(socket.reuse_address),
            SocketOption::SoError => OptionValue::Error(socket.error.take()),
            SocketOption::SoType => OptionValue::Int(1),
            SocketOption::SoAcceptconn => flag(socket.state == TcpState::Listen),
            SocketOption::SoKeepalive => flag(options.keepalive),
            SocketOption::SoLinger => options.linger(),
            SocketOption::SoRcvtimeo => OptionValue::TimeMicros(options.receive_timeout_us),
            SocketOption::SoSndtimeo => OptionValue::TimeMicros(options.send_timeout_us),
            SocketOption::TcpNodelay => flag(socket.send.nodelay),
            SocketOption::TcpCork => flag(options.cork),
            SocketOption::TcpMaxseg if socket.is_unconnected() && options.maxseg > 0 => {
                number(options.maxseg)
            }
            SocketOption::TcpMaxseg => number(socket.send.mss),
            SocketOption::TcpKeepidle => number(options.keep_idle_s),
            SocketOption::TcpKeepintvl => number(options.keep_interval_s),
            SocketOption::TcpKeepcnt => number(options.keep_count),
            SocketOption::TcpUserTimeout => number(options.user_timeout_ms),
            SocketOption::TcpSyncnt => number(options.syn_retries),
            SocketOption::TcpQuickack => flag(socket.receive.is_quick()),
            SocketOption::TcpInfo => OptionValue::TcpInfo(self.tcp_info(id)),
        };
        done(Returned::Option(value))
    }
}

/// What every socket has that is not TCP's.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Basics {
    pub(crate) sndbuf: u32,
    pub(crate) rcvbuf: u32,
    pub(crate) reuse_address: bool,
    /// The pending error (SO_ERROR).
    pub(crate) error: Option<Errno>,
    pub(crate) options: Options,
}

impl Default for Basics {
    fn default() -> Self {
        let (sndbuf, rcvbuf) = (BUFFER_DEFAULT, BUFFER_DEFAULT);
        Self { sndbuf, rcvbuf, reuse_address: false, error: None, options: Options::default() }
    }
}

impl Basics {
    /// `no_tcp` is the error where an option is TCP's.
    fn set(&mut self, option: SocketOption, value: OptionValue, no_tcp: Errno) -> Step {
        match option {
            SocketOption::SoSndbuf => {
                self.sndbuf =
                    (2 * (value.as_int().ok_or(Errno::EINVAL)? as u32).min(BUFFER_MAX)).max(SNDBUF_MIN);
            }
            SocketOption::SoRcvbuf => {
                self.rcvbuf =
                    (2 * (value.as_int().ok_or(Errno::EINVAL)? as u32).min(BUFFER_MAX)).max(RCVBUF_MIN);
            }
            SocketOption::SoLinger => self.options.linger_s = linger(value)?,
            SocketOption::SoRcvtimeo => self.options.receive_timeout_us = time_limit(value)?,
            SocketOption::SoSndtimeo => self.options.send_timeout_us = time_limit(value)?,
            SocketOption::SoKeepalive => self.options.keepalive = value.as_int().ok_or(Errno::EINVAL)? != 0,
            SocketOption::SoReuseaddr => self.reuse_address = value.as_int().ok_or(Errno::EINVAL)? != 0,
            SocketOption::SoError | SocketOption::SoType | SocketOption::SoAcceptconn => {
                return Err(Errno::ENOPROTOOPT);
            }
            _ => return Err(no_tcp),
        }
        done(Returned::Done)
    }

    fn read(&mut self, option: SocketOption, kind: SocketType, no_tcp: Errno) -> Step {
        let flag = |on| OptionValue::Int(i32::from(on));
        let options = &self.options;
        let value = match option {
            SocketOption::SoSndbuf => OptionValue::Int(self.sndbuf as i32),
            SocketOption::SoRcvbuf => OptionValue::Int(self.rcvbuf as i32),
            SocketOption::SoReuseaddr => flag(self.reuse_address),
            SocketOption::SoKeepalive => flag(options.keepalive),
            SocketOption::SoLinger => options.linger(),
            SocketOption::SoRcvtimeo => OptionValue::TimeMicros(options.receive_timeout_us),
            SocketOption::SoSndtimeo => OptionValue::TimeMicros(options.send_timeout_us),
            SocketOption::SoError => OptionValue::Error(self.error.take()),
            SocketOption::SoType => OptionValue::Int(if kind == SocketType::Stream { 1 } else { 2 }),
            SocketOption::SoAcceptconn => flag(false),
            _ => return Err(no_tcp),
        };
        done(Returned::Option(value))
    }
}

impl Options {
    fn linger(&self) -> OptionValue {
        let seconds = u16::try_from(self.linger_s.unwrap_or(0)).unwrap_or(u16::MAX);
        OptionValue::Linger { on: self.linger_s.is_some(), seconds }
    }

    /// Set a number, within Linux's bounds for it (`do_tcp_setsockopt`).
    fn set(&mut self, option: SocketOption, value: i32) -> Result<(), Errno> {
        let within = |low: i32, high: i32| {
            if (low..=high).contains(&value) { Ok(value.unsigned_abs()) } else { Err(Errno::EINVAL) }
        };
        match option {
            SocketOption::TcpCork => self.cork = value != 0,
            // Not kept: it changes what the receiving half does from now on.
            SocketOption::TcpQuickack => {}
            SocketOption::TcpMaxseg if value == 0 => self.maxseg = 0,
            SocketOption::TcpMaxseg => self.maxseg = within(88, 32_767)?,
            SocketOption::SoKeepalive => self.keepalive = value != 0,
            SocketOption::TcpKeepidle => self.keep_idle_s = within(1, 32_767)?,
            SocketOption::TcpKeepintvl => self.keep_interval_s = within(1, 32_767)?,
            SocketOption::TcpKeepcnt => self.keep_count = within(1, 127)?,
            SocketOption::TcpUserTimeout => self.user_timeout_ms = within(0, i32::MAX)?,
            SocketOption::TcpSyncnt => self.syn_retries = within(1, 127)?,
            _ => return Err(Errno::ENOSYS),
        }
        Ok(())
    }
}

/// A `struct linger`; an `int` is too short for one.
const fn linger(value: OptionValue) -> Result<Option<u32>, Errno> {
    match value {
        OptionValue::Linger { on: true, seconds } => Ok(Some(seconds as u32)),
        OptionValue::Linger { on: false, .. } => Ok(None),
        OptionValue::TimeMicros(us) => Ok(if us < 1_000_000 { None } else { Some(0) }),
        OptionValue::Int(_) | OptionValue::Error(_) | OptionValue::TcpInfo(_) => Err(Errno::EINVAL),
    }
}

/// A `struct timeval`, rounded up to a tick; anything else is too short for one.
const fn time_limit(value: OptionValue) -> Result<Micros, Errno> {
    match value {
        OptionValue::TimeMicros(us) => Ok(us.div_ceil(TICK).saturating_mul(TICK)),
        _ => Err(Errno::EINVAL),
    }
}
