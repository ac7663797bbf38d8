//! TCP of `embedded-nal-async`.

use embedded_nal_async::TcpConnect;

use super::YieldingStack;
use crate::embedded::Yielding;
use crate::embedded::yielding::pause;
use crate::wait::Wait;
use crate::{Backend, Error, Progress, Result, SocketAddr, TcpSocket, TcpStream};

impl<B: Backend> TcpConnect for YieldingStack<B> {
    type Error = Error<B::Abi>;
    type Connection<'a> = Yielding<TcpStream<B>>;

    /// Connects, yielding until it is done or the deadline of the stack passes. Dropped before, the
    /// future closes the socket, which ends the attempt.
    ///
    /// # Errors
    /// Those of [`Socket::connect_by`](crate::Socket#method.connect_by).
    async fn connect<'a>(
        &'a self,
        remote: core::net::SocketAddr,
    ) -> Result<Self::Connection<'a>, B> {
        let remote = SocketAddr::from(remote);
        let socket = TcpSocket::open_for(self.backend.clone(), &remote)?;
        let mut connecting = socket.connect(&remote)?;
        let mut wait = Wait::new(self.connect);
        loop {
            match connecting.finish()? {
                Progress::Connected(stream) => {
                    let mut stream = Yielding::new(stream);
                    stream.set_read_deadline(self.read);
                    stream.set_write_deadline(self.write);
                    return Ok(stream);
                }
                Progress::Pending(back) => connecting = back,
            }
            pause(&self.backend, &mut wait).await?;
        }
    }
}
