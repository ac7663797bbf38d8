//! The kernel that all sockets of this program are made by.

use core::sync::atomic::AtomicUsize;

use sock::System;
use sock::generic::Counted;

/// The running kernel, and how many system calls have been made of it. Only the tour counts; but with
/// one type for all there is one copy of their code.
pub(crate) type Kernel = Counted<System>;

pub(crate) static CALLS: AtomicUsize = AtomicUsize::new(0);

pub(crate) const KERNEL: Kernel = Counted::new(System, &CALLS);
