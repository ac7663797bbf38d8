//! What `--help` shows.

pub(crate) const SOCKBOX: &str = "\
sockbox - sockets without libc

Usage: sockbox COMMAND [OPTION]... [ADDR]...

Commands:
  echo ADDR...  Send back whatever comes, at each of these addresses
  cat ADDR      Standard input to a socket, and the socket to standard output
  tour          Run every kind of socket over loopback, and show what a round trip costs
  help COMMAND  Show the help of a command

Options:
  -h, --help     Show this help, or that of a command
  -V, --version  Show the version

Exit status: 0 all well, 1 something failed, 2 called wrongly.
";

/// The addresses that every system has, for each command that takes some.
macro_rules! addresses {
    () => {
        concat!(
            "\
Addresses:
  tcp:127.0.0.1:80  tcp:[::1]:80  tcp:[fe80::1%eth0]:80
  udp:127.0.0.1:53  udp:[::1]:53
  unix:/run/x.sock  unix-dgram:/run/x.sock  unix-seqpacket:/run/x.sock
",
            of_this_system!(),
            "  In Unix names, \\\\ is a backslash and \\xNN the byte of that number.
"
        )
    };
}

#[cfg(target_os = "linux")]
macro_rules! of_this_system {
    () => {
        "  unix:@name        (and so on) an abstract name, which is not in the file system
"
    };
}

#[cfg(target_os = "freebsd")]
macro_rules! of_this_system {
    () => {
        "  Not on this system: abstract names, empty messages of unix-seqpacket, and an
  answer to cat of unix-dgram, whose socket has no name.
"
    };
}

#[cfg(target_os = "macos")]
macro_rules! of_this_system {
    () => {
        "  Not on this system: abstract names, unix-seqpacket, and an answer to cat of
  unix-dgram, whose socket has no name.
"
    };
}

pub(crate) const ECHO: &str = concat!(
    "\
sockbox echo - send back whatever comes

Usage: sockbox echo ADDR...

Listens at up to 16 addresses, prints 'listening ADDR' for each when all are
ready, in the order given, and serves up to 1024 connections at a time until
SIGINT, SIGTERM or SIGHUP. With port 0 the kernel picks a port, and the line
shows it. A connection ends when the other side has ended and got everything back.

Messages of udp, unix-dgram and unix-seqpacket come back one by one, empty ones
too, of up to 65536 bytes. A datagram is dropped if there is no room for it, if its
sender has no name (unix-dgram), or one of this process's own ports (udp). With a
forged sender, two processes that echo udp can be made to answer each other for
ever: do not serve udp where that can be sent. What a connected sender of
unix-dgram does not read takes room from all others at that address.

A Unix path is removed at the end. One that a killed program has left behind is
replaced; a socket in use, or any other file, is not.

",
    addresses!(),
    "
Options:
  -h, --help  Show this help

Examples:
  sockbox echo tcp:127.0.0.1:7000 udp:127.0.0.1:7000
  sockbox echo unix:/run/echo.sock tcp:[::1]:0

Exit status: 0 ended by a signal, 1 an address could not be had or standard output
not be written, 2 called wrongly.
"
);

pub(crate) const CAT: &str = concat!(
    "\
sockbox cat - standard input to a socket, and the socket to standard output

Usage: sockbox cat ADDR [--listen] [--timeout TIME]

Both directions go at once. At the end of the input the sending direction is
closed, and what still comes is written, until the other side ends, too. When
standard input is a terminal, the end of the other side is enough.

With udp, unix-dgram and unix-seqpacket, each read of the input is one message, of
up to 65507 bytes. Datagrams (udp, unix-dgram) have no end: stop it by a signal,
or by --timeout.

",
    addresses!(),
    "
Options:
      --listen        Wait at the address for the first who comes, instead of
                      connecting; 'listening ADDR' is said on standard error
      --timeout TIME  Fail if it takes longer to connect, and when nothing is sent
                      or received for so long: 500ms, 5s, 2m, 1h; 5 is 5s. For
                      datagrams it is the end, once the input has ended and
                      something was answered
  -h, --help          Show this help

Examples:
  printf 'GET / HTTP/1.0\\r\\n\\r\\n' | sockbox cat tcp:127.0.0.1:80 --timeout 5s
  sockbox cat --listen unix:/tmp/x.sock > file

Exit status: 0 all well, 1 something failed, 2 called wrongly.
"
);

pub(crate) const TOUR: &str = "\
sockbox tour - run every kind of socket over loopback

Usage: sockbox tour [--json]

Takes 64-byte messages there and back through TCP, UDP and Unix sockets of this
machine's kernel, checks every byte, and shows for each kind how long a round
trip takes and how many system calls it makes (closing a socket not counted).
Two more cases: a connect that is refused, and a receive whose deadline passes.

Options:
      --json  One JSON object a line, for programs
  -h, --help  Show this help

Exit status: 0 all cases held, 1 one did not, 2 called wrongly.
";
