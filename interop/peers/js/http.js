import { createHash } from 'node:crypto'
import { peerIdFromString } from '@libp2p/peer-id'
import { patternAt } from './pattern.js'

const PROTOCOL = '/twine/http/1'
const DOWNLOAD_BYTES = 5 << 20
const BLOCK_BYTES = 64 << 10

// Each path is a protocol of its own for this library, which knows nothing below one.
export function serveHttp (http) {
  http.handle(PROTOCOL + '/download', { method: 'GET', handler: download })
  http.handle(PROTOCOL + '/upload', { method: 'POST', handler: upload })
}

async function download () {
  return new Response(patternStream(DOWNLOAD_BYTES), { headers: { 'content-length': String(DOWNLOAD_BYTES) } })
}

async function upload (request) {
  const { count, digest } = await drain(request.body)
  return new Response(`${count} ${digest}`)
}

export async function get (http, { peer, path }, signal) {
  const response = await http.fetchProtocol(peerIdFromString(peer), PROTOCOL + path, { signal })
  const { count, digest } = await drain(response.body)
  return { status: response.status, count, sha256: digest }
}

export async function post (http, { peer, path, bytes }, signal) {
  const body = Buffer.alloc(bytes)
  for (let done = 0; done < bytes; done += BLOCK_BYTES) {
    body.set(patternAt(done, Math.min(BLOCK_BYTES, bytes - done)), done)
  }
  const response = await http.fetchProtocol(
    peerIdFromString(peer), PROTOCOL + path, { method: 'POST', body, signal })
  return { status: response.status, text: await response.text() }
}

function patternStream (length) {
  let position = 0
  return new ReadableStream({
    pull (controller) {
      const block = patternAt(position, Math.min(BLOCK_BYTES, length - position))
      position += block.length
      controller.enqueue(Uint8Array.from(block))
      if (position === length) {
        controller.close()
      }
    }
  })
}

async function drain (body) {
  const digest = createHash('sha256')
  let count = 0
  for await (const part of body ?? []) {
    digest.update(part)
    count += part.length
  }
  return { count, digest: digest.digest('hex') }
}
