// What the packages take for granted and Node 20 lacks. Import this first.
import workerThreads from 'node:worker_threads'
import zlib from 'node:zlib'
import { WebSocket } from 'ws'

globalThis.WebSocket ??= WebSocket

// undici, which @libp2p/http brings, wants them when it is loaded.
workerThreads.markAsUncloneable ??= () => {}
zlib.createZstdDecompress ??= () => { throw new Error('not in Node 20') }

Promise.withResolvers ??= function () {
  let resolve, reject
  const promise = new this((yes, no) => {
    resolve = yes
    reject = no
  })
  return { promise, resolve, reject }
}
