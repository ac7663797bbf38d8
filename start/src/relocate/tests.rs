//! Images made up in memory: headers, dynamic array, tables, and words to relocate.

extern crate std;
use super::*;
use std::process::Command;
use std::string::String;
use std::vec::Vec;

/// No kernel's pages are larger.
const PAGE: usize = 0x1_0000;
/// Where the image says that it begins; the bias is the distance from there to where it is.
const LINKED_AT: usize = 0x7000;

/// Three pages: the first two to become read-only, the last to stay writable.
#[repr(C, align(0x10000))]
struct Image {
    dynamic: [usize; 16],
    rela: [Rela; 2],
    relr: [usize; 3],
    words: [usize; 200],
    rest: [u8; 3 * PAGE - 2000],
}

fn image() -> &'static mut Image {
    std::boxed::Box::leak(std::boxed::Box::new(Image {
        dynamic: [0; 16],
        rela: [Rela {
            offset: 0,
            info: NONE,
            addend: 0,
        }; 2],
        relr: [0; 3],
        words: core::array::from_fn(|i| i),
        rest: [0; 3 * PAGE - 2000],
    }))
}

/// The address in the file of something in the image.
fn linked<T>(image: usize, part: &T) -> usize {
    core::ptr::from_ref(part).addr() - image + LINKED_AT
}

fn segment(kind: u32, address: usize, size: usize) -> Segment {
    Segment {
        kind,
        flags: 0,
        offset: 0,
        address,
        physical_address: 0,
        file_size: size,
        size,
        alignment: 8,
    }
}

/// Relocates the image as `_start` would, with these headers.
fn start(dynamic: *const usize, segments: &[Segment]) {
    let headers = segments.as_ptr().expose_provenance();
    let stack = [
        0,
        0,
        0,
        AT_PAGESZ,
        PAGE,
        AT_PHDR,
        headers,
        AT_PHNUM,
        segments.len(),
        0,
        0,
    ];
    // SAFETY: a stack as the ABI lays it out, with no arguments and no environment; the headers are
    // the caller's. Both outlive the call, and nothing keeps them.
    unsafe { relocate(core::hint::black_box(&stack).as_ptr(), dynamic) }
}

fn is_writable(address: usize) -> bool {
    let maps = std::fs::read_to_string("/proc/self/maps").unwrap();
    let line = maps.lines().find(|line| {
        let (start, rest) = line.split_once('-').unwrap();
        let end = rest.split(' ').next().unwrap();
        let number = |text| usize::from_str_radix(text, 16).unwrap();
        (number(start)..number(end)).contains(&address)
    });
    line.unwrap().split(' ').nth(1).unwrap().contains('w')
}

#[test]
fn addresses_are_moved_and_pages_made_read_only() {
    let image = image();
    let base = core::ptr::from_mut(image).expose_provenance();
    let bias = base.wrapping_sub(LINKED_AT);
    let word = |image: &Image, i: usize| linked(base, &image.words[i]);
    image.rela[0] = Rela {
        offset: word(image, 1),
        info: RELATIVE,
        addend: 0x1234,
    };
    // One address, then the words behind it: bits 0 and 2 of 63, then bit 62 of the next 63.
    image.relr = [word(image, 10), 0b1011, 1 << 63 | 1];
    let (rela, relr) = (linked(base, &image.rela), linked(base, &image.relr));
    let dynamic = [
        [DT_RELA, rela],
        [DT_RELASZ, size_of_val(&image.rela)],
        [DT_RELR, relr],
        [DT_RELRSZ, size_of_val(&image.relr)],
        [DT_PLTRELSZ, 0],
        [DT_NULL, 0],
        // Behind the end: not to be read.
        [DT_PLTRELSZ, 1],
    ];
    image.dynamic[..14].copy_from_slice(dynamic.as_flattened());
    let segments = [
        segment(PT_GNU_RELRO, LINKED_AT, 2 * PAGE + PAGE / 2),
        segment(PT_DYNAMIC, linked(base, &image.dynamic), 14 * WORD),
    ];
    start(image.dynamic.as_ptr(), &segments);

    let moved: Vec<usize> = (0..200).filter(|&i| image.words[i] != i).collect();
    assert_eq!(moved, [1, 10, 11, 13, 11 + 63 + 62]);
    assert_eq!(image.words[1], bias.wrapping_add(0x1234));
    assert!(
        moved[1..]
            .iter()
            .all(|&i| image.words[i] == bias.wrapping_add(i))
    );
    let writable: Vec<bool> = (0..3).map(|i| is_writable(base + i * PAGE)).collect();
    assert_eq!(writable, [false, false, true]);
}

#[test]
fn a_program_at_a_fixed_address_has_nothing_to_move() {
    let image = image();
    let base = core::ptr::from_mut(image).expose_provenance();
    image.dynamic[..2].copy_from_slice(&[DT_PLTRELSZ, 1]);
    let segments = [segment(PT_GNU_RELRO, base, PAGE), segment(1, base, PAGE)];
    start(image.dynamic.as_ptr(), &segments);
    assert!((0..200).all(|i| image.words[i] == i));
    assert!(!is_writable(base) && is_writable(base + PAGE));
    start(image.dynamic.as_ptr(), &[]);
}

/// What ends the program, by a name: the dynamic array, and a relocation in it.
const REFUSED: [(&str, [usize; 2], usize); 4] = [
    ("symbol", [DT_NULL, 0], RELATIVE | 1 << 32),
    ("kind", [DT_NULL, 0], RELATIVE + 1),
    ("procedure linkage", [DT_PLTRELSZ, 24], NONE),
    ("without addend", [DT_RELSZ, 16], NONE),
];

/// Runs only as the child of the test below.
#[test]
fn child() {
    let Ok(name) = std::env::var("SOCK_START_REFUSED") else {
        return;
    };
    let (_, pair, info) = REFUSED.into_iter().find(|case| case.0 == name).unwrap();
    let image = image();
    let base = core::ptr::from_mut(image).expose_provenance();
    image.rela[1] = Rela {
        offset: linked(base, &image.words),
        info,
        addend: 0,
    };
    let rela = linked(base, &image.rela);
    let dynamic = [
        [DT_RELA, rela],
        [DT_RELASZ, size_of_val(&image.rela)],
        pair,
        [DT_NULL, 0],
    ];
    image.dynamic[..8].copy_from_slice(dynamic.as_flattened());
    start(
        image.dynamic.as_ptr(),
        &[segment(PT_DYNAMIC, linked(base, &image.dynamic), 64)],
    );
}

#[test]
fn other_relocations_end_the_program() {
    let run = |name: &str| {
        let this = std::env::current_exe().unwrap();
        let test = "relocate::tests::child";
        let mut child = Command::new(this);
        child
            .args([test, "--exact"])
            .env("SOCK_START_REFUSED", name);
        child.output().unwrap()
    };
    for (name, _, _) in REFUSED {
        assert_eq!(run(name).status.code(), Some(CANNOT_START), "{name}");
    }
    // A name that is none fails in the child, which shows that the child was that test.
    let unknown = run("none");
    assert_eq!(unknown.status.code(), Some(101));
    assert!(String::from_utf8_lossy(&unknown.stdout).contains("child"));
}
