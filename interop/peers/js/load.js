import { setImmediate as turn } from 'node:timers/promises'
import { consume } from './bytes.js'
import { matchesPattern, patternAt } from './pattern.js'
import { microsSince } from './streams.js'

const WINDOW_MESSAGES = 256
const WINDOW_BYTES = 2 << 20

// Runs work until the command's duration is over and reports how much that was.
async function measured ({ durationMillis }, work) {
  const started = performance.now()
  const count = await work(() => performance.now() - started >= durationMillis)
  return { count, micros: microsSince(started) }
}

// Sends the same messages to every peer; the receivers compare and count them.
export async function writes (command, open) {
  return measured(command, async isOver => {
    const window = new Window(command.peers.length, command.bytes, isOver)
    await Promise.all(command.peers.map(async (peer, row) => writeOne(await open(peer), command.bytes, window, row)))
    return window.granted
  })
}

async function writeOne (stream, size, window, row) {
  const reply = []
  const ended = consume(stream, data => reply.push(Buffer.from(data)))
  let messages = 0
  while (await window.isMore(messages)) {
    while (messages < window.granted) {
      if (!stream.send(patternAt(messages++ * size, size))) {
        await stream.onDrain()
      }
    }
    window.advance(row, messages)
    // A stream that is not full says so even if nothing of it has left: without a turn it takes gigabytes.
    do {
      await turn()
    } while (stream.writeBufferLength > WINDOW_BYTES)
  }
  await stream.close()
  await ended
  const count = Buffer.concat(reply)
  if (count.length !== 8 || Number(count.readBigUInt64BE()) !== messages * size) {
    throw new Error(`the receiver did not count ${messages * size} bytes`)
  }
}

// Grants messages to several streams, the fastest of which may be that far ahead of the slowest. When the time
// is over it grants no more, so that all end with the same number.
class Window {
  #written
  #stride
  #isOver
  #ended = false
  #moved = Promise.withResolvers()

  constructor (streams, size, isOver) {
    this.granted = Math.max(2, Math.min(WINDOW_MESSAGES, Math.floor(WINDOW_BYTES / size)))
    this.#stride = Math.floor(this.granted / 2)
    this.#written = new Array(streams).fill(0)
    this.#isOver = isOver
  }

  // Resolves when there is more to write than that, or nothing more to come.
  async isMore (messages) {
    while (messages === this.granted && !this.#ended) {
      await this.#moved.promise
    }
    return messages < this.granted
  }

  advance (row, messages) {
    this.#written[row] = messages
    if (this.#ended || Math.min(...this.#written) < this.granted - this.#stride) {
      return
    }
    if (this.#isOver()) {
      this.#ended = true
    } else {
      this.granted += this.#stride
    }
    this.#moved.resolve()
    this.#moved = Promise.withResolvers()
  }
}

// Keeps a number of requests under way on one stream.
export async function requests (command, open) {
  return measured(command, async isOver => {
    const stream = await open(command.peer)
    const size = command.bytes
    let sent = 0
    let received = 0
    let closing
    const refill = () => {
      if (sent > 0 && isOver()) {
        closing ??= stream.close()
        return
      }
      const until = Math.floor(received / size) + command.count
      if (until > sent) {
        // What is free at once goes out together.
        const free = Array.from({ length: until - sent }, (_, i) => patternAt((sent + i) * size, size))
        sent = until
        stream.send(free.length === 1 ? free[0] : Buffer.concat(free))
      }
    }
    const ended = consume(stream, data => {
      if (!matchesPattern(received, data)) {
        stream.abort(new Error(`the echo differs after ${received} bytes`))
        return
      }
      received += data.length
      refill()
    })
    refill()
    await ended
    await closing
    if (received !== sent * size) {
      throw new Error(`${received} of ${sent * size} bytes came back`)
    }
    return sent
  })
}

// Opens streams, sends a few bytes and the end on each, and waits until both are back.
export async function opens (command, open) {
  return measured(command, isOver =>
    rounds(command.count, isOver, async (row, number) =>
      oneEcho(await open(command.peer), number * command.bytes, command.bytes)))
}

// Dials, has a few bytes come back, and closes.
export async function handshakes (command, dial) {
  return measured(command, isOver =>
    rounds(command.addresses.length, isOver, async (row, number) => {
      const { connection, stream } = await dial(command.addresses[row])
      await oneEcho(stream, number * command.bytes, command.bytes)
      await connection.close()
    }))
}

async function rounds (rows, isOver, once) {
  let number = 0
  await Promise.all(Array.from({ length: rows }, async (_, row) => {
    do {
      await once(row, number++)
    } while (!isOver())
  }))
  return number
}

async function oneEcho (stream, position, size) {
  let received = 0
  let right = true
  const ended = consume(stream, data => {
    right &&= received + data.length <= size && matchesPattern(position + received, data)
    received += data.length
  })
  stream.send(patternAt(position, size))
  await stream.close()
  await ended
  if (!right || received !== size) {
    throw new Error(`the echo differs: ${received} of ${size} bytes`)
  }
}
