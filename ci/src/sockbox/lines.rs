//! What the command line answers: exit status and exact words.

use super::Case;
use super::stage::{Stage, run};
use crate::Result;

pub(super) const CASES: &[Case] = &[
    ("each wrong call has its line and status", wrong_calls),
    ("what the machine lacks has its line and status", failures),
    ("a word that is no text is named", no_text),
    ("help goes to standard output, for each command", help),
    ("the version is the package's", version),
    ("help that cannot be written is an error", closed_output),
];

const SEE: &str = "; see 'sockbox --help'";
const SEE_ECHO: &str = "; see 'sockbox echo --help'";
const SEE_CAT: &str = "; see 'sockbox cat --help'";
const SEE_TOUR: &str = "; see 'sockbox tour --help'";
const SYNTAX: &str = "not an address (192.0.2.1:80 or [2001:db8::1]:80)";
const KINDS: &str = "begins with none of tcp: udp: unix: unix-dgram: unix-seqpacket:";

fn expect(stage: &Stage, words: &[&str], code: i32, line: &str) -> Result<()> {
    let output = run(&mut stage.sockbox(words), b"")?;
    let ended = output.expect(code, &format!("sockbox: {line}\n"));
    let silent = match output.stdout.as_slice() {
        [] => Ok(()),
        _ => Err("something is on standard output".to_string()),
    };
    ended
        .and(silent)
        .map_err(|error| format!("{words:?}: {error}"))
}

fn wrong_calls(stage: &Stage) -> Result<()> {
    let seventeen = [&["echo"][..], &["udp:127.0.0.1:0"; 17]].concat();
    let long = format!("unix:/{}", "x".repeat(119));
    let too_long = format!("{long}: name of 121 bytes is too long for a Unix socket (at most 108)");
    let calls: &[(&[&str], &str, &str)] = &[
        (&[], "no command given", SEE),
        (&["nonsense"], "no command 'nonsense'", SEE),
        (&["--nonsense"], "no option '--nonsense'", SEE),
        (&["-x"], "no option '-x'", SEE),
        (&["help", "nonsense"], "no command 'nonsense'", SEE),
        (&["help", "echo", "cat"], "unexpected 'cat'", SEE),
        (&["--version", "x"], "unexpected 'x'", SEE),
        (&["echo"], "no address given", SEE_ECHO),
        (&["cat"], "no address given", SEE_CAT),
        (
            &["echo", "--listen", "tcp:127.0.0.1:0"],
            "no option '--listen'",
            SEE_ECHO,
        ),
        (&["echo", "-l"], "no option '-l'", SEE_ECHO),
        (&seventeen, "more than 16 addresses", SEE_ECHO),
        (
            &["cat", "tcp:127.0.0.1:1", "tcp:127.0.0.1:2"],
            "unexpected 'tcp:127.0.0.1:2'",
            SEE_CAT,
        ),
        (
            &["cat", "--timeout"],
            "option '--timeout' needs a value",
            SEE_CAT,
        ),
        (
            &["cat", "--listen=yes", "tcp:127.0.0.1:1"],
            "option '--listen' takes no value",
            SEE_CAT,
        ),
        (
            &["cat", "--timeout", "soon"],
            "not a time like 500ms, 5s or 2m: 'soon'",
            SEE_CAT,
        ),
        (
            &["cat", "--timeout=0s"],
            "not a time like 500ms, 5s or 2m: '0s'",
            SEE_CAT,
        ),
        (
            &["cat", "--timeout=-1s"],
            "not a time like 500ms, 5s or 2m: '-1s'",
            SEE_CAT,
        ),
        (
            &["cat", "--timeout=18446744073709551615h"],
            "not a time like 500ms, 5s or 2m: '18446744073709551615h'",
            SEE_CAT,
        ),
        (
            &["tour", "--json=x"],
            "option '--json' takes no value",
            SEE_TOUR,
        ),
        (&["tour", "x"], "unexpected 'x'", SEE_TOUR),
        (&["echo", "tcp:127.0.0.1:x"], "tcp:127.0.0.1:x: ", SYNTAX),
        (&["echo", "udp:localhost:53"], "udp:localhost:53: ", SYNTAX),
        (&["cat", "tcp:127.0.0.1"], "tcp:127.0.0.1: ", SYNTAX),
        (&["cat", "tcp:[::1]:65536"], "tcp:[::1]:65536: ", SYNTAX),
        (&["cat", "127.0.0.1:80"], "127.0.0.1:80: ", KINDS),
        (&["cat", "sctp:127.0.0.1:80"], "sctp:127.0.0.1:80: ", KINDS),
        (&["cat", "nonsense"], "nonsense: ", KINDS),
        (&["cat", "unix:"], "unix:: empty path for a Unix socket", ""),
        (&["cat", &long], &too_long, ""),
    ];
    for (words, before, after) in calls {
        expect(stage, words, 2, &format!("{before}{after}"))?;
    }
    Ok(())
}

fn failures(stage: &Stage) -> Result<()> {
    let nowhere = format!("unix:{}", stage.path("nowhere"));
    let no_file = format!("{nowhere}: no such file or directory");
    let no_folder = format!("unix-dgram:{}/x", stage.path("nowhere"));
    let no_folder_line = format!("{no_folder}: no such file or directory");
    // A port that was free a moment ago, and that nobody can listen on meanwhile: its owner does not.
    let owner = std::net::UdpSocket::bind("127.0.0.1:0").map_err(|error| error.to_string())?;
    let taken = owner.local_addr().map_err(|error| error.to_string())?;
    let taken = format!("udp:{taken}");
    let calls: &[(&[&str], &str)] = &[
        (&["cat", &nowhere], &no_file),
        (&["echo", &no_folder], &no_folder_line),
        (
            &["echo", &taken],
            &format!("{taken}: address already in use"),
        ),
        (
            &["echo", "tcp:192.0.2.1:0"],
            "tcp:192.0.2.1:0: address not available",
        ),
        (
            &["cat", "tcp:[fe80::1%no-such-zone]:80"],
            "tcp:[fe80::1%no-such-zone]:80: no interface of that name",
        ),
        // Nobody listens at port 0.
        (
            &["cat", "tcp:127.0.0.1:0"],
            "tcp:127.0.0.1:0: connection refused",
        ),
    ];
    for (words, line) in calls {
        expect(stage, words, 1, line)?;
    }
    Ok(())
}

fn no_text(stage: &Stage) -> Result<()> {
    use std::os::unix::ffi::OsStrExt;
    let word = std::ffi::OsStr::from_bytes(b"unix:/tmp/\xff");
    let output = run(&mut stage.sockbox(&["cat".as_ref(), word]), b"")?;
    let line = "unix:/tmp/\\xff: not UTF-8; in a Unix name, write such a byte as \\xNN";
    output.expect(2, &format!("sockbox: {line}\n"))
}

fn help(stage: &Stage) -> Result<()> {
    let ask = |words: &[&str]| {
        let output = run(&mut stage.sockbox(words), b"")?;
        output
            .expect(0, "")
            .map_err(|error| format!("{words:?}: {error}"))?;
        Ok::<_, String>(String::from_utf8_lossy(&output.stdout).into_owned())
    };
    let whole = ask(&["--help"])?;
    for words in [&["help"], &["-h"]] {
        if ask(words)? != whole {
            return Err(format!("{words:?} shows something else than --help"));
        }
    }
    for command in ["echo", "cat", "tour"] {
        let text = ask(&[command, "--help"])?;
        for words in [["help", command], [command, "-h"]] {
            if ask(&words)? != text {
                return Err(format!("{words:?} shows something else than --help"));
            }
        }
        let lines: Vec<&str> = text.lines().collect();
        let parts = ["Usage: sockbox ", "  -h, --help", "Exit status: "];
        if !parts
            .iter()
            .all(|part| lines.iter().any(|line| line.contains(part)))
        {
            return Err(format!("the help of {command} lacks one of {parts:?}"));
        }
        if !whole.contains(&format!("\n  {command} ")) {
            return Err(format!("--help does not list {command}"));
        }
        if let Some(line) = lines.iter().find(|line| line.chars().count() > 90) {
            return Err(format!("a line of the help is too long: {line}"));
        }
    }
    Ok(())
}

fn version(stage: &Stage) -> Result<()> {
    // All packages here have the workspace's version.
    let wanted = concat!("sockbox ", env!("CARGO_PKG_VERSION"), "\n");
    for word in ["-V", "--version"] {
        run(&mut stage.sockbox(&[word]), b"")?.expect_bytes(wanted.as_bytes())?;
    }
    Ok(())
}

fn closed_output(stage: &Stage) -> Result<()> {
    for words in [&["--help"][..], &["echo", "tcp:127.0.0.1:0"]] {
        let mut shell = stage.shell("exec \"$0\" \"$@\" >&-", words);
        run(&mut shell, b"")?.expect(1, "sockbox: standard output: bad file descriptor\n")?;
    }
    Ok(())
}
