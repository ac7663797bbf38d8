//! Looking up a function in the vDSO's ELF image.
//!
//! [`find`] and [`length`] work on bytes and believe nothing: any slice is a legal input, and what
//! is not there or makes no sense is `None`. The image in memory is the kernel's file as it is: one
//! PT_LOAD segment from file offset 0, and nothing in it is relocated. Layouts are those of elf(5);
//! symbol versions, of the Linux Standard Base, "Symbol Versioning"; the hash table that newer vDSOs
//! have, of GNU (DT_GNU_HASH). The kernel's `tools/testing/selftests/vDSO/parse_vdso.c` is the
//! reference for what a vDSO is.

use core::mem::offset_of;
use core::num::NonZeroUsize;
use core::{ptr, slice};

use linux_raw_sys::elf::{
    DT_GNU_HASH, DT_HASH, DT_NULL, DT_STRTAB, DT_SYMTAB, DT_VERDEF, DT_VERSYM, EI_CLASS, EI_DATA,
    ELF_ST_BIND, ELF_ST_TYPE, ELFCLASS, ELFDATA, ELFMAG, ET_DYN, Elf_Dyn, Elf_Ehdr, Elf_Phdr,
    Elf_Sym, Elf_Verdaux, Elf_Verdef, PT_DYNAMIC, PT_LOAD, SHN_UNDEF, STB_GLOBAL, STB_WEAK,
    STT_FUNC, VER_FLG_BASE,
};

#[cfg(not(target_arch = "loongarch64"))]
use linux_raw_sys::elf::EM_CURRENT;

#[cfg(test)]
mod tests;

/// What to look for: a function, by name and version, in an image for one machine.
#[derive(Clone, Copy, Debug)]
pub struct Function<'a> {
    /// The `e_machine` that the image has to be for.
    pub machine: u16,
    /// The symbol's name.
    pub name: &'a [u8],
    /// The name of the symbol's version; an image without versions passes.
    pub version: &'a [u8],
}

/// clock_gettime as vdso(7) names it.
#[cfg(target_arch = "x86_64")]
const CLOCK_GETTIME: Function<'_> = Function {
    machine: EM_CURRENT,
    name: b"__vdso_clock_gettime",
    version: b"LINUX_2.6",
};

/// clock_gettime as vdso(7) names it.
#[cfg(target_arch = "aarch64")]
const CLOCK_GETTIME: Function<'_> = Function {
    machine: EM_CURRENT,
    name: b"__kernel_clock_gettime",
    version: b"LINUX_2.6.39",
};

/// clock_gettime as vdso(7) names it.
#[cfg(target_arch = "riscv64")]
const CLOCK_GETTIME: Function<'_> = Function {
    machine: EM_CURRENT,
    name: b"__vdso_clock_gettime",
    version: b"LINUX_4.15",
};

/// `EM_LOONGARCH` of the kernel's `include/uapi/linux/elf-em.h`.
#[cfg(target_arch = "loongarch64")]
const EM_LOONGARCH: u16 = 258;

/// clock_gettime as the kernel's `arch/loongarch/vdso/vdso.lds.S` names it.
#[cfg(target_arch = "loongarch64")]
const CLOCK_GETTIME: Function<'_> = Function {
    machine: EM_LOONGARCH,
    name: b"__vdso_clock_gettime",
    version: b"LINUX_5.10",
};

/// The smallest page of the four architectures; a mapping has at least this.
const PAGE: usize = 4096;

/// No vDSO comes near this size: a larger one is a misreading.
const LIMIT: usize = 1 << 20;

/// clock_gettime in the vDSO at `address`.
///
/// # Safety
///
/// `address` is what AT_SYSINFO_EHDR said.
pub(super) unsafe fn clock_gettime(address: NonZeroUsize) -> Option<*const ()> {
    // SAFETY: the caller vouches for `address`.
    let image = unsafe { image(address) }?;
    let offset = find(image, &CLOCK_GETTIME)?;
    Some(image.as_ptr().wrapping_add(offset).cast())
}

/// The vDSO's image at `address`.
///
/// # Safety
///
/// `address` is what AT_SYSINFO_EHDR said.
unsafe fn image(address: NonZeroUsize) -> Option<&'static [u8]> {
    if !address.get().is_multiple_of(PAGE) {
        return None;
    }
    let base: *const u8 = ptr::with_exposed_provenance(address.get());
    // SAFETY: vdso(7): AT_SYSINFO_EHDR is the address of the vDSO's ELF image, which the kernel has
    // mapped readable, and which nobody writes, for as long as the process lives. Mappings are whole
    // pages, so that one page is there.
    let page = unsafe { slice::from_raw_parts(base, PAGE) };
    let length = length(page).filter(|&length| length <= LIMIT)?;
    // SAFETY: as above. The image's one PT_LOAD segment is mapped whole (elf(5): p_filesz bytes from
    // p_offset), and `length` is where it ends.
    Some(unsafe { slice::from_raw_parts(base, length) })
}

/// How long the image is that begins with these bytes, which must hold its program headers: up to
/// the end of its PT_LOAD segment.
#[must_use]
pub fn length(start: &[u8]) -> Option<usize> {
    load(Bytes(start))?.xword(offset_of!(Elf_Phdr, p_filesz))
}

/// The offset in `image` of a function that it defines.
#[must_use]
pub fn find(image: &[u8], function: &Function<'_>) -> Option<usize> {
    let bytes = Bytes(image);
    if bytes.half(offset_of!(Elf_Ehdr, e_machine))? != function.machine {
        return None;
    }
    let symbols = Symbols::new(bytes)?;
    let address = (1..symbols.count).find_map(|index| symbols.definition(index, function))?;
    let offset = address.checked_sub(symbols.base)?;
    (offset < image.len()).then_some(offset)
}

/// The program header of the PT_LOAD segment, which is the whole file up to some end.
fn load(image: Bytes<'_>) -> Option<Bytes<'_>> {
    segment(image, PT_LOAD).filter(|load| load.xword(offset_of!(Elf_Phdr, p_offset)) == Some(0))
}

/// The program header of the first segment of this kind, in a 64-bit shared object.
fn segment(image: Bytes<'_>, kind: u32) -> Option<Bytes<'_>> {
    let ident = image.0.first_chunk::<{ size_of::<Elf_Ehdr>() }>()?;
    let expected = ident.starts_with(&ELFMAG)
        && ident.get(EI_CLASS) == Some(&ELFCLASS)
        && ident.get(EI_DATA) == Some(&ELFDATA)
        && image.half(offset_of!(Elf_Ehdr, e_type))? == ET_DYN
        && usize::from(image.half(offset_of!(Elf_Ehdr, e_phentsize))?) == size_of::<Elf_Phdr>();
    if !expected {
        return None;
    }
    let headers = image.from(image.xword(offset_of!(Elf_Ehdr, e_phoff))?)?;
    (0..usize::from(image.half(offset_of!(Elf_Ehdr, e_phnum))?))
        .map_while(|index| headers.item(index, size_of::<Elf_Phdr>()))
        .find(|header| header.word(offset_of!(Elf_Phdr, p_type)) == Some(kind))
}

/// The image's dynamic symbols.
struct Symbols<'a> {
    /// The address that the image's first byte has in its own reckoning.
    base: usize,
    table: Bytes<'a>,
    /// How many symbols there are; the first one is none.
    count: usize,
    strings: Bytes<'a>,
    /// For each symbol the index of its version, and the definitions of versions.
    versions: Option<(Bytes<'a>, Bytes<'a>)>,
}

impl<'a> Symbols<'a> {
    fn new(image: Bytes<'a>) -> Option<Self> {
        let base = load(image)?.xword(offset_of!(Elf_Phdr, p_vaddr))?;
        let dynamic =
            image.from(segment(image, PT_DYNAMIC)?.xword(offset_of!(Elf_Phdr, p_offset))?)?;
        let part = |tag| image.from(dynamic_entry(dynamic, tag)?.checked_sub(base)?);

        let table = part(DT_SYMTAB)?;
        let count = match part(DT_HASH) {
            Some(hash) => hash.word(4)? as usize,
            None => gnu_count(part(DT_GNU_HASH)?)?,
        };
        Some(Self {
            base,
            table,
            count: count.min(table.0.len() / size_of::<Elf_Sym>()),
            strings: part(DT_STRTAB)?,
            versions: part(DT_VERSYM).zip(part(DT_VERDEF)),
        })
    }

    /// The address of the symbol at `index`, if that is a definition of `function`.
    fn definition(&self, index: usize, function: &Function<'_>) -> Option<usize> {
        let symbol = self.table.item(index, size_of::<Elf_Sym>())?;
        let info = symbol.byte(offset_of!(Elf_Sym, st_info))?;
        let name = symbol.word(offset_of!(Elf_Sym, st_name))? as usize;
        let defined = ELF_ST_TYPE(info) == STT_FUNC
            && matches!(ELF_ST_BIND(info), STB_GLOBAL | STB_WEAK)
            && symbol.half(offset_of!(Elf_Sym, st_shndx))? != SHN_UNDEF
            && self.strings.from(name)?.is_string(function.name)
            && self.has_version(index, function.version)?;
        defined
            .then(|| symbol.xword(offset_of!(Elf_Sym, st_value)))
            .flatten()
    }

    /// Whether the symbol at `index` is of the version with this name.
    fn has_version(&self, index: usize, version: &[u8]) -> Option<bool> {
        let Some((indices, definitions)) = self.versions else {
            return Some(true);
        };
        // The highest bit says that the symbol is hidden from whoever asks for no version.
        let wanted = indices.item(index, size_of::<u16>())?.half(0)? & 0x7fff;
        let mut definition = definitions;
        loop {
            let flags = definition.half(offset_of!(Elf_Verdef, vd_flags))?;
            if flags & VER_FLG_BASE == 0
                && definition.half(offset_of!(Elf_Verdef, vd_ndx))? & 0x7fff == wanted
            {
                let first = definition.word(offset_of!(Elf_Verdef, vd_aux))? as usize;
                let name = definition
                    .from(first)?
                    .word(offset_of!(Elf_Verdaux, vda_name))?;
                return Some(self.strings.from(name as usize)?.is_string(version));
            }
            match definition.word(offset_of!(Elf_Verdef, vd_next))? as usize {
                0 => return Some(false),
                next => definition = definition.from(next)?,
            }
        }
    }
}

/// The value of the dynamic section's entry with this tag.
fn dynamic_entry(dynamic: Bytes<'_>, tag: usize) -> Option<usize> {
    (0..)
        .map_while(|index| {
            let entry = dynamic.item(index, size_of::<Elf_Dyn>())?;
            let at = entry.xword(offset_of!(Elf_Dyn, d_tag))?;
            (at != DT_NULL).then_some((at, entry))
        })
        .find(|&(at, _)| at == tag)
        .and_then(|(_, entry)| entry.xword(offset_of!(Elf_Dyn, d_un)))
}

/// The number of symbols by a GNU hash table. It holds, as 32-bit words, the number of buckets, the
/// index of the first hashed symbol, the number of 64-bit words of a Bloom filter, a shift; the
/// filter; for each bucket the index of its first symbol; for each hashed symbol a word whose lowest
/// bit marks the last one of its bucket. The last symbol of all is the last one of the last bucket.
fn gnu_count(hash: Bytes<'_>) -> Option<usize> {
    let buckets = hash.word(0)? as usize;
    let first = hash.word(4)? as usize;
    let table = hash
        .from(16)?
        .item(hash.word(8)? as usize, size_of::<u64>())?;
    let chains = table.item(buckets, size_of::<u32>())?;
    let mut last = (0..buckets)
        .filter_map(|bucket| table.item(bucket, size_of::<u32>())?.word(0))
        .max()? as usize;
    if last < first {
        return Some(first);
    }
    while chains.item(last - first, size_of::<u32>())?.word(0)? & 1 == 0 {
        last += 1;
    }
    Some(last + 1)
}

/// A part of the image, from some place to the image's end. ELF's names for numbers: a half has 2
/// bytes, a word 4, an xword 8.
#[derive(Clone, Copy)]
struct Bytes<'a>(&'a [u8]);

impl<'a> Bytes<'a> {
    fn from(self, offset: usize) -> Option<Self> {
        self.0.get(offset..).map(Self)
    }

    fn item(self, index: usize, size: usize) -> Option<Self> {
        self.from(index.checked_mul(size)?)
    }

    fn array<const N: usize>(self, offset: usize) -> Option<&'a [u8; N]> {
        self.0.get(offset..)?.first_chunk()
    }

    fn byte(self, offset: usize) -> Option<u8> {
        self.0.get(offset).copied()
    }

    fn half(self, offset: usize) -> Option<u16> {
        self.array(offset).copied().map(u16::from_ne_bytes)
    }

    fn word(self, offset: usize) -> Option<u32> {
        self.array(offset).copied().map(u32::from_ne_bytes)
    }

    fn xword(self, offset: usize) -> Option<usize> {
        self.array(offset).copied().map(usize::from_ne_bytes)
    }

    /// Whether a zero-terminated string stands here, and is this one.
    fn is_string(self, string: &[u8]) -> bool {
        self.0
            .strip_prefix(string)
            .is_some_and(|rest| rest.first() == Some(&0))
    }
}
