//! The dialling ends of the protocols.

use std::collections::HashMap;
use std::future::Future;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Instant;

use futures::future::try_join_all;
use futures::{AsyncReadExt, AsyncWriteExt};
use libp2p::swarm::Stream;
use serde_json::{json, Value};
use sha2::{Digest, Sha256};
use tokio::task::JoinHandle;

use crate::bytes::{write_zeros, Pattern, BLOCK_SIZE};
use crate::Failure;

type Answer = Result<Value, Failure>;

/// Holds all streams open at once: each has had an answer to its first byte before any goes on.
pub async fn echo<F>(open: impl Fn() -> F, count: u64, bytes: u64) -> Answer
where
    F: Future<Output = Result<Stream, Failure>>,
{
    let started = Instant::now();
    let opened =
        try_join_all((0..count).map(|_| async { first_echo(open().await?).await })).await?;
    try_join_all(opened.into_iter().map(|stream| rest_of_echo(stream, bytes))).await?;
    Ok(json!({"streams": count, "bytes": count * bytes, "micros": micros(started)}))
}

async fn first_echo(mut stream: Stream) -> Result<Stream, Failure> {
    stream.write_all(&[42]).await?;
    stream.flush().await?;
    let mut first = [0];
    stream.read_exact(&mut first).await?;
    if first != [42] {
        return Err(format!("first byte {}", first[0]).into());
    }
    Ok(stream)
}

async fn rest_of_echo(stream: Stream, bytes: u64) -> Result<(), Failure> {
    let (mut input, mut output) = stream.split();
    let write = async {
        let mut sent = Pattern::new();
        sent.write(&mut output, bytes, &AtomicU64::new(0)).await?;
        output.close().await?;
        Ok::<_, Failure>(sent.digest())
    };
    let read = async {
        let mut digest = Sha256::new();
        let mut buffer = vec![0; BLOCK_SIZE];
        loop {
            match input.read(&mut buffer).await? {
                0 => return Ok(digest.finalize().to_vec()),
                length => digest.update(&buffer[..length]),
            }
        }
    };
    let (sent, received) = futures::try_join!(write, read)?;
    if sent != received {
        return Err("the echo differs".into());
    }
    Ok(())
}

/// Fails unless the other end resets the stream. rust-yamux reads a reset as an end; only a write tells.
pub async fn reset(mut stream: Stream) -> Answer {
    stream.write_all(&[1]).await?;
    stream.flush().await?;
    let mut buffer = [0];
    match stream.read(&mut buffer).await {
        Err(error) => return Ok(json!({"error": error.to_string()})),
        Ok(0) => {}
        Ok(_) => return Err("no reset but a byte".into()),
    }
    match stream.write_all(&[1]).await {
        Err(error) => Ok(json!({"error": error.to_string()})),
        Ok(()) => Err("no reset: the stream still takes bytes".into()),
    }
}

pub async fn perf(mut stream: Stream, started: Instant, upload: u64, download: u64) -> Answer {
    stream.write_all(&download.to_be_bytes()).await?;
    write_zeros(&mut stream, upload).await?;
    stream.close().await?;
    let upload_micros = micros(started);
    let mut received = 0;
    let mut buffer = vec![0; BLOCK_SIZE];
    loop {
        match stream.read(&mut buffer).await? {
            0 => break,
            length => received += length as u64,
        }
    }
    if received != download {
        return Err(format!("{received} bytes instead of {download}").into());
    }
    Ok(json!({"uploadMicros": upload_micros, "micros": micros(started)}))
}

fn micros(started: Instant) -> u64 {
    started.elapsed().as_micros() as u64
}

/// Streams whose reader does not read yet.
#[derive(Clone, Default)]
pub struct Stalls(Arc<Mutex<HashMap<u64, Stall>>>);

struct Stall {
    written: Arc<AtomicU64>,
    done: JoinHandle<Result<(), Failure>>,
}

impl Stalls {
    pub fn start(&self, stream: Stream, bytes: u64) -> Value {
        let written = Arc::new(AtomicU64::new(0));
        let done = tokio::spawn(write_stalled(stream, bytes, written.clone()));
        let mut stalls = self.0.lock().unwrap();
        let handle = stalls.len() as u64 + 1;
        stalls.insert(handle, Stall { written, done });
        json!({"handle": handle})
    }

    pub fn stalled(&self, handle: u64) -> Answer {
        let stalls = self.0.lock().unwrap();
        let stall = stalls.get(&handle).ok_or_else(|| format!("unknown handle: {handle}"))?;
        Ok(json!({"written": stall.written.load(Ordering::Relaxed)}))
    }

    pub async fn finish(&self, handle: u64) -> Answer {
        let answer = self.stalled(handle)?;
        let done = {
            let mut stalls = self.0.lock().unwrap();
            let stall = stalls.get_mut(&handle).ok_or("gone")?;
            std::mem::replace(&mut stall.done, tokio::spawn(async { Ok(()) }))
        };
        done.await??;
        drop(answer);
        self.stalled(handle)
    }
}

async fn write_stalled(
    mut stream: Stream,
    bytes: u64,
    written: Arc<AtomicU64>,
) -> Result<(), Failure> {
    let mut sent = Pattern::new();
    sent.write(&mut stream, bytes, &written).await?;
    stream.close().await?;
    let mut reply = Vec::new();
    stream.read_to_end(&mut reply).await?;
    let wanted = [bytes.to_be_bytes().as_slice(), &sent.digest()].concat();
    if reply != wanted {
        return Err("count or digest differs".into());
    }
    Ok(())
}
