//! The protocols that every peer serves.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::Arc;

use futures::{AsyncReadExt, AsyncWriteExt};
use libp2p::swarm::Stream;
use libp2p::StreamProtocol;
use sha2::{Digest, Sha256};
use tokio::sync::watch;

use crate::bytes::{write_zeros, BLOCK_SIZE};
use crate::pattern::Comparison;
use crate::streams::Protocols;

pub const ECHO: StreamProtocol = StreamProtocol::new("/twine/echo/1");
pub const STALL: StreamProtocol = StreamProtocol::new("/twine/stall/1");
pub const RESET: StreamProtocol = StreamProtocol::new("/twine/reset/1");
pub const SINK: StreamProtocol = StreamProtocol::new("/twine/sink/1");
pub const PERF: StreamProtocol = StreamProtocol::new("/perf/1.0.0");

/// A stream that ends here without a close is reset, which tells the other end of the failure.
pub fn serve_all(protocols: &Protocols, release: watch::Receiver<u64>, received: &Arc<AtomicU64>) {
    serve_echo(protocols, ECHO);
    protocols.serve(STALL, move |stream| {
        tokio::spawn(stall(stream, release.clone()));
    });
    protocols.serve(RESET, |stream| {
        tokio::spawn(reset(stream));
    });
    let total = received.clone();
    protocols.serve(SINK, move |stream| {
        tokio::spawn(sink(stream, total.clone()));
    });
    let total = received.clone();
    protocols.serve(PERF, move |stream| {
        tokio::spawn(perf(stream, total.clone()));
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

/// Compares what it reads with the pattern and answers the end with the count.
async fn sink(mut stream: Stream, received: Arc<AtomicU64>) -> std::io::Result<()> {
    let mut read = Comparison::from(0);
    let mut buffer = vec![0; BLOCK_SIZE];
    loop {
        match stream.read(&mut buffer).await? {
            0 => break,
            length => {
                read.add(&buffer[..length])?;
                received.fetch_add(length as u64, Ordering::Relaxed);
            }
        }
    }
    stream.write_all(&read.count.to_be_bytes()).await?;
    stream.close().await
}

async fn perf(mut stream: Stream, received: Arc<AtomicU64>) -> std::io::Result<()> {
    let mut wanted = [0; 8];
    stream.read_exact(&mut wanted).await?;
    let mut buffer = vec![0; BLOCK_SIZE];
    loop {
        match stream.read(&mut buffer).await? {
            0 => break,
            length => received.fetch_add(length as u64, Ordering::Relaxed),
        };
    }
    write_zeros(&mut stream, u64::from_be_bytes(wanted)).await?;
    stream.close().await
}
