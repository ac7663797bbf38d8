//! What the kernel hands to a program: arguments, environment, auxiliary vector.

use core::ffi::{CStr, c_char};
use core::iter::FusedIterator;

/// The initial process stack: arguments and environment; the auxiliary vector (Linux, FreeBSD), or
/// what Darwin's kernel tells in strings instead.
///
/// Nothing is copied: the kernel wrote it all above the first stack frame, where it stays for the
/// life of the process. Source: System V ABI, "Process Initialization"; `fs/binfmt_elf.c` of Linux,
/// `sys/kern/kern_exec.c` of FreeBSD, `bsd/kern/kern_exec.c` of Darwin.
#[derive(Clone, Copy, Debug)]
pub struct Args {
    argv: *const *const c_char,
    envp: *const *const c_char,
    #[cfg(target_vendor = "apple")]
    apple: *const *const c_char,
}

#[cfg(target_vendor = "apple")]
impl Args {
    /// What `main` is called with. [`entry!`](crate::entry) does it.
    ///
    /// # Safety
    ///
    /// Each points to pointers to strings, which a null pointer ends. All of it, strings included,
    /// stays readable and unchanged from now on.
    pub const unsafe fn from_main(
        argv: *const *const c_char,
        envp: *const *const c_char,
        apple: *const *const c_char,
    ) -> Self {
        Self { argv, envp, apple }
    }

    /// What the kernel tells the program beside its environment, each string `name=value`: first, as
    /// `executable_path`, the path that it was started by (`exec_add_apple_strings` in
    /// bsd/kern/kern_exec.c).
    #[must_use]
    pub const fn apple(&self) -> Strings {
        Strings { next: self.apple }
    }
}

#[cfg(not(target_vendor = "apple"))]
impl Args {
    /// Reads the stack as it is at process entry. [`entry!`](crate::entry) does it.
    ///
    /// # Safety
    ///
    /// `stack` points to the number of arguments, followed by that many pointers to strings and a
    /// null pointer, pointers to strings and a null pointer, pairs of words of which the last has
    /// type zero. All of it, strings included, stays readable and unchanged from now on.
    pub const unsafe fn from_stack(stack: *const usize) -> Self {
        // SAFETY: the caller vouches for argc pointers and a null behind argc (System V ABI,
        // "Process Initialization"); a count of zero leaves just the null.
        unsafe {
            let argv = stack.add(1).cast::<*const c_char>();
            Self {
                argv,
                envp: argv.add(*stack + 1),
            }
        }
    }

    /// The auxiliary vector, as pairs of type (`AT_…` of getauxval(3) or of FreeBSD's
    /// sys/elf_common.h) and value.
    #[must_use]
    pub fn auxv(&self) -> Auxv {
        let mut vars = self.vars();
        while vars.next().is_some() {}
        // SAFETY: the iterator stopped at the null pointer that ends the environment; the
        // auxiliary vector starts in the word behind it.
        let next = unsafe { vars.next.add(1) }.cast();
        Auxv { next }
    }
}

impl Args {
    /// The arguments; the first is by custom the program's name, but there may be none at all.
    #[must_use]
    pub const fn args(&self) -> Strings {
        Strings { next: self.argv }
    }

    /// The environment, each string by custom `NAME=value`.
    #[must_use]
    pub const fn vars(&self) -> Strings {
        Strings { next: self.envp }
    }
}

/// Iterator over the arguments or the environment of the process.
#[derive(Clone, Debug)]
pub struct Strings {
    next: *const *const c_char,
}

impl Iterator for Strings {
    type Item = &'static CStr;

    fn next(&mut self) -> Option<&'static CStr> {
        // SAFETY: `next` is in the list, at most at its null pointer, which it never passes.
        let string = unsafe { *self.next };
        if string.is_null() {
            return None;
        }
        // SAFETY: a string of the initial process stack, ended by a NUL (System V ABI) and
        // unchanged for the life of the process (`Args::from_stack`).
        unsafe {
            self.next = self.next.add(1);
            Some(CStr::from_ptr(string))
        }
    }

    /// Passes over strings without looking for their ends.
    fn nth(&mut self, n: usize) -> Option<&'static CStr> {
        for _ in 0..n {
            // SAFETY: as in `next`: at most at the null pointer, which is not passed.
            unsafe {
                if (*self.next).is_null() {
                    return None;
                }
                self.next = self.next.add(1);
            }
        }
        self.next()
    }
}

impl FusedIterator for Strings {}

/// Iterator over the auxiliary vector: pairs of type and value, without the closing `AT_NULL`.
#[cfg(not(target_vendor = "apple"))]
#[derive(Clone, Debug)]
pub struct Auxv {
    next: *const [usize; 2],
}

#[cfg(not(target_vendor = "apple"))]
impl Iterator for Auxv {
    type Item = (usize, usize);

    fn next(&mut self) -> Option<(usize, usize)> {
        // SAFETY: `next` is in the vector, at most at its closing pair, which it never passes.
        let [kind, value] = unsafe { *self.next };
        if kind == 0 {
            return None;
        }
        // SAFETY: the pair read is not the closing one, so another follows (System V ABI).
        self.next = unsafe { self.next.add(1) };
        Some((kind, value))
    }
}

#[cfg(not(target_vendor = "apple"))]
impl FusedIterator for Auxv {}

#[cfg(test)]
mod tests {
    extern crate std;
    use super::*;
    use std::vec::Vec;

    fn pointer(string: &'static CStr) -> usize {
        string.as_ptr().expose_provenance()
    }

    fn parse(
        stack: &'static [usize],
    ) -> (Vec<&'static CStr>, Vec<&'static CStr>, Vec<(usize, usize)>) {
        // SAFETY: each test lays its stack out as the ABI says, for ever.
        let args = unsafe { Args::from_stack(stack.as_ptr()) };
        (
            args.args().collect(),
            args.vars().collect(),
            args.auxv().collect(),
        )
    }

    #[test]
    fn a_usual_stack() {
        let stack = [
            2,
            pointer(c"sockbox"),
            pointer(c""),
            0,
            pointer(c"A=1"),
            0,
            6,
            4096,
            9,
            7,
            0,
            0,
        ];
        let (args, vars, auxv) = parse(std::vec::Vec::from(stack).leak());
        assert_eq!(args, [c"sockbox", c""]);
        // SAFETY: as above.
        let nth = |n| unsafe { Args::from_stack(stack.as_ptr()) }.args().nth(n);
        assert_eq!(
            [nth(0), nth(1), nth(2), nth(3)],
            [Some(c"sockbox"), Some(c""), None, None]
        );
        assert_eq!(vars, [c"A=1"]);
        assert_eq!(auxv, [(6, 4096), (9, 7)]);
    }

    #[test]
    fn a_stack_of_nothing() {
        let (args, vars, auxv) = parse(&[0, 0, 0, 0, 0]);
        assert!(args.is_empty() && vars.is_empty() && auxv.is_empty());
    }

    #[test]
    fn ended_iterators_stay_ended() {
        // SAFETY: no arguments, no environment, an auxiliary vector of its closing pair.
        let args = unsafe { Args::from_stack([0, 0, 0, 0, 0].as_ptr()) };
        let (mut vars, mut auxv) = (args.vars(), args.auxv());
        assert!(vars.next().is_none() && vars.next().is_none());
        assert!(auxv.next().is_none() && auxv.next().is_none());
    }
}
