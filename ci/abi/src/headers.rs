//! The headers that the probes of each system include, as zig brings them.

use std::fmt::Write;
use std::fs;
use std::path::Path;

use crate::target::{System, Target};

/// A set of headers that can be included together.
#[derive(Debug)]
pub(crate) struct Unit {
    pub(crate) name: &'static str,
    pub(crate) flags: Vec<String>,
    before: &'static str,
    headers: &'static str,
}

impl Unit {
    /// The beginning of a C file that includes all of them, and these.
    pub(crate) fn source(&self, more: &[String]) -> String {
        let mut text = String::from(self.before);
        let more = more.iter().map(String::as_str);
        for header in self.headers.split_whitespace().chain(more) {
            let _ = writeln!(
                text,
                "#if __has_include(<{header}>)\n#include <{header}>\n#endif"
            );
        }
        text
    }
}

const FREEBSD: &str = "sys/param.h sys/types.h sys/syscall.h sys/cdefs.h sys/socket.h sys/un.h sys/uio.h \
    sys/event.h sys/fcntl.h sys/errno.h sys/poll.h fcntl.h errno.h poll.h sys/ioctl.h sys/sockio.h \
    sys/filio.h sys/ttycom.h termios.h sys/mman.h sys/time.h time.h sys/sysctl.h sys/ucred.h sys/stat.h \
    sys/resource.h signal.h sys/select.h sys/wait.h sys/umtx.h sys/thr.h machine/sysarch.h \
    sys/auxv.h sys/procdesc.h sys/reboot.h sys/eventfd.h sys/timerfd.h sys/elf_common.h sys/elf64.h \
    machine/elf.h limits.h unistd.h stddef.h sys/vdso.h net/if.h net/if_dl.h net/if_types.h net/route.h \
    net/if_mib.h netinet/in_systm.h netinet/in.h netinet/ip.h netinet/tcp.h netinet/udp.h \
    netinet/in_var.h netinet/sctp.h netinet/sctp_uio.h netinet6/in6_var.h netinet/ip_icmp.h \
    netinet/icmp6.h netinet6/nd6.h sys/ucontext.h machine/ucontext.h";

const DARWIN: &str = "sys/param.h sys/types.h sys/cdefs.h sys/socket.h sys/un.h sys/uio.h sys/event.h \
    sys/fcntl.h fcntl.h errno.h poll.h sys/ioctl.h sys/sockio.h sys/filio.h sys/ttycom.h termios.h \
    sys/ioccom.h sys/mman.h sys/time.h time.h sys/sysctl.h sys/ucred.h sys/stat.h sys/resource.h \
    signal.h sys/select.h sys/wait.h sys/kern_control.h sys/proc_info.h limits.h unistd.h stddef.h \
    net/if.h net/if_dl.h net/if_types.h net/if_var.h net/route.h net/if_mib.h netinet/in_systm.h \
    netinet/in.h netinet/ip.h netinet/tcp.h netinet/udp.h mach/vm_param.h mach/mach_time.h \
    mach/semaphore.h mach/thread_status.h mach/mach_traps.h mach-o/loader.h sys/ucontext.h sys/kauth.h pthread.h";

/// What the kernel exports. It shares names with a libc's headers, which therefore are apart.
const LINUX_KERNEL: &str = "linux/types.h asm/unistd.h asm/errno.h linux/posix_types.h asm/socket.h \
    asm/sockios.h linux/sockios.h linux/socket.h linux/in.h linux/in6.h linux/ipv6.h linux/un.h linux/tcp.h \
    linux/udp.h linux/sctp.h linux/if.h linux/if_link.h linux/if_addr.h linux/rtnetlink.h linux/netlink.h \
    linux/errqueue.h linux/net_tstamp.h linux/eventpoll.h linux/io_uring.h asm/poll.h linux/fcntl.h \
    asm/mman.h linux/mman.h linux/time.h linux/time_types.h linux/uio.h linux/futex.h linux/net.h \
    linux/stat.h linux/ip.h asm/ioctls.h asm/termbits.h linux/resource.h linux/limits.h linux/sched.h \
    linux/reboot.h asm/signal.h linux/auxvec.h linux/prctl.h linux/elf.h linux/elf-em.h asm/sigcontext.h";

const LINUX_LIBC: &str = "sys/types.h sys/socket.h sys/un.h netinet/in.h netinet/tcp.h netinet/udp.h \
    netinet/ip.h net/if.h poll.h sys/epoll.h fcntl.h errno.h sys/uio.h sys/ioctl.h sys/mman.h time.h \
    sys/time.h sys/stat.h signal.h sys/select.h limits.h unistd.h stddef.h sys/resource.h elf.h link.h \
    sys/auxv.h sys/wait.h sys/prctl.h sched.h";

/// What the kernel's headers take for granted that a libc has said before.
const LINUX_KERNEL_BEFORE: &str = "#include <stdint.h>\n#include <stddef.h>\n#include <linux/types.h>\n\
    #include <linux/socket.h>\n#define sockaddr_storage __kernel_sockaddr_storage\n\
    #define MSG_FIN 0x200\n\
    struct sockaddr { unsigned short sa_family; char sa_data[14]; };\n\
    typedef unsigned short sa_family_t;\n#include <linux/time.h>\n";

/// Headers of a libc that some of the kernel's include.
const SHADOWED: [&str; 7] = [
    "sys/socket.h",
    "netinet/in.h",
    "netinet/tcp.h",
    "sys/time.h",
    "time.h",
    "sys/types.h",
    "signal.h",
];

/// The sets of headers of a target. The kernel's own come first: it is the kernel that a system call
/// speaks to, and a libc may have other structures under the same names.
pub(crate) fn units(target: Target, folder: &Path) -> Result<Vec<Unit>, String> {
    let unit = |name, before, headers, flags: &[&str]| Unit {
        name,
        flags: flags.iter().map(ToString::to_string).collect(),
        before,
        headers,
    };
    Ok(match target.system {
        System::FreeBsd => vec![unit("headers", "", FREEBSD, &[])],
        System::Darwin => {
            let before = "#define __APPLE_USE_RFC_3542 1\n";
            vec![unit("headers", before, DARWIN, &[])]
        }
        System::Linux => {
            let shadow = format!("-I{}", shadow(folder)?);
            vec![
                unit("kernel", LINUX_KERNEL_BEFORE, LINUX_KERNEL, &[&shadow]),
                unit("libc", "", LINUX_LIBC, &["-D_GNU_SOURCE"]),
            ]
        }
    })
}

/// A folder of empty headers, which stand before those of the libc.
fn shadow(folder: &Path) -> Result<String, String> {
    let shadow = folder.join("shadow");
    for header in SHADOWED {
        let file = shadow.join(header);
        let parent = file.parent().unwrap_or(&shadow);
        if !file.is_file() {
            fs::create_dir_all(parent)
                .and_then(|()| fs::write(&file, ""))
                .map_err(|error| format!("{}: {error}", file.display()))?;
        }
    }
    Ok(shadow.display().to_string())
}
