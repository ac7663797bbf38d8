//! The targets over their seeds, and over seeds that were cut or changed in one byte.

use std::fs;
use std::path::Path;

fn run(name: &str, target: fn(&[u8])) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("corpus")
        .join(name);
    let mut seeds = 0;
    for entry in fs::read_dir(folder).unwrap() {
        let seed = fs::read(entry.unwrap().path()).unwrap();
        seeds += 1;
        target(&seed);
        for at in 0..seed.len() {
            target(&seed[..at]);
            for byte in [0, 1, b'%', b'\\', 0xff] {
                let mut changed = seed.clone();
                changed[at] = byte;
                target(&changed);
            }
        }
    }
    assert!(seeds > 0);
}

#[test]
fn inet_text() {
    run("inet-text", fuzz::inet_text);
}

#[test]
fn unix_text() {
    run("unix-text", fuzz::unix_text);
}

#[test]
fn bytes() {
    run("bytes", fuzz::bytes);
}
