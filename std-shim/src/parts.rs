//! std's slices as those of a backend, on the stack.

use std::io;

use sock_core::{Backend, IoSlice, IoSliceMut};

/// The most slices that one call takes. What lies in more is left to the next one.
pub(crate) const MOST: usize = 64;

/// What follows the first `skip` bytes of `slices`, and how many of the parts are used.
pub(crate) fn to_send<'a, B: Backend>(
    slices: &'a [io::IoSlice<'a>],
    mut skip: usize,
) -> ([B::IoSlice<'a>; MOST], usize) {
    let mut parts = [B::IoSlice::new(&[]); MOST];
    let mut used = 0;
    let mut places = parts.iter_mut();
    for slice in slices {
        let Some(rest @ [_, ..]) = slice.get(skip..) else {
            skip -= slice.len();
            continue;
        };
        let Some(place) = places.next() else {
            break;
        };
        *place = B::IoSlice::new(rest);
        skip = 0;
        used += 1;
    }
    (parts, used)
}

/// The first slices that have room.
pub(crate) fn to_fill<'a, B: Backend>(
    slices: &'a mut [io::IoSliceMut<'_>],
) -> [B::IoSliceMut<'a>; MOST] {
    let mut rest = slices.iter_mut().filter(|slice| !slice.is_empty());
    core::array::from_fn(|_| match rest.next() {
        Some(slice) => B::IoSliceMut::new(&mut *slice),
        None => B::IoSliceMut::new(&mut []),
    })
}
