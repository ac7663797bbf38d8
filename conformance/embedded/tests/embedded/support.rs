//! What many cases begin with.

use core::future::Future;
use core::net::{Ipv4Addr, Ipv6Addr};
use core::pin::{Pin, pin};
use core::sync::atomic::{AtomicUsize, Ordering};
use core::task::{Context, Poll, Waker};
use core::time::Duration;
use std::sync::Arc;
use std::task::Wake;

use sock_core::{
    Backend, Deadline, Progress, SocketAddr, TcpConnecting, TcpListener, TcpSocket, TcpStream,
    UnixStream, poll,
};

/// An address as the traits give it.
pub(crate) type Addr = core::net::SocketAddr;

/// Long enough for everything that happens on one host.
pub(crate) const SOON: Deadline = Deadline::after(Duration::from_secs(10));

/// A deadline that the cases wait for.
pub(crate) const SHORT: Duration = Duration::from_millis(30);

pub(crate) fn loopback4(port: u16) -> Addr {
    (Ipv4Addr::LOCALHOST, port).into()
}

pub(crate) fn loopback6(port: u16) -> Addr {
    (Ipv6Addr::LOCALHOST, port).into()
}

/// A listener on any port of this address.
pub(crate) fn listener<B: Backend>(backend: &B, at: Addr) -> (TcpListener<B>, Addr) {
    let listener = TcpListener::bind_in(backend.clone(), &at.into()).unwrap();
    let addr = listener.local_addr().unwrap().into();
    (listener, addr)
}

/// A TCP connection: the side that connected, and the side that accepted.
pub(crate) fn tcp_pair<B: Backend>(backend: &B) -> (TcpStream<B>, TcpStream<B>) {
    let (listener, addr) = listener(backend, loopback4(0));
    let client = TcpStream::connect_in(backend.clone(), &addr.into(), SOON).unwrap();
    (client, listener.accept_by(SOON).unwrap().0)
}

/// A listener that answers no connect any more, with what keeps it busy.
pub(crate) struct Deaf<B: Backend> {
    pub(crate) addr: Addr,
    _listener: TcpListener<B>,
    _backlog: Vec<TcpStream<B>>,
    _pending: TcpConnecting<B>,
}

/// Fills the backlog of a listener, until a connect goes on for good.
pub(crate) fn deaf_listener<B: Backend>(backend: &B) -> Deaf<B> {
    let socket = TcpSocket::open_for(backend.clone(), &loopback4(0).into()).unwrap();
    socket.bind(&loopback4(0).into()).unwrap();
    let listener = socket.listen(1).unwrap();
    let addr: SocketAddr<B::Abi> = listener.local_addr().unwrap();
    let mut backlog = Vec::new();
    for _ in 0..8 {
        let socket = TcpSocket::open_for(backend.clone(), &addr).unwrap();
        let connecting = socket.connect(&addr).unwrap();
        match connecting.finish_by(Deadline::after(SHORT)).unwrap() {
            Progress::Connected(stream) => backlog.push(stream),
            Progress::Pending(pending) => {
                return Deaf {
                    addr: addr.into(),
                    _listener: listener,
                    _backlog: backlog,
                    _pending: pending,
                };
            }
        }
    }
    panic!("a backlog of one takes eight connects");
}

/// Lets a millisecond pass.
pub(crate) fn nap<B: Backend>(backend: &B) {
    poll(backend, &mut [], Deadline::after(Duration::from_millis(1))).unwrap();
}

/// Calls what never blocks until it does not ask to be called again.
pub(crate) fn until<B: Backend, T, E>(
    backend: &B,
    mut call: impl FnMut() -> embedded_nal::nb::Result<T, E>,
) -> Result<T, E> {
    for _ in 0..10_000 {
        match call() {
            Ok(done) => return Ok(done),
            Err(embedded_nal::nb::Error::Other(error)) => return Err(error),
            Err(embedded_nal::nb::Error::WouldBlock) => nap(backend),
        }
    }
    panic!("it would block for ten seconds");
}

/// Counts how often it was woken.
#[derive(Default)]
struct Wakes(AtomicUsize);

impl Wake for Wakes {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

/// Polls once; a future that is not done must have asked to be polled again.
pub(crate) fn poll_once<F: Future>(future: Pin<&mut F>) -> Poll<F::Output> {
    let wakes = Arc::new(Wakes::default());
    let waker = Waker::from(Arc::clone(&wakes));
    let polled = future.poll(&mut Context::from_waker(&waker));
    if polled.is_pending() {
        let woken = wakes.0.load(Ordering::Relaxed);
        assert_eq!(woken, 1, "nobody will poll this future again");
    }
    polled
}

/// Polls until the future is done; time passes in between, on a clock of any kind.
pub(crate) fn block_on<B: Backend, F: Future>(backend: &B, future: F) -> F::Output {
    let mut future = pin!(future);
    for _ in 0..10_000 {
        match poll_once(future.as_mut()) {
            Poll::Ready(output) => return output,
            Poll::Pending => nap(backend),
        }
    }
    panic!("not done after ten seconds");
}

/// Runs two futures, polled in turn, to their ends.
pub(crate) fn both<B: Backend, F: Future, G: Future>(
    backend: &B,
    first: F,
    second: G,
) -> (F::Output, G::Output) {
    let (mut first, mut second) = (pin!(first), pin!(second));
    let (mut one, mut two) = (None, None);
    for _ in 0..1_000_000 {
        if one.is_none()
            && let Poll::Ready(output) = poll_once(first.as_mut())
        {
            one = Some(output);
        }
        if two.is_none()
            && let Poll::Ready(output) = poll_once(second.as_mut())
        {
            two = Some(output);
        }
        match (one.take(), two.take()) {
            (Some(one), Some(two)) => return (one, two),
            halves => (one, two) = halves,
        }
        // Only what waits in vain waits for the clock.
        if one.is_some() || two.is_some() {
            nap(backend);
        }
    }
    panic!("not done after a million polls");
}

/// A counter of system calls that lives as long as the program.
pub(crate) fn counter() -> &'static AtomicUsize {
    Box::leak(Box::default())
}

/// Sends until there is no room; how many bytes went. What a Unix stream has no room for, it has none
/// for until the peer receives; TCP may find some later by itself.
pub(crate) fn fill<B: Backend>(stream: &UnixStream<B>) -> usize {
    let mut sent = 0;
    while let Ok(n) = stream.send(&[b'x'; 4096]) {
        sent += n;
    }
    while let Ok(n) = stream.send(b"x") {
        sent += n;
    }
    sent
}

/// Makes the peer of a stream see a reset.
pub(crate) fn reset<B: Backend>(stream: TcpStream<B>) {
    use sock_core::option::Linger;
    stream.set_option(Linger, Some(Duration::ZERO)).unwrap();
}
