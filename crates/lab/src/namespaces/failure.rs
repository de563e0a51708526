//! Why a machine does not give us hosts of our own, told by the step and the errno, and what a person can do about it.

use std::fmt;

use syscall::Errno;

/// A step of making a host.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Step {
    /// Starting the helper process.
    Start = 1,
    /// Leaving the machine's user namespace.
    UserNamespace,
    /// Making a network namespace.
    NetNamespace,
    /// Going into one.
    Enter,
    /// Opening /dev/net/tun.
    OpenTun,
    /// Making a TUN device.
    MakeTun,
    /// Making a pair of virtual Ethernet devices.
    Veth,
    /// Opening a packet socket on one.
    PacketSocket,
    /// Giving a host its addresses.
    Configure,
    /// Making a socket.
    Socket,
    /// Binding one.
    Bind,
    /// Asking for a host that is not there.
    UnknownHost,
}

impl Step {
    const ALL: [Self; 12] = [
        Self::Start,
        Self::UserNamespace,
        Self::NetNamespace,
        Self::Enter,
        Self::OpenTun,
        Self::MakeTun,
        Self::Veth,
        Self::PacketSocket,
        Self::Configure,
        Self::Socket,
        Self::Bind,
        Self::UnknownHost,
    ];

    pub(super) fn from_number(number: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|step| *step as u8 == number)
    }

    const fn text(self) -> &'static str {
        match self {
            Self::Start => "starting the helper process",
            Self::UserNamespace => "making a user namespace",
            Self::NetNamespace => "making a network namespace",
            Self::Enter => "entering a network namespace",
            Self::OpenTun => "opening /dev/net/tun",
            Self::MakeTun => "making a TUN device",
            Self::Veth => "making a veth pair",
            Self::PacketSocket => "opening a packet socket",
            Self::Configure => "configuring a host",
            Self::Socket => "making a socket",
            Self::Bind => "binding a socket",
            Self::UnknownHost => "finding a host",
        }
    }
}

/// It has no name in the vocabulary.
const ENOSPC: Errno = Errno::Other(28);

/// A step that failed, with the kernel's errno.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Failure {
    /// The step.
    pub step: Step,
    /// Why.
    pub errno: Errno,
}

impl Failure {
    pub(crate) const fn new(step: Step, errno: Errno) -> Self {
        Self { step, errno }
    }

    /// Whether the machine has as many namespaces as it may have.
    pub(crate) fn is_lack_of_room(&self) -> bool {
        self.errno == ENOSPC
    }

    /// What a person can do about it, in one sentence.
    pub fn remedy(&self) -> String {
        // Numbers without a name in the vocabulary.
        const ENOENT: Errno = Errno::Other(2);
        const ENXIO: Errno = Errno::Other(6);
        const ENODEV: Errno = Errno::Other(19);
        const EUSERS: Errno = Errno::Other(87);
        let refused = matches!(self.errno, Errno::EPERM | Errno::EACCES);
        let text = match (self.step, self.errno) {
            (_, Errno::EMFILE | Errno::ENFILE) => "Allow more open files: ulimit -n 65536",
            (Step::Start, ENOENT) => "Mount /proc, so that this program finds itself.",
            (Step::UserNamespace, ENOSPC) => "Allow user namespaces: sysctl user.max_user_namespaces=16384",
            (Step::UserNamespace, EUSERS) => "Start it in fewer nested containers.",
            (Step::UserNamespace, _) if refused && setting("kernel/unprivileged_userns_clone") == Some(0) => {
                "Allow user namespaces: sysctl kernel.unprivileged_userns_clone=1"
            }
            (Step::UserNamespace, _) if refused => {
                "A filter forbids unshare: in a container, run it with --security-opt seccomp=unconfined; under systemd, set RestrictNamespaces=no"
            }
            (Step::UserNamespace, Errno::EINVAL) => "This kernel has no user namespaces (CONFIG_USER_NS).",
            (Step::UserNamespace | Step::NetNamespace, Errno::ENOSYS) => "This sandbox has no unshare.",
            (Step::NetNamespace, ENOSPC) => "Allow network namespaces: sysctl user.max_net_namespaces=16384",
            (Step::NetNamespace, _)
                if refused && setting("kernel/apparmor_restrict_unprivileged_userns") == Some(1) =>
            {
                "AppArmor takes the rights away: sysctl kernel.apparmor_restrict_unprivileged_userns=0"
            }
            (Step::NetNamespace, _) if refused => {
                "Network namespaces need CAP_SYS_ADMIN here: run it as root, or allow user namespaces."
            }
            (Step::NetNamespace, Errno::EINVAL) => "This kernel has no network namespaces (CONFIG_NET_NS).",
            (Step::OpenTun, ENOENT) => {
                "Load the driver: modprobe tun (in a container: --device /dev/net/tun)"
            }
            (Step::OpenTun, Errno::EACCES) => "Let everybody use it, as udev does: chmod 0666 /dev/net/tun",
            (Step::OpenTun, Errno::EPERM) => {
                "A device rule forbids it: in a container, --device /dev/net/tun; under systemd, DeviceAllow=/dev/net/tun rw"
            }
            (Step::OpenTun, ENODEV | ENXIO) => "Load the driver: modprobe tun",
            (Step::Veth, Errno::EOPNOTSUPP) => "Load the driver: modprobe veth",
            (Step::PacketSocket, Errno::EAFNOSUPPORT) => {
                "Load the driver: modprobe af_packet (under systemd: RestrictAddressFamilies must name AF_PACKET)"
            }
            _ => "This case is not known: please report the step and the error.",
        };
        text.into()
    }
}

/// A number below /proc/sys.
fn setting(name: &str) -> Option<i64> {
    std::fs::read_to_string(format!("/proc/sys/{name}")).ok()?.trim().parse().ok()
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.step.text(), self.errno)?;
        if let Errno::Other(number) = self.errno {
            write!(f, " ({})", nix::errno::Errno::from_raw(number).desc())?;
        }
        Ok(())
    }
}

impl std::error::Error for Failure {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_step_has_a_number_of_its_own_and_none_is_zero() {
        for step in Step::ALL {
            assert_eq!(Step::from_number(step as u8), Some(step));
        }
        assert_eq!(Step::from_number(0), None);
    }

    #[test]
    fn the_cases_of_tun_are_told_apart() {
        let remedy = |errno| Failure::new(Step::OpenTun, errno).remedy();
        assert!(remedy(Errno::EACCES).contains("chmod 0666"));
        assert!(remedy(Errno::EPERM).contains("--device"));
        assert!(remedy(Errno::Other(2)).contains("modprobe tun"));
    }
}
