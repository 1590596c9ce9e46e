//! Bytes that differ from block to block and from stream to stream.

use std::hash::{BuildHasher, RandomState};
use std::sync::atomic::{AtomicU64, Ordering};

use futures::{AsyncWrite, AsyncWriteExt};
use sha2::{Digest, Sha256};

pub const BLOCK_SIZE: usize = 64 * 1024;

pub struct Pattern {
    block: Vec<u8>,
    blocks: u64,
    digest: Sha256,
}

impl Pattern {
    pub fn new() -> Self {
        // Each state has a seed of its own, from the system.
        let seed = RandomState::new();
        let block = (0..BLOCK_SIZE / 8).flat_map(|i| seed.hash_one(i).to_be_bytes()).collect();
        Pattern { block, blocks: 0, digest: Sha256::new() }
    }

    /// Writes count bytes and counts them as the stream takes them.
    pub async fn write(
        &mut self,
        out: &mut (impl AsyncWrite + Unpin),
        count: u64,
        written: &AtomicU64,
    ) -> std::io::Result<()> {
        let mut left = count;
        while left > 0 {
            self.block[..8].copy_from_slice(&self.blocks.to_be_bytes());
            self.blocks += 1;
            let length = left.min(BLOCK_SIZE as u64);
            let part = &self.block[..length as usize];
            self.digest.update(part);
            out.write_all(part).await?;
            written.fetch_add(length, Ordering::Relaxed);
            left -= length;
        }
        Ok(())
    }

    pub fn digest(self) -> Vec<u8> {
        self.digest.finalize().to_vec()
    }
}

pub async fn write_zeros(out: &mut (impl AsyncWrite + Unpin), count: u64) -> std::io::Result<()> {
    let block = vec![0; BLOCK_SIZE];
    let mut left = count;
    while left > 0 {
        let length = left.min(BLOCK_SIZE as u64);
        out.write_all(&block[..length as usize]).await?;
        left -= length;
    }
    Ok(())
}
