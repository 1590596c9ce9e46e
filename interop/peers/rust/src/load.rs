//! Work that goes on until its time is over, for figures. Everything that comes back is compared.

use std::future::Future;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use futures::future::try_join_all;
use futures::io::BufWriter;
use futures::{AsyncReadExt, AsyncWriteExt};
use libp2p::swarm::Stream;
use serde_json::{json, Value};
use tokio::sync::{Notify, Semaphore};

use crate::bytes::BLOCK_SIZE;
use crate::host::number;
use crate::pattern::{self, Comparison};
use crate::Failure;

type Answer = Result<Value, Failure>;

const WINDOW_MESSAGES: u64 = 256;
const WINDOW_BYTES: u64 = 2 << 20;

/// Runs work until the command's duration is over and reports how much that was.
async fn measured<F>(command: &Value, work: impl FnOnce(Instant) -> F) -> Answer
where
    F: Future<Output = Result<u64, Failure>>,
{
    let started = Instant::now();
    let count = work(started + Duration::from_millis(number(command, "durationMillis"))).await?;
    Ok(json!({"count": count, "micros": started.elapsed().as_micros() as u64}))
}

/// Sends the same messages to every stream; the receivers compare and count them.
pub async fn writes(command: &Value, streams: Vec<Stream>) -> Answer {
    let size = number(command, "bytes");
    measured(command, |end| async move {
        let window = Arc::new(Window::new(streams.len(), size, end));
        let tasks = streams.into_iter().enumerate().map(|(row, stream)| {
            let window = window.clone();
            async move { tokio::spawn(write_one(stream, size, window, row)).await? }
        });
        try_join_all(tasks).await?;
        Ok(window.granted())
    })
    .await
}

async fn write_one(
    mut stream: Stream,
    size: u64,
    window: Arc<Window>,
    row: usize,
) -> Result<(), Failure> {
    let mut messages = 0;
    while let Some(granted) = window.more(messages).await {
        while messages < granted {
            stream.write_all(pattern::at(messages * size, size as usize)).await?;
            messages += 1;
        }
        stream.flush().await?;
        window.advance(row, messages);
    }
    stream.close().await?;
    let mut reply = Vec::new();
    stream.read_to_end(&mut reply).await?;
    if reply != (messages * size).to_be_bytes() {
        return Err(format!("the receiver did not count {} bytes", messages * size).into());
    }
    Ok(())
}

/// Grants messages to several streams, the fastest of which may be that far ahead of the slowest.
/// When the time is over it grants no more, so that all end with the same number.
struct Window {
    stride: u64,
    end: Instant,
    state: Mutex<Grant>,
    moved: Notify,
}

struct Grant {
    written: Vec<u64>,
    granted: u64,
    ended: bool,
}

impl Window {
    fn new(streams: usize, size: u64, end: Instant) -> Self {
        let granted = (WINDOW_BYTES / size).clamp(2, WINDOW_MESSAGES);
        let state = Mutex::new(Grant { written: vec![0; streams], granted, ended: false });
        Window { stride: granted / 2, end, state, moved: Notify::new() }
    }

    fn granted(&self) -> u64 {
        self.state.lock().unwrap().granted
    }

    /// What may be written in all, as soon as that is more; nothing when nothing more will be.
    async fn more(&self, messages: u64) -> Option<u64> {
        loop {
            let moved = self.moved.notified();
            {
                let state = self.state.lock().unwrap();
                if messages < state.granted {
                    return Some(state.granted);
                }
                if state.ended {
                    return None;
                }
            }
            moved.await;
        }
    }

    fn advance(&self, row: usize, messages: u64) {
        let mut state = self.state.lock().unwrap();
        state.written[row] = messages;
        let slowest = *state.written.iter().min().expect("at least one stream");
        if state.ended || slowest < state.granted - self.stride {
            return;
        }
        if Instant::now() < self.end {
            state.granted += self.stride;
        } else {
            state.ended = true;
        }
        self.moved.notify_waiters();
    }
}

/// Keeps a number of requests under way on one stream; what is free at once goes out together.
pub async fn requests(command: &Value, stream: Stream) -> Answer {
    let size = number(command, "bytes");
    let free = Semaphore::new(number(command, "count") as usize);
    measured(command, |end| async move {
        let (mut input, output) = stream.split();
        let write = async {
            let mut output = BufWriter::with_capacity(BLOCK_SIZE, output);
            let mut sent = 0;
            while sent == 0 || Instant::now() < end {
                let permit = match free.try_acquire() {
                    Ok(permit) => permit,
                    Err(_) => {
                        output.flush().await?;
                        free.acquire().await?
                    }
                };
                permit.forget();
                output.write_all(pattern::at(sent * size, size as usize)).await?;
                sent += 1;
            }
            output.close().await?;
            Ok::<u64, Failure>(sent)
        };
        let read = async {
            let mut echo = Comparison::from(0);
            let mut buffer = vec![0; BLOCK_SIZE];
            loop {
                let before = echo.count / size;
                match input.read(&mut buffer).await? {
                    0 => return Ok(echo.count),
                    length => echo.add(&buffer[..length])?,
                }
                free.add_permits((echo.count / size - before) as usize);
            }
        };
        let (sent, received) = futures::try_join!(write, read)?;
        if received != sent * size {
            return Err(format!("{received} of {} bytes came back", sent * size).into());
        }
        Ok(sent)
    })
    .await
}

/// The same thing again and again in rows side by side; each round has a number of its own.
pub async fn rounds<F>(
    command: &Value,
    rows: usize,
    once: impl Fn(usize, u64) -> F + Clone + Send + Sync + 'static,
) -> Answer
where
    F: Future<Output = Result<(), Failure>> + Send + 'static,
{
    measured(command, |end| async move {
        let number = Arc::new(AtomicU64::new(0));
        let tasks = (0..rows).map(|row| {
            let (number, once) = (number.clone(), once.clone());
            let all = async move {
                loop {
                    once(row, number.fetch_add(1, Ordering::Relaxed)).await?;
                    if Instant::now() >= end {
                        return Ok::<(), Failure>(());
                    }
                }
            };
            async move { tokio::spawn(all).await? }
        });
        try_join_all(tasks).await?;
        Ok(number.load(Ordering::Relaxed))
    })
    .await
}

/// Sends a few bytes and the end, and waits until both are back.
pub async fn one_echo(mut stream: Stream, position: u64, size: u64) -> Result<(), Failure> {
    stream.write_all(pattern::at(position, size as usize)).await?;
    stream.close().await?;
    let mut received = Vec::with_capacity(size as usize);
    stream.read_to_end(&mut received).await?;
    if received != pattern::at(position, size as usize) {
        return Err(format!("the echo differs: {} of {size} bytes", received.len()).into());
    }
    Ok(())
}
