//! What carries a stream: a plain TCP echo, and the yardstick for whoever stands between: `copy_bidirectional`.

use std::net::{Ipv4Addr, SocketAddr};

use tokio::io::{AsyncReadExt, AsyncWriteExt, copy_bidirectional_with_sizes};
use tokio::net::{TcpListener, TcpStream};

use crate::relay::Problem;

/// Bytes that both read at once, as many as a message has.
pub(crate) const PIECE: usize = 64 << 10;

/// Echoes on a port of the system's choice, and prints it.
pub(crate) fn echo() -> Result<(), Problem> {
    serve(|mut stream| async move {
        let mut buffer = vec![0; PIECE];
        loop {
            match stream.read(&mut buffer).await? {
                0 => return Ok(()),
                count => stream.write_all(&buffer[..count]).await?,
            }
        }
    })
}

/// Connects whoever comes to this address.
pub(crate) fn proxy(to: SocketAddr) -> Result<(), Problem> {
    serve(move |mut stream| async move {
        let mut target = TcpStream::connect(to).await?;
        target.set_nodelay(true)?;
        copy_bidirectional_with_sizes(&mut stream, &mut target, PIECE, PIECE).await.map(drop)
    })
}

fn serve<F>(each: impl Fn(TcpStream) -> F) -> Result<(), Problem>
where
    F: Future<Output = std::io::Result<()>> + Send + 'static,
{
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        println!("{}", listener.local_addr()?);
        loop {
            let (stream, _) = listener.accept().await?;
            stream.set_nodelay(true)?;
            // Whoever breaks its connection is gone.
            let work = each(stream);
            tokio::spawn(async move { drop(work.await) });
        }
    })
}
