import { createHash } from 'node:crypto'
import { consume, uint64, writeZeros } from './bytes.js'
import { matchesPattern } from './pattern.js'

export const ECHO = '/twine/echo/1'
export const STALL = '/twine/stall/1'
export const RESET = '/twine/reset/1'
export const SINK = '/twine/sink/1'
export const PERF = '/perf/1.0.0'

export async function serveEcho (stream) {
  try {
    await consume(stream, data => {
      if (!stream.send(data)) {
        stream.pause()
        stream.onDrain().then(() => resume(stream), error => stream.abort(error))
      }
    })
    await stream.close()
  } catch (error) {
    stream.abort(error)
  }
}

// A closed stream delivers what it has without being asked, and refuses to be.
function resume (stream) {
  if (stream.readStatus === 'paused') {
    stream.resume()
  }
}

// Reads nothing until released, then everything, and answers with count and digest.
export async function serveStall (stream, released) {
  stream.pause()
  const digest = createHash('sha256')
  let count = 0
  const ended = consume(stream, data => {
    digest.update(data)
    count += data.length
  })
  try {
    await Promise.race([released, ended])
    resume(stream)
    await ended
    stream.send(Buffer.concat([uint64(count), digest.digest()]))
    await stream.close()
  } catch (error) {
    stream.abort(error)
  }
}

export function serveReset (stream) {
  stream.addEventListener('message', () => stream.abort(new Error('reset on request')), { once: true })
}

// What sinks and uploads of perf have read, on all hosts of this process.
export const received = { bytes: 0 }

// Compares what it reads with the pattern and answers the end with the count.
export async function serveSink (stream) {
  let count = 0
  try {
    await consume(stream, data => {
      if (!matchesPattern(count, data)) {
        stream.abort(new Error('other bytes than the pattern'))
        return
      }
      count += data.length
      received.bytes += data.length
    })
    stream.send(uint64(count))
    await stream.close()
  } catch (error) {
    stream.abort(error)
  }
}

export async function servePerf (stream) {
  const head = Buffer.alloc(8)
  let filled = 0
  try {
    await consume(stream, data => {
      const part = data.subarray(0, head.length - filled)
      head.set(part, filled)
      filled += part.length
      received.bytes += data.length - part.length
    })
    if (filled < head.length) {
      throw new Error('no length')
    }
    await writeZeros(stream, Number(head.readBigUInt64BE()))
    await stream.close()
  } catch (error) {
    stream.abort(error)
  }
}
