//! `embedded-io-async` for streams, without an event loop.

use core::future::poll_fn;
use core::task::Poll;

use embedded_io_async::{ErrorType, Read, ReadExactError, ReadReady, Write, WriteReady};

use super::io::is_ready;
use crate::wait::Wait;
use crate::{Backend, Deadline, Error, PollEvents, Protocol, Result, Stream};

/// A stream whose receives and sends are futures that yield until they are done.
///
/// Each poll of such a future makes one try, and on would-block asks to be polled again at once. So
/// it is right on any executor, and keeps the processor busy while it waits. Each ends with
/// [`Error::DEADLINE`] at the first poll after the deadline of its direction.
///
/// A future of `read` or `write` that is dropped before it is done has received or sent nothing. One of
/// `read_exact` or `write_all` may have received or sent a part, and how much is lost: what must be able
/// to end early counts by itself what `read` and `write` return.
///
/// Two of them over `&Stream` are the two directions for two tasks.
///
/// ```
/// use core::time::Duration;
/// use embedded_io_async::{Read, Write};
/// use sock_core::{Backend, Deadline, Error, TcpStream, embedded::Yielding};
///
/// async fn ask<B: Backend>(stream: &TcpStream<B>) -> Result<u8, Error<B::Abi>> {
///     let mut stream = Yielding::new(stream);
///     stream.set_read_deadline(Deadline::after(Duration::from_secs(5)));
///     stream.write_all(b"hello\n").await?;
///     let mut answer = [0];
///     stream.read(&mut answer).await?;
///     Ok(answer[0])
/// }
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Yielding<S> {
    stream: S,
    read: Deadline,
    write: Deadline,
}

/// A [`Stream`] or a reference to one. Sealed.
pub trait AsStream: sealed::Sealed {
    /// The kernel of the stream.
    type Backend: Backend;
    /// The protocol of the stream.
    type Protocol: Protocol;

    #[doc(hidden)]
    fn as_stream(&self) -> &Stream<Self::Backend, Self::Protocol>;
}

mod sealed {
    use crate::{Backend, Protocol, Stream};

    pub trait Sealed {}
    impl<B: Backend, P: Protocol> Sealed for Stream<B, P> {}
    impl<B: Backend, P: Protocol> Sealed for &Stream<B, P> {}
}

impl<B: Backend, P: Protocol> AsStream for Stream<B, P> {
    type Backend = B;
    type Protocol = P;

    fn as_stream(&self) -> &Stream<B, P> {
        self
    }
}

impl<B: Backend, P: Protocol> AsStream for &Stream<B, P> {
    type Backend = B;
    type Protocol = P;

    fn as_stream(&self) -> &Stream<B, P> {
        self
    }
}

impl<S: AsStream> Yielding<S> {
    /// Yields without end in both directions, until told otherwise.
    pub const fn new(stream: S) -> Self {
        Yielding {
            stream,
            read: Deadline::NEVER,
            write: Deadline::NEVER,
        }
    }

    /// How long each receive may yield: until a point of the clock for all of them, or for a
    /// duration that begins anew with each `read` and `read_exact`, and does not within one. Its
    /// [spins](Deadline::spinning) mean nothing here, where every poll is a try.
    pub fn set_read_deadline(&mut self, deadline: Deadline) {
        self.read = deadline;
    }

    /// How long each send may yield, `write` or the whole of `write_all`.
    pub fn set_write_deadline(&mut self, deadline: Deadline) {
        self.write = deadline;
    }

    /// The stream.
    pub const fn get_ref(&self) -> &S {
        &self.stream
    }

    /// The stream.
    pub fn into_inner(self) -> S {
        self.stream
    }
}

impl<S: AsStream> ErrorType for Yielding<S> {
    type Error = Error<<S::Backend as Backend>::Abi>;
}

impl<S: AsStream> Read for Yielding<S> {
    /// [`Stream::recv`] at each poll: 0 is the end of the stream, and an empty buffer makes no call.
    async fn read(&mut self, buf: &mut [u8]) -> Result<usize, S::Backend> {
        let stream = self.stream.as_stream();
        until(stream.backend(), self.read, || stream.recv(&mut *buf)).await
    }

    /// [`Stream::recv`] until the buffer is full, with one read deadline for the whole, however many
    /// bytes come at a time.
    async fn read_exact(
        &mut self,
        buf: &mut [u8],
    ) -> core::result::Result<(), ReadExactError<Self::Error>> {
        let stream = self.stream.as_stream();
        let (mut done, mut wait) = (0, Wait::new(self.read));
        while let Some(rest @ [_, ..]) = buf.get_mut(done..) {
            // The time between the receives counts, too.
            if done > 0 {
                wait.anchor(stream.backend());
            }
            match until_within(stream.backend(), &mut wait, || stream.recv(&mut *rest)).await {
                Ok(0) => return Err(ReadExactError::UnexpectedEof),
                Ok(n) => done += n,
                Err(error) => return Err(ReadExactError::Other(error)),
            }
        }
        Ok(())
    }
}

impl<S: AsStream> Write for Yielding<S> {
    /// [`Stream::send`] at each poll: never 0 unless the buffer is empty, which makes no call.
    async fn write(&mut self, buf: &[u8]) -> Result<usize, S::Backend> {
        let stream = self.stream.as_stream();
        until(stream.backend(), self.write, || stream.send(buf)).await
    }

    /// [`Stream::send`] until all is sent, with one write deadline for the whole.
    async fn write_all(&mut self, buf: &[u8]) -> Result<(), S::Backend> {
        let stream = self.stream.as_stream();
        let (mut done, mut wait) = (0, Wait::new(self.write));
        while let Some(rest @ [_, ..]) = buf.get(done..) {
            // The time between the sends counts, too.
            if done > 0 {
                wait.anchor(stream.backend());
            }
            done += until_within(stream.backend(), &mut wait, || stream.send(rest)).await?;
        }
        Ok(())
    }

    /// Nothing to do: what was written is the kernel's already, which sends it by itself.
    async fn flush(&mut self) -> Result<(), S::Backend> {
        Ok(())
    }
}

impl<S: AsStream> ReadReady for Yielding<S> {
    /// Whether there is something to receive, the end of the stream, or an error: ppoll(2).
    fn read_ready(&mut self) -> Result<bool, S::Backend> {
        is_ready(self.stream.as_stream().handle(), PollEvents::IN)
    }
}

impl<S: AsStream> WriteReady for Yielding<S> {
    /// Whether there is room to send, or an error: ppoll(2).
    fn write_ready(&mut self) -> Result<bool, S::Backend> {
        is_ready(self.stream.as_stream().handle(), PollEvents::OUT)
    }
}

/// Makes the call at each poll, until it would not block or the deadline passes.
pub(super) async fn until<B: Backend, T>(
    backend: &B,
    deadline: Deadline,
    call: impl FnMut() -> Result<T, B>,
) -> Result<T, B> {
    until_within(backend, &mut Wait::new(deadline), call).await
}

/// [`until`] with what remains of the deadline of several calls.
async fn until_within<B: Backend, T>(
    backend: &B,
    wait: &mut Wait,
    mut call: impl FnMut() -> Result<T, B>,
) -> Result<T, B> {
    loop {
        match call() {
            Err(error) if error == Error::WOULD_BLOCK => pause(backend, wait).await?,
            done => return done,
        }
    }
}

/// Lets other tasks run once, unless the deadline has passed.
pub(super) async fn pause<B: Backend>(backend: &B, wait: &mut Wait) -> Result<(), B> {
    if wait.begin(backend) == Some(0) {
        return Err(Error::DEADLINE);
    }
    let mut yielded = false;
    poll_fn(|context| {
        if yielded {
            return Poll::Ready(());
        }
        yielded = true;
        context.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
    Ok(())
}
