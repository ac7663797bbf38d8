extern crate std;

use std::vec;
use std::vec::Vec;

use super::super::auxv;
use super::*;

const WANTED: Function<'_> = Function {
    machine: 62,
    name: b"wanted",
    version: b"LINUX_2.6",
};

/// A copy of this process's vDSO; an emulator may have none.
fn real() -> Option<Vec<u8>> {
    // SAFETY: the address is that of AT_SYSINFO_EHDR.
    auxv::vdso_address().map(|at| unsafe { image(at) }.unwrap().to_vec())
}

#[test]
fn the_real_one_has_it() {
    let Some(image) = real() else { return };
    assert_eq!(length(&image), Some(image.len()));
    let offset = find(&image, &CLOCK_GETTIME).unwrap();
    assert!(offset > size_of::<Elf_Ehdr>() && offset < image.len());

    let without = |function| assert_eq!(find(&image, &function), None, "{function:?}");
    without(Function {
        name: b"__vdso_clock_gettim",
        ..CLOCK_GETTIME
    });
    without(Function {
        name: b"__vdso_clock_gettime_",
        ..CLOCK_GETTIME
    });
    without(Function {
        name: b"",
        ..CLOCK_GETTIME
    });
    without(Function {
        version: b"LINUX_2.7",
        ..CLOCK_GETTIME
    });
    without(Function {
        version: b"",
        ..CLOCK_GETTIME
    });
    without(Function {
        machine: 1,
        ..CLOCK_GETTIME
    });
}

/// Whatever is found in a broken image lies inside of it; above all, nothing panics or loops.
fn survives(image: &[u8], function: &Function<'_>) -> Option<usize> {
    let _ = length(image);
    let found = find(image, function);
    assert!(found.is_none_or(|offset| offset < image.len()));
    found
}

#[test]
fn truncated_images() {
    let built = Build::default().image();
    let real = real();
    for (image, function) in [(Some(built), WANTED), (real, CLOCK_GETTIME)] {
        let Some(image) = image else { continue };
        for end in 0..image.len() {
            survives(&image[..end], &function);
        }
        assert!(survives(&image, &function).is_some());
    }
}

#[test]
fn mutated_images() {
    let built = [
        Build::default(),
        Build {
            gnu: true,
            ..Build::default()
        },
    ];
    let built = built.map(|build| (Some(build.image()), WANTED));
    for (image, function) in built.into_iter().chain([(real(), CLOCK_GETTIME)]) {
        let Some(mut image) = image else { continue };
        let mut refused = 0;
        for at in 0..image.len() {
            for mask in [1, 2, 4, 8, 16, 32, 64, 128, 255] {
                image[at] ^= mask;
                refused += usize::from(survives(&image, &function).is_none());
                image[at] ^= mask;
            }
        }
        assert!(refused > 100, "the lookup reads the image");
    }
}

/// A shared object as small as can be: a null symbol, one that does not count, and the wanted one.
struct Build {
    gnu: bool,
    versions: bool,
    base: u64,
    offset: u64,
    info: u8,
    section: u16,
    machine: u16,
}

impl Default for Build {
    fn default() -> Self {
        Self {
            gnu: false,
            versions: true,
            base: 0,
            offset: 0,
            info: 0x12,
            section: 7,
            machine: 62,
        }
    }
}

impl Build {
    const DYNAMIC: usize = 256;
    const HASH: usize = 384;
    const SYMBOLS: usize = 448;
    const STRINGS: usize = 544;
    const INDICES: usize = 608;
    const DEFINITIONS: usize = 640;
    const CODE: usize = 768;

    fn image(&self) -> Vec<u8> {
        let mut image = vec![0; 800];
        let mut put = |at: usize, bytes: &[u8]| image[at..at + bytes.len()].copy_from_slice(bytes);

        put(0, b"\x7fELF\x02\x01\x01");
        put(offset_of!(Elf_Ehdr, e_type), &3_u16.to_ne_bytes());
        put(offset_of!(Elf_Ehdr, e_machine), &self.machine.to_ne_bytes());
        put(offset_of!(Elf_Ehdr, e_phoff), &64_u64.to_ne_bytes());
        put(offset_of!(Elf_Ehdr, e_phentsize), &56_u16.to_ne_bytes());
        put(offset_of!(Elf_Ehdr, e_phnum), &2_u16.to_ne_bytes());
        put(64, &2_u32.to_ne_bytes());
        put(64 + 8, &(Self::DYNAMIC as u64).to_ne_bytes());
        put(120, &1_u32.to_ne_bytes());
        put(120 + 8, &self.offset.to_ne_bytes());
        put(120 + 16, &self.base.to_ne_bytes());
        put(120 + 32, &800_u64.to_ne_bytes());

        let hash = if self.gnu { 0x6fff_fef5 } else { 4 };
        let mut entries = vec![(5, Self::STRINGS), (6, Self::SYMBOLS), (hash, Self::HASH)];
        if self.versions {
            entries.extend([
                (0x6fff_fff0, Self::INDICES),
                (0x6fff_fffc, Self::DEFINITIONS),
            ]);
        }
        for (index, (tag, at)) in entries.into_iter().enumerate() {
            put(Self::DYNAMIC + 16 * index, &(tag as u64).to_ne_bytes());
            put(
                Self::DYNAMIC + 16 * index + 8,
                &(self.base + at as u64).to_ne_bytes(),
            );
        }

        // DT_HASH: buckets, symbols. DT_GNU_HASH: one bucket from symbol 1 on, one filter word, a
        // shift; the filter; the bucket; the chain of two.
        let words: &[u32] = if self.gnu {
            &[1, 1, 1, 0, 0, 0, 1, 2, 3]
        } else {
            &[1, 3, 1, 0, 2, 0]
        };
        for (index, word) in words.iter().enumerate() {
            put(Self::HASH + 4 * index, &word.to_ne_bytes());
        }

        put(Self::STRINGS, b"\0wanted\0LINUX_2.6\0other\0");
        for (index, name, info, section) in [(1, 18_u32, 0x12, 7), (2, 1, self.info, self.section)]
        {
            let at = Self::SYMBOLS + 24 * index;
            put(at, &name.to_ne_bytes());
            put(at + 4, &[info]);
            put(at + 6, &u16::to_ne_bytes(section));
            put(at + 8, &(self.base + Self::CODE as u64).to_ne_bytes());
        }

        // The first definition is the file's own name; the second is LINUX_2.6, with index 2.
        put(Self::INDICES, &[0, 0, 2, 0, 2, 0x80]);
        for (at, flags, index, name, next) in [(0, 1_u16, 1_u16, 18_u32, 32_u32), (32, 0, 2, 8, 0)]
        {
            let at = Self::DEFINITIONS + at;
            put(at + 2, &flags.to_ne_bytes());
            put(at + 4, &index.to_ne_bytes());
            put(at + 12, &20_u32.to_ne_bytes());
            put(at + 16, &next.to_ne_bytes());
            put(at + 20, &name.to_ne_bytes());
        }
        image
    }

    fn find(&self) -> Option<usize> {
        find(&self.image(), &WANTED)
    }
}

#[test]
fn every_kind_of_image() {
    for gnu in [false, true] {
        for versions in [false, true] {
            for base in [0, 0xffff_ffff_ff70_0000] {
                let build = Build {
                    gnu,
                    versions,
                    base,
                    ..Build::default()
                };
                assert_eq!(
                    build.find(),
                    Some(Build::CODE),
                    "{gnu} {versions} {base:#x}"
                );
            }
        }
    }
    // A weak definition counts as a global one does.
    assert_eq!(
        Build {
            info: 0x22,
            ..Build::default()
        }
        .find(),
        Some(Build::CODE)
    );
}

#[test]
fn what_does_not_count() {
    // A local symbol, an object, an undefined one.
    assert_eq!(
        Build {
            info: 0x02,
            ..Build::default()
        }
        .find(),
        None
    );
    assert_eq!(
        Build {
            info: 0x11,
            ..Build::default()
        }
        .find(),
        None
    );
    assert_eq!(
        Build {
            section: 0,
            ..Build::default()
        }
        .find(),
        None
    );
    // Another machine; a segment that does not begin with the file.
    assert_eq!(
        Build {
            machine: 3,
            ..Build::default()
        }
        .find(),
        None
    );
    assert_eq!(
        Build {
            offset: 4096,
            ..Build::default()
        }
        .find(),
        None
    );
    assert_eq!(
        length(
            &Build {
                offset: 4096,
                ..Build::default()
            }
            .image()
        ),
        None
    );
    // Another version, but only where there are versions.
    let other = Function {
        version: b"LINUX_4.15",
        ..WANTED
    };
    assert_eq!(find(&Build::default().image(), &other), None);
    let unversioned = Build {
        versions: false,
        ..Build::default()
    };
    assert_eq!(find(&unversioned.image(), &other), Some(Build::CODE));
}
