import { createHash } from 'node:crypto'
import { Pattern, consume, uint64, writeZeros } from './bytes.js'

export function microsSince (started) {
  return Math.round((performance.now() - started) * 1000)
}

// Holds all streams open at once: each has had an answer to its first byte before any goes on.
export async function echo (open, count, bytes, signal) {
  const started = performance.now()
  const all = await Promise.all(Array.from({ length: count }, () => openEcho(open, signal)))
  await Promise.all(all.map(one => finishEcho(one, bytes)))
  return { streams: count, bytes: count * bytes, micros: microsSince(started) }
}

async function openEcho (open, signal) {
  const stream = await open()
  signal.addEventListener('abort', () => stream.abort(new Error('deadline')), { once: true })
  const reader = new Reader(stream)
  stream.send(Uint8Array.of(42))
  const first = await reader.first()
  if (first !== 42) {
    throw new Error(`first byte ${first}`)
  }
  return { stream, reader }
}

async function finishEcho ({ stream, reader }, bytes) {
  const sent = new Pattern()
  const write = sent.writeTo(stream, bytes).then(() => stream.close())
  await Promise.all([write, reader.ended])
  if (!sent.digest().equals(reader.digest())) {
    throw new Error('the echo differs')
  }
}

// Hands out the first byte and digests the rest.
class Reader {
  #digest = createHash('sha256')
  #first = Promise.withResolvers()
  #started = false

  constructor (stream) {
    this.ended = consume(stream, data => this.#read(data))
    this.ended.then(() => this.#first.reject(new Error('ended without a byte')), this.#first.reject)
    // Whoever awaits them sees the failure; whoever gave up earlier need not.
    this.ended.catch(() => {})
    this.#first.promise.catch(() => {})
  }

  #read (bytes) {
    if (!this.#started) {
      this.#started = true
      this.#first.resolve(bytes[0])
      bytes = bytes.subarray(1)
    }
    this.#digest.update(bytes)
  }

  first () {
    return this.#first.promise
  }

  digest () {
    return this.#digest.digest()
  }
}

// A stream whose reader does not read yet.
export class Stall {
  #stream
  #sent = new Pattern()
  #write

  constructor (stream, bytes) {
    this.#stream = stream
    this.#write = this.#sent.writeTo(stream, bytes)
    this.#write.catch(() => {})
  }

  written () {
    return this.#sent.written - this.#stream.writeBufferLength
  }

  async finish (signal) {
    const stream = this.#stream
    signal.addEventListener('abort', () => stream.abort(new Error('deadline')), { once: true })
    await this.#write
    const reply = collect(stream)
    await stream.close()
    const wanted = Buffer.concat([uint64(this.#sent.written), this.#sent.digest()])
    if (!wanted.equals(await reply)) {
      throw new Error('count or digest differs')
    }
    return { written: this.#sent.written }
  }
}

async function collect (stream) {
  const parts = []
  await consume(stream, data => parts.push(data))
  return Buffer.concat(parts)
}

export async function reset (stream, signal) {
  const closed = new Promise(resolve => stream.addEventListener('close', resolve, { once: true }))
  signal.addEventListener('abort', () => stream.abort(new Error('deadline')), { once: true })
  stream.send(Uint8Array.of(1))
  const { error, local } = await closed
  if (error == null || local) {
    throw new Error(`no reset: ${error}`)
  }
  return { error: error.message }
}

export async function perf (open, upload, download) {
  const started = performance.now()
  const stream = await open()
  let received = 0
  const ended = consume(stream, data => { received += data.length })
  stream.send(uint64(download))
  await writeZeros(stream, upload)
  await stream.close()
  const uploadMicros = microsSince(started)
  await ended
  if (received !== download) {
    throw new Error(`${received} bytes instead of ${download}`)
  }
  return { uploadMicros, micros: microsSince(started) }
}
