//! The protocols that every peer serves.

use futures::{AsyncReadExt, AsyncWriteExt};
use libp2p::swarm::Stream;
use libp2p::StreamProtocol;
use sha2::{Digest, Sha256};
use tokio::sync::watch;

use crate::bytes::{write_zeros, BLOCK_SIZE};
use crate::streams::Protocols;

pub const ECHO: StreamProtocol = StreamProtocol::new("/twine/echo/1");
pub const STALL: StreamProtocol = StreamProtocol::new("/twine/stall/1");
pub const RESET: StreamProtocol = StreamProtocol::new("/twine/reset/1");
pub const PERF: StreamProtocol = StreamProtocol::new("/perf/1.0.0");

/// A stream that ends here without a close is reset, which tells the other end of the failure.
pub fn serve_all(protocols: &Protocols, release: watch::Receiver<u64>) {
    serve_echo(protocols, ECHO);
    protocols.serve(STALL, move |stream| {
        tokio::spawn(stall(stream, release.clone()));
    });
    protocols.serve(RESET, |stream| {
        tokio::spawn(reset(stream));
    });
    protocols.serve(PERF, |stream| {
        tokio::spawn(perf(stream));
    });
}

pub fn serve_echo(protocols: &Protocols, id: StreamProtocol) {
    protocols.serve(id, |stream| {
        tokio::spawn(echo(stream));
    });
}

async fn echo(mut stream: Stream) -> std::io::Result<()> {
    let mut buffer = vec![0; BLOCK_SIZE];
    loop {
        let length = stream.read(&mut buffer).await?;
        if length == 0 {
            return stream.close().await;
        }
        stream.write_all(&buffer[..length]).await?;
        stream.flush().await?;
    }
}

/// Reads nothing until released, then everything, and answers with count and digest.
async fn stall(mut stream: Stream, mut release: watch::Receiver<u64>) -> std::io::Result<()> {
    release.mark_unchanged();
    let _ = release.changed().await;
    let mut digest = Sha256::new();
    let mut count = 0u64;
    let mut buffer = vec![0; BLOCK_SIZE];
    loop {
        let length = stream.read(&mut buffer).await?;
        if length == 0 {
            break;
        }
        digest.update(&buffer[..length]);
        count += length as u64;
    }
    stream.write_all(&count.to_be_bytes()).await?;
    stream.write_all(&digest.finalize()).await?;
    stream.close().await
}

async fn reset(mut stream: Stream) {
    let _ = stream.read(&mut [0]).await;
}

async fn perf(mut stream: Stream) -> std::io::Result<()> {
    let mut wanted = [0; 8];
    stream.read_exact(&mut wanted).await?;
    let mut buffer = vec![0; BLOCK_SIZE];
    while stream.read(&mut buffer).await? > 0 {}
    write_zeros(&mut stream, u64::from_be_bytes(wanted)).await?;
    stream.close().await
}
