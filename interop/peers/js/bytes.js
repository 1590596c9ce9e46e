import { createHash, randomBytes } from 'node:crypto'

const BLOCK_SIZE = 64 * 1024

export function uint64 (value) {
  const bytes = Buffer.alloc(8)
  bytes.writeBigUInt64BE(BigInt(value))
  return bytes
}

// Bytes that differ from block to block and from stream to stream.
export class Pattern {
  #seed = randomBytes(BLOCK_SIZE)
  #digest = createHash('sha256')
  #blocks = 0
  written = 0

  async writeTo (stream, count) {
    while (this.written < count) {
      const block = Buffer.from(this.#seed.subarray(0, Math.min(count - this.written, BLOCK_SIZE)))
      block.set(uint64(this.#blocks++).subarray(0, block.length))
      this.#digest.update(block)
      this.written += block.length
      if (!stream.send(block)) {
        await stream.onDrain()
      }
    }
  }

  digest () {
    return this.#digest.digest()
  }
}

export async function writeZeros (stream, count) {
  const block = Buffer.alloc(BLOCK_SIZE)
  while (count > 0) {
    const length = Math.min(count, BLOCK_SIZE)
    count -= length
    if (!stream.send(block.subarray(0, length))) {
      await stream.onDrain()
    }
  }
}

// Hands every chunk to `take` and resolves at the end. The stream's own iterator misses an end that came before it.
export function consume (stream, take) {
  return new Promise((resolve, reject) => {
    stream.addEventListener('message', event => take(event.data.subarray()))
    stream.addEventListener('end', resolve, { once: true })
    stream.addEventListener('close', event => event.error ? reject(event.error) : resolve(), { once: true })
    if (stream.readableEnded) {
      resolve()
    }
  })
}
