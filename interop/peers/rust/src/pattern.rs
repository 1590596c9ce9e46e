//! The bytes of every stream whose contents are compared: each follows from its position.

use std::sync::LazyLock;

/// A prime: a block that is lost, sent twice or moved does not look like its neighbour.
const PERIOD: usize = 65_521;
const MAX_WRITE: usize = 1 << 20;

static BYTES: LazyLock<Vec<u8>> = LazyLock::new(|| {
    (0..PERIOD + MAX_WRITE)
        .map(|i| i % PERIOD)
        .map(|place| (place * 167 + (place >> 8) * 59) as u8)
        .collect()
});

pub fn at(position: u64, length: usize) -> &'static [u8] {
    let place = (position % PERIOD as u64) as usize;
    &BYTES[place..place + length]
}

/// Counts what comes and fails at the first byte that is not that of the pattern.
pub struct Comparison {
    position: u64,
    pub count: u64,
}

impl Comparison {
    pub fn from(position: u64) -> Self {
        Comparison { position, count: 0 }
    }

    pub fn add(&mut self, data: &[u8]) -> std::io::Result<()> {
        if data != at(self.position + self.count, data.len()) {
            return Err(std::io::Error::other(format!("other bytes after {}", self.count)));
        }
        self.count += data.len() as u64;
        Ok(())
    }
}
