//! Control messages: descriptors that go with a message (uipc_usrreq.c).

use std::os::fd::OwnedFd;
use std::rc::Rc;

use crate::file::File;
use crate::kernel::Kernel;
use crate::memory::{get, get_signed, put};
use crate::{Stop, System, host};

/// `_ALIGN` of FreeBSD; `__DARWIN_ALIGN32`.
fn align(system: System) -> u64 {
    match system {
        System::FreeBsd => 8,
        System::Darwin => 4,
    }
}

/// CMSG_SPACE of as many pointers must fit into MCLBYTES, unp_internalize of FreeBSD; the host takes one less.
const MOST: usize = 253;

/// A descriptor's size in a message.
const FD: u64 = 4;

impl Kernel {
    /// Where the data of a control message begins: CMSG_DATA.
    fn data_offset(&self) -> u64 {
        self.l.cmsghdr.len.next_multiple_of(align(self.system))
    }

    /// The open files that control data of a send names.
    pub(crate) fn control_in(&mut self, start: u64, len: u64) -> Result<Vec<Rc<File>>, Stop> {
        let header = self.l.cmsghdr;
        if len < header.len {
            return Err(Stop::Errno(libc::EINVAL));
        }
        let bytes = self.memory.read(start, len)?;
        let mut rest: &[u8] = &bytes;
        let mut files = Vec::new();
        // unp_internalize: what is shorter than a header ends it.
        while rest.len() as u64 >= header.len {
            let size = get(rest, header.cmsg_len);
            // unp_internalize of XNU: one message, and not a byte behind it.
            if self.system == System::Darwin && size != len {
                return Err(Stop::Errno(libc::EINVAL));
            }
            if size < self.data_offset() || size > rest.len() as u64 {
                return Err(Stop::Errno(libc::EINVAL));
            }
            let level = get_signed(rest, header.cmsg_level);
            let kind = get_signed(rest, header.cmsg_type);
            if level != self.n.SOL_SOCKET || kind != self.n.SCM_RIGHTS {
                return Err(Stop::Errno(libc::EINVAL));
            }
            let data = rest
                .get(self.data_offset() as usize..size as usize)
                .unwrap_or_default();
            for number in data.chunks_exact(FD as usize) {
                let number = number
                    .first_chunk()
                    .map_or(-1, |bytes| i32::from_le_bytes(*bytes));
                files.push(self.descriptors.get(number)?);
            }
            let next = size.next_multiple_of(align(self.system)) as usize;
            rest = rest.get(next.min(rest.len())..).unwrap_or_default();
        }
        if files.len() > MOST {
            return Err(Stop::Errno(libc::EMSGSIZE));
        }
        for file in &files {
            self.descriptors.remember(file);
        }
        Ok(files)
    }

    /// Copies descriptors that came with a message out as control data: how long it is, and whether they did not fit.
    /// FreeBSD leaves out a message that does not fit as a whole, and closes its descriptors. Darwin has made them
    /// all by then, and cuts the message where the room ends.
    pub(crate) fn control_out(
        &mut self,
        descriptors: Vec<OwnedFd>,
        start: u64,
        room: u64,
        close_on_exec: bool,
    ) -> Result<(u64, bool), Stop> {
        if descriptors.is_empty() {
            return Ok((0, false));
        }
        let header = self.l.cmsghdr;
        let size = self.data_offset() + FD * descriptors.len() as u64;
        // FreeBSD's mbuf is as long as CMSG_SPACE, Darwin's too.
        let space = size.next_multiple_of(align(self.system));
        if (start == 0 || room < space) && self.system == System::FreeBsd {
            return Ok((0, start != 0));
        }
        if !self.descriptors.has_room(descriptors.len()) {
            return Err(Stop::Errno(libc::EMSGSIZE));
        }
        let mut bytes = vec![0; space as usize];
        put(&mut bytes, header.cmsg_len, size);
        put(
            &mut bytes,
            header.cmsg_level,
            self.n.SOL_SOCKET.cast_unsigned(),
        );
        put(
            &mut bytes,
            header.cmsg_type,
            self.n.SCM_RIGHTS.cast_unsigned(),
        );
        for (index, host) in descriptors.into_iter().enumerate() {
            let file = self.descriptors.recall(host);
            let number = self.descriptors.add(file, close_on_exec, 0)? as u32;
            let at = (self.data_offset() + FD * index as u64) as usize;
            let place = bytes.get_mut(at..at + FD as usize).unwrap_or_default();
            place
                .iter_mut()
                .zip(number.to_le_bytes())
                .for_each(|(place, byte)| *place = byte);
        }
        if start == 0 {
            return Ok((0, false));
        }
        bytes.truncate(room as usize);
        self.memory.write(start, &bytes)?;
        Ok((bytes.len() as u64, room < space))
    }

    /// What a peek tells of descriptors: their number, and what is none. FreeBSD shows the pointers that the kernel
    /// keeps, XNU zeros.
    pub(crate) fn control_peeked(
        &mut self,
        count: usize,
        start: u64,
        room: u64,
    ) -> Result<(u64, bool), Stop> {
        let (width, fill) = match self.system {
            System::FreeBsd => (8, 0x5a),
            System::Darwin => (4, 0),
        };
        let header = self.l.cmsghdr;
        let size = self.data_offset() + width * count as u64;
        let space = size.next_multiple_of(align(self.system));
        if count == 0 || start == 0 || room < space {
            return Ok((0, count > 0 && start != 0));
        }
        let mut bytes = vec![fill; space as usize];
        put(&mut bytes, header.cmsg_len, size);
        put(
            &mut bytes,
            header.cmsg_level,
            self.n.SOL_SOCKET.cast_unsigned(),
        );
        put(
            &mut bytes,
            header.cmsg_type,
            self.n.SCM_RIGHTS.cast_unsigned(),
        );
        self.memory.write(start, &bytes)?;
        Ok((space, false))
    }

    /// The host's descriptors of open files.
    pub(crate) fn host_descriptors(files: &[Rc<File>]) -> Vec<i32> {
        files.iter().map(|file| host::raw(&file.host)).collect()
    }
}
