//! Socket options.

use syscall::{Errno, Fd, OptionValue, Returned, SocketOption, TaskId, TcpState};

use crate::calls::{Step, done};
use crate::kernel::Kernel;
use crate::sizes::{BUFFER_MAX, SNDBUF_MIN};

impl Kernel {
    pub(crate) fn call_setsockopt(
        &mut self,
        task: TaskId,
        fd: Fd,
        option: SocketOption,
        value: OptionValue,
    ) -> Step {
        let id = self.lookup(task, fd)?;
        let OptionValue::Int(value) = value else { return Err(Errno::EINVAL) };
        let socket = self.socket_mut(id);
        match option {
            // A negative size is a very large one, as on Linux.
            SocketOption::SoSndbuf => {
                socket.send.sndbuf = (2 * (value as u32).min(BUFFER_MAX)).max(SNDBUF_MIN);
                socket.send.locked = true;
            }
            SocketOption::SoRcvbuf => socket.receive.set_rcvbuf(value as u32),
            SocketOption::SoReuseaddr => socket.reuse_address = value != 0,
            SocketOption::TcpNodelay => {
                socket.send.nodelay = value != 0;
                if value != 0 && socket.synchronized() {
                    self.own(id);
                    self.output(id, |send, now, out| send.push(false, now, out));
                    self.release(id);
                }
            }
            SocketOption::SoError | SocketOption::SoType | SocketOption::SoAcceptconn => {
                return Err(Errno::ENOPROTOOPT);
            }
            _ => return Err(Errno::ENOSYS),
        }
        done(Returned::Done)
    }

    pub(crate) fn call_getsockopt(&mut self, task: TaskId, fd: Fd, option: SocketOption) -> Step {
        let id = self.lookup(task, fd)?;
        let socket = self.socket_mut(id);
        let value = match option {
            SocketOption::SoSndbuf => OptionValue::Int(socket.send.sndbuf as i32),
            SocketOption::SoRcvbuf => OptionValue::Int(socket.receive.rcvbuf as i32),
            SocketOption::SoReuseaddr => OptionValue::Int(i32::from(socket.reuse_address)),
            SocketOption::SoError => OptionValue::Error(socket.error.take()),
            SocketOption::SoType => OptionValue::Int(1),
            SocketOption::SoAcceptconn => OptionValue::Int(i32::from(socket.state == TcpState::Listen)),
            SocketOption::TcpNodelay => OptionValue::Int(i32::from(socket.send.nodelay)),
            SocketOption::TcpMaxseg => OptionValue::Int(socket.send.mss as i32),
            _ => return Err(Errno::ENOSYS),
        };
        done(Returned::Option(value))
    }
}
