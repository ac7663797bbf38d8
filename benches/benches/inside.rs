//! The inside view: what a program does around its system calls. `cargo bench -p sock-benches`.

#![allow(clippy::unwrap_used)]

use std::fmt::Write;
use std::hint::black_box;
use std::net::SocketAddr;
use std::time::Duration;

use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use sock::{Address, Deadline, Error};

const V4: &str = "192.0.2.1:8080";
const V6: &str = "[2001:db8::1%7]:443";

fn addresses(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("address");
    for (family, text) in [("v4", V4), ("v6", V6)] {
        let std: SocketAddr = text.parse().unwrap();
        let ours: sock::SocketAddr = text.parse().unwrap();
        group.bench_function(format!("encode/{family}"), |bencher| {
            bencher.iter(|| sock::SocketAddr::from(*black_box(&std)));
        });
        group.bench_function(format!("decode/{family}"), |bencher| {
            let bytes = ours.as_bytes();
            bencher.iter(|| sock::SocketAddr::from_bytes(black_box(bytes)).map(SocketAddr::from));
        });
        group.bench_function(format!("parse/{family}"), |bencher| {
            bencher.iter(|| black_box(text).parse::<sock::SocketAddr>());
        });
        group.bench_function(format!("print/{family}"), |bencher| {
            let room = || String::with_capacity(64);
            bencher.iter_batched_ref(
                room,
                |text| write!(text, "{}", black_box(ours)),
                BatchSize::SmallInput,
            );
        });
    }
    group.finish();
}

fn errors(criterion: &mut Criterion) {
    criterion.bench_function("error/kind", |bencher| {
        bencher.iter(|| black_box(Error::WOULD_BLOCK).kind());
    });
}

fn deadlines(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("deadline");
    let duration = Duration::from_millis(250);
    group.bench_function("after", |bencher| {
        bencher.iter(|| Deadline::after(black_box(duration)));
    });
    group.bench_function("now", |bencher| bencher.iter(sock::now));
    group.bench_function("at", |bencher| {
        bencher.iter(|| Deadline::at(sock::now().saturating_add(black_box(duration))));
    });
    group.finish();
}

fn calls(criterion: &mut Criterion) {
    let (empty, _other) = sock::UnixStream::pair().unwrap();
    let mut room = [0; 64];
    criterion.bench_function("recv/would block", |bencher| {
        bencher.iter(|| empty.recv(black_box(&mut room[..])));
    });
}

criterion_group!(inside, addresses, errors, deadlines, calls);
criterion_main!(inside);
