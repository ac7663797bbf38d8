//! What the core writes by hand: addresses and the structures of options, for each kernel as the core
//! writes them here, against the same values as a C compiler lays them out for the target.

mod recorder;

use std::net::{Ipv4Addr, Ipv6Addr};
use std::time::Duration;

use recorder::Recorder;
use sock_core::abi::{Abi, Darwin, FreeBsd, Linux};
use sock_core::{
    Address, Blocking, Deadline, SocketAddr, SocketAddrV4, SocketAddrV6, TcpStream, UnixAddr,
    option,
};

use crate::compiler::{Compiler, Outcome, variable};
use crate::headers;
use crate::report::Report;
use crate::target::{System, Target};

/// A value: as C writes it, and as the core does.
struct Value {
    name: &'static str,
    /// The C type.
    ty: &'static str,
    initialiser: String,
    ours: Vec<u8>,
}

const PORT: u16 = 0x1234;
const V4: Ipv4Addr = Ipv4Addr::new(192, 0, 2, 1);
const V6: Ipv6Addr = Ipv6Addr::new(0x2001, 0xdb8, 0, 1, 2, 3, 4, 0xffee);
const FLOW: u32 = 0x000a_bcde;
const SCOPE: u32 = 0x0102_0304;
const LINGER: u32 = 77;
/// The time to a deadline; the time-out that the core then sets is shorter.
const TIME: Duration = Duration::from_secs(1000);

/// Compares, for each target.
///
/// # Errors
/// The compiler cannot be run, or the core refuses a value.
pub fn check(compiler: &Compiler, report: &mut Report) -> Result<(), String> {
    for target in Target::ALL {
        let values = match target.system {
            System::Linux => values::<Linux>(),
            System::FreeBsd => values::<FreeBsd>(),
            System::Darwin => values::<Darwin>(),
        }?;
        compare(compiler, target, &values, report)?;
    }
    Ok(())
}

fn values<A: Abi>() -> Result<Vec<Value>, String> {
    let fault = |error: &dyn std::fmt::Display| format!("{:?}: {error}", A::KERNEL);
    let length = |field: &str, length: usize| {
        if A::LENGTH_BYTE {
            format!(".{field} = {length}, ")
        } else {
            String::new()
        }
    };
    let words = V6.octets().map(|byte| byte.to_string()).join(", ");
    let v4 = format!(
        "{{ {}.sin_family = AF_INET, .sin_port = {}, .sin_addr.s_addr = {} }}",
        length("sin_len", 16),
        PORT.to_be(),
        u32::from(V4).to_be()
    );
    let v6 = |flow: u32, scope: u32| {
        format!(
            "{{ {}.sin6_family = AF_INET6, .sin6_port = {}, .sin6_flowinfo = {}, .sin6_addr = {{ {{ {{ {words} }} }} }}, .sin6_scope_id = {scope} }}",
            length("sin6_len", 28),
            PORT.to_be(),
            flow.to_be()
        )
    };
    let path = vec![b'p'; A::SUN_PATH - 1];
    let unix = UnixAddr::<A>::path(&path).map_err(|error| fault(&error))?;
    let mut unix_bytes = unix.as_bytes().to_vec();
    // The length byte of the BSDs is that of the call; the terminating NUL counts on Linux alone.
    let unix_length = unix_bytes.len();
    unix_bytes.resize(2 + A::SUN_PATH, 0);
    let text = String::from_utf8_lossy(&path);
    let unix = format!(
        "{{ {}.sun_family = AF_UNIX, .sun_path = \"{text}\" }}",
        length("sun_len", unix_length)
    );
    let value = |name, ty, initialiser: &str, ours: &[u8]| Value {
        name,
        ty,
        initialiser: initialiser.to_string(),
        ours: ours.to_vec(),
    };
    let (linger, time) = options::<A>().map_err(|error| fault(&error))?;
    let micros = time_out(&time)?;
    let time_value = format!(
        "{{ .tv_sec = {}, .tv_usec = {} }}",
        micros / 1_000_000,
        micros % 1_000_000
    );
    let linger_value = format!("{{ .l_onoff = 1, .l_linger = {LINGER} }}");
    let (in4, in6) = ("struct sockaddr_in", "struct sockaddr_in6");
    Ok(vec![
        value(
            "SocketAddrV4",
            in4,
            &v4,
            SocketAddrV4::<A>::new(V4, PORT).as_bytes(),
        ),
        value(
            "SocketAddr, v4",
            in4,
            &v4,
            SocketAddr::<A>::new_v4(V4, PORT).as_bytes(),
        ),
        value(
            "SocketAddrV6",
            in6,
            &v6(FLOW, SCOPE),
            SocketAddrV6::<A>::new(V6, PORT, FLOW, SCOPE).as_bytes(),
        ),
        value(
            "SocketAddr, v6",
            in6,
            &v6(0, 0),
            SocketAddr::<A>::new_v6(V6, PORT).as_bytes(),
        ),
        value("UnixAddr", "struct sockaddr_un", &unix, &unix_bytes),
        value("Linger", "struct linger", &linger_value, &linger),
        value("time-out", "struct timeval", &time_value, &time),
    ])
}

/// The values of two options as the core writes them: how long closing lingers, and the time-out of a
/// receive under a deadline.
fn options<A: Abi>() -> Result<(Vec<u8>, Vec<u8>), String> {
    let kernel = Recorder::<A>::default();
    let stream = TcpStream::assume(kernel.clone(), ());
    let time = Duration::from_secs(LINGER.into());
    stream
        .set_option(option::Linger, Some(time))
        .map_err(|error| error.to_string())?;
    let mut stream = Blocking::new(stream);
    stream.set_read_deadline(Deadline::after(TIME));
    stream
        .recv(&mut [0; 1][..])
        .map_err(|error| error.to_string())?;
    let values = kernel.values.take();
    match <[Vec<u8>; 2]>::try_from(values) {
        Ok([linger, time]) => Ok((linger, time)),
        Err(values) => Err(format!("the core set {} options", values.len())),
    }
}

/// The microseconds of a time-out, two words; they must lie below the deadline, and not far below.
fn time_out(bytes: &[u8]) -> Result<u64, String> {
    let word = |at: usize| {
        let word = bytes.get(at..at + 8)?.try_into().ok()?;
        Some(u64::from_le_bytes(word))
    };
    let (seconds, micros) = word(0).zip(word(8)).ok_or("a time-out is two words")?;
    let limit = TIME.as_secs();
    if (limit / 2..limit).contains(&seconds) && micros < 1_000_000 {
        Ok(seconds * 1_000_000 + micros)
    } else {
        Err(format!(
            "a time-out of {seconds} s and {micros} µs under a deadline of {limit} s"
        ))
    }
}

fn compare(
    compiler: &Compiler,
    target: Target,
    values: &[Value],
    report: &mut Report,
) -> Result<(), String> {
    // Of several sets of headers, the last is a libc's, which has all of these.
    let unit = headers::units(target, &compiler.folder)?.pop();
    let unit = unit.ok_or_else(|| format!("{target} has no headers"))?;
    let mut source = unit.source(&[]);
    for (index, value) in values.iter().enumerate() {
        let Value {
            ty, initialiser, ..
        } = value;
        source.push_str(&format!("const {ty} abi_{index} = {initialiser};\n"));
        source.push_str(&format!(
            "const unsigned long long abi_size_{index} = sizeof({ty});\n"
        ));
    }
    let object = match compiler.compile(target, "bytes", &source, &unit.flags)? {
        Outcome::Object(object) => object,
        Outcome::Errors(errors) => return Err(format!("{target}: {errors:?}")),
    };
    let file = object::File::parse(&*object).map_err(|error| error.to_string())?;
    for (index, value) in values.iter().enumerate() {
        let size = variable(&file, &format!("abi_size_{index}"), 8)?;
        let size = u64::from_le_bytes(size.try_into().map_err(|_| "eight bytes")?) as usize;
        let theirs = variable(&file, &format!("abi_{index}"), size)?;
        report.count(target).bytes += size;
        if theirs != value.ours {
            let Value { name, ours, .. } = value;
            report.faults.push(format!(
                "core: {target} {name}: {ours:02x?}, but {theirs:02x?} by C"
            ));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_core_writes() {
        for values in [values::<Linux>(), values::<FreeBsd>(), values::<Darwin>()] {
            let sizes: Vec<usize> = values
                .unwrap()
                .iter()
                .map(|value| value.ours.len())
                .collect();
            assert!(sizes.starts_with(&[16, 16, 28, 28]) && sizes.ends_with(&[8, 16]));
        }
        assert_eq!(
            &values::<FreeBsd>().unwrap()[2].ours[..4],
            [28, 28, 0x12, 0x34]
        );
    }

    #[test]
    fn a_time_out_makes_sense() {
        let words =
            |seconds: u64, micros: u64| [seconds.to_le_bytes(), micros.to_le_bytes()].concat();
        assert_eq!(time_out(&words(900, 5)), Ok(900_000_005));
        assert!(time_out(&words(1000, 0)).is_err());
        assert!(time_out(&words(900, 1_000_000)).is_err() && time_out(&words(5, 900)).is_err());
        assert!(time_out(&[0; 8]).is_err());
    }
}
