//! The names whose values and layouts the models use. Values come from the headers of each system, by the
//! probes, and from nowhere else.

mod darwin;
mod freebsd;

pub(crate) use darwin::{DarwinLayouts, DarwinOnly, so_np_extensions};
pub(crate) use freebsd::{FreeBsdLayouts, FreeBsdOnly};

use crate::{constants, layouts};

constants! {
    /// What both systems have, with numbers of their own.
    Common:
    AF_UNSPEC AF_UNIX AF_INET AF_INET6 SOCK_STREAM SOCK_DGRAM SOCK_SEQPACKET SHUT_RD SHUT_WR SHUT_RDWR
    SOMAXCONN MSG_OOB MSG_PEEK MSG_DONTROUTE MSG_EOR MSG_TRUNC MSG_CTRUNC MSG_WAITALL MSG_DONTWAIT
    MSG_NOSIGNAL SOL_SOCKET IPPROTO_TCP IPPROTO_IPV6 SCM_RIGHTS SO_REUSEADDR SO_REUSEPORT
    SO_KEEPALIVE SO_DONTROUTE SO_BROADCAST SO_LINGER SO_OOBINLINE SO_ACCEPTCONN SO_SNDBUF SO_RCVBUF
    SO_SNDLOWAT SO_RCVLOWAT SO_SNDTIMEO SO_RCVTIMEO SO_ERROR SO_TYPE SO_NOSIGPIPE TCP_NODELAY TCP_MAXSEG
    TCP_NOPUSH TCP_KEEPINTVL TCP_KEEPCNT TCP_FASTOPEN IPV6_V6ONLY O_WRONLY O_RDWR O_ACCMODE O_NONBLOCK
    O_CREAT O_EXCL O_TRUNC O_APPEND O_CLOEXEC O_DIRECTORY F_DUPFD F_DUPFD_CLOEXEC F_GETFD F_SETFD F_GETFL
    F_SETFL FD_CLOEXEC AT_FDCWD FIONBIO FIONREAD FIOCLEX FIONCLEX POLLIN POLLPRI POLLOUT POLLERR POLLHUP
    POLLNVAL POLLRDNORM POLLRDBAND POLLWRBAND EVFILT_READ EVFILT_WRITE EVFILT_TIMER EVFILT_USER EV_ADD
    EV_DELETE EV_ENABLE EV_DISABLE EV_ONESHOT EV_CLEAR EV_RECEIPT EV_DISPATCH EV_EOF EV_ERROR NOTE_LOWAT
    NOTE_SECONDS NOTE_USECONDS NOTE_NSECONDS NOTE_TRIGGER PROT_READ PROT_WRITE PROT_EXEC MAP_PRIVATE
    MAP_SHARED MAP_ANON MAP_FIXED SIGPIPE SIGALRM SIGSEGV SIGILL SIGSYS SIGKILL SIGSTOP SIGCHLD SIGURG
    SIGCONT SIGWINCH SIGIO SIG_BLOCK SIG_UNBLOCK SIG_SETMASK SA_RESTART SA_RESETHAND SA_NODEFER ITIMER_REAL
    EPERM ENOENT ESRCH EINTR EIO ENXIO E2BIG ENOEXEC EBADF ECHILD EDEADLK ENOMEM EACCES EFAULT EBUSY EEXIST
    EXDEV ENODEV ENOTDIR EISDIR EINVAL ENFILE EMFILE ENOTTY EFBIG ENOSPC ESPIPE EROFS EMLINK EPIPE EDOM
    ERANGE EAGAIN EINPROGRESS EALREADY ENOTSOCK EDESTADDRREQ EMSGSIZE EPROTOTYPE ENOPROTOOPT EPROTONOSUPPORT
    ESOCKTNOSUPPORT EOPNOTSUPP ENOTSUP EPFNOSUPPORT EAFNOSUPPORT EADDRINUSE EADDRNOTAVAIL ENETDOWN
    ENETUNREACH ENETRESET ECONNABORTED ECONNRESET ENOBUFS EISCONN ENOTCONN ESHUTDOWN ETOOMANYREFS ETIMEDOUT
    ECONNREFUSED ELOOP ENAMETOOLONG EHOSTDOWN EHOSTUNREACH ENOTEMPTY ENOSYS EOVERFLOW ECANCELED EPROTO
}

layouts! {
    /// Structures that both systems have.
    Layouts:
    sockaddr { sa_len sa_family }
    sockaddr_in { sin_port sin_addr }
    sockaddr_in6 { sin6_port sin6_flowinfo sin6_addr sin6_scope_id }
    sockaddr_un { sun_path }
    msghdr { msg_name msg_namelen msg_iov msg_iovlen msg_control msg_controllen msg_flags }
    iovec { iov_base iov_len }
    cmsghdr { cmsg_len cmsg_level cmsg_type }
    pollfd { fd events revents }
    timeval { tv_sec tv_usec }
    timespec { tv_sec tv_nsec }
    itimerval { it_interval it_value }
    linger { l_onoff l_linger }
    ifreq { ifr_ifru }
    sigaction { sa_mask sa_flags }
}

/// Headers that the probes do not include by themselves.
const FREEBSD_HEADERS: &[&str] = &[
    "sys/thr.h",
    "sys/umtx.h",
    "sys/reboot.h",
    "net/if.h",
    "sys/ttycom.h",
    "sys/elf_common.h",
];
const DARWIN_HEADERS: &[&str] = &["net/if.h", "net/if_mib.h", "sys/sysctl.h", "sys/ttycom.h"];

/// What the probes are asked for.
pub(crate) fn names(system: crate::System) -> String {
    let (headers, only, layouts) = match system {
        crate::System::FreeBsd => (FREEBSD_HEADERS, FreeBsdOnly::NAMES, FreeBsdLayouts::NAMES),
        crate::System::Darwin => (DARWIN_HEADERS, DarwinOnly::NAMES, DarwinLayouts::NAMES),
    };
    let mut text = String::new();
    for header in headers {
        text.push_str(&format!("#include <{header}>\n"));
    }
    let names = Common::NAMES.iter().chain(only).chain(Layouts::NAMES);
    for name in names.chain(layouts) {
        text.push_str(name);
        text.push('\n');
    }
    if system == crate::System::FreeBsd {
        for name in crate::freebsd::CALLS {
            text.push_str(&format!("SYS_{name}\n"));
        }
    }
    text
}
