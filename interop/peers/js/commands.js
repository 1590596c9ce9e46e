import { setMaxListeners } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'
import { peerIdFromString } from '@libp2p/peer-id'
import { multiaddr } from '@multiformats/multiaddr'
import { createHost, isEarly } from './host.js'
import * as http from './http.js'
import * as load from './load.js'
import {
  ECHO, PERF, RESET, SINK, STALL, received, serveEcho, servePerf, serveReset, serveSink, serveStall
} from './serve.js'
import * as streams from './streams.js'

const DEFAULT_DEADLINE_MILLIS = 20_000
const POLL_MILLIS = 5
// The defaults are 32 in and 64 out, too few where one stream is opened while another still closes.
const ECHO_STREAMS = { maxInboundStreams: 1024, maxOutboundStreams: 1024 }

export class Commands {
  #host
  #options
  #identified = new Map()
  #stalls = new Map()
  #release = Promise.withResolvers()

  constructor (host, options) {
    this.#host = host
    this.#options = options
    host.addEventListener('peer:identify', event => this.#identified.set(event.detail.peerId.toString(), event.detail))
  }

  async serve () {
    await this.#host.handle(ECHO, serveEcho, ECHO_STREAMS)
    await this.#host.handle(STALL, stream => serveStall(stream, this.#release.promise))
    await this.#host.handle(RESET, serveReset)
    await this.#host.handle(SINK, serveSink)
    await this.#host.handle(PERF, servePerf)
    http.serveHttp(this.#host.services.http)
  }

  async execute (command) {
    const signal = AbortSignal.timeout(command.millis || DEFAULT_DEADLINE_MILLIS)
    setMaxListeners(Infinity, signal) // one for each stream
    const method = this[command.do]
    if (!COMMANDS.has(command.do)) {
      throw new Error(`unknown command: ${command.do}`)
    }
    return method.call(this, command, signal)
  }

  async listen () {
    const known = new Set(this.#host.getMultiaddrs().map(String))
    const suffix = this.#options.transport === 'ws' ? (this.#options.wss ? '/tls/ws' : '/ws') : ''
    await this.#host.components.transportManager.listen([multiaddr('/ip4/127.0.0.1/tcp/0' + suffix)])
    return { address: this.#host.getMultiaddrs().map(String).find(address => !known.has(address)) }
  }

  async dial ({ address }, signal) {
    const started = performance.now()
    const connection = await this.#host.dial(multiaddr(address), { signal })
    return { ...this.#describe(connection), micros: streams.microsSince(started) }
  }

  async connection ({ peer }, signal) {
    await poll(signal, 'no connection', () => this.#connections(peer).length > 0)
    return this.#describe(this.#connections(peer)[0])
  }

  async ping ({ peer, count }, signal) {
    const micros = []
    while (micros.length < count) {
      micros.push(1000 * await this.#host.services.ping.ping(peerIdFromString(peer), { signal }))
    }
    return { micros }
  }

  async identify ({ peer }, signal) {
    await poll(signal, 'not identified', () => this.#identified.has(peer))
    const known = this.#identified.get(peer)
    return {
      agent: known.agentVersion,
      protocolVersion: known.protocolVersion,
      protocols: known.protocols,
      addresses: known.listenAddrs.map(String),
      observed: String(known.observedAddr),
      signedRecord: known.signedPeerRecord != null
    }
  }

  async handle ({ protocol }) {
    await this.#host.handle(protocol, serveEcho)
  }

  async awaitProtocol ({ peer, protocol }, signal) {
    const id = peerIdFromString(peer)
    await poll(signal, `${protocol} not announced`, async () =>
      (await this.#host.peerStore.get(id)).protocols.includes(protocol))
  }

  async open ({ peer, protocol }, signal) {
    const stream = await this.#newStream(peer, protocol, signal)
    await stream.close()
  }

  async echo ({ peer, count, bytes }, signal) {
    return streams.echo(() => this.#newStream(peer, ECHO, signal), count, bytes, signal)
  }

  async stall ({ peer, bytes }, signal) {
    const handle = this.#stalls.size + 1
    this.#stalls.set(handle, new streams.Stall(await this.#newStream(peer, STALL, signal), bytes))
    return { handle }
  }

  async stalled ({ handle }) {
    return { written: this.#stall(handle).written() }
  }

  async finish ({ handle }, signal) {
    return this.#stall(handle).finish(signal)
  }

  async release () {
    this.#release.resolve()
    this.#release = Promise.withResolvers()
  }

  async reset ({ peer }, signal) {
    return streams.reset(await this.#newStream(peer, RESET, signal), signal)
  }

  async perf ({ peer, upload, download }, signal) {
    return streams.perf(() => this.#newStream(peer, PERF, signal), upload, download)
  }

  async get (command, signal) {
    return http.get(this.#host.services.http, command, signal)
  }

  async post (command, signal) {
    return http.post(this.#host.services.http, command, signal)
  }

  // More hosts in this process.
  async receivers ({ count }) {
    const addresses = []
    for (let i = 0; i < count; i++) {
      const more = new Commands(await createHost(this.#options), this.#options)
      await more.serve()
      addresses.push((await more.listen()).address)
    }
    return { addresses }
  }

  async received () {
    return received
  }

  async writes (command, signal) {
    return load.writes(command, peer => this.#newStream(peer, SINK, signal))
  }

  async requests (command, signal) {
    return load.requests(command, peer => this.#newStream(peer, ECHO, signal))
  }

  async opens (command, signal) {
    return load.opens(command, peer => this.#newStream(peer, ECHO, signal))
  }

  async handshakes (command, signal) {
    return load.handshakes(command, async address => {
      const connection = await this.#host.dial(multiaddr(address), { signal })
      return { connection, stream: await connection.newStream(ECHO, { signal }) }
    })
  }

  async close ({ peer }) {
    await this.#host.hangUp(peerIdFromString(peer))
  }

  async awaitClosed ({ peer }, signal) {
    await poll(signal, 'still connected', () => this.#connections(peer).length === 0)
  }

  #connections (peer) {
    return this.#host.getConnections(peerIdFromString(peer)).filter(connection => connection.status === 'open')
  }

  #describe (connection) {
    return {
      peer: connection.remotePeer.toString(),
      security: connection.encryption,
      muxer: connection.multiplexer,
      earlyMuxer: isEarly(connection.remotePeer),
      inbound: connection.direction === 'inbound',
      count: this.#connections(connection.remotePeer.toString()).length
    }
  }

  async #newStream (peer, protocol, signal) {
    const [connection] = this.#connections(peer)
    if (connection == null) {
      throw new Error(`no connection to ${peer}`)
    }
    return connection.newStream(protocol, { signal, ...ECHO_STREAMS })
  }

  #stall (handle) {
    if (!this.#stalls.has(handle)) {
      throw new Error(`unknown handle: ${handle}`)
    }
    return this.#stalls.get(handle)
  }
}

const COMMANDS = new Set([
  'listen', 'dial', 'connection', 'ping', 'identify', 'handle', 'awaitProtocol', 'open', 'echo', 'stall', 'stalled',
  'finish', 'release', 'reset', 'perf', 'close', 'awaitClosed', 'receivers', 'received', 'writes', 'requests',
  'opens', 'handshakes', 'get', 'post'
])

async function poll (signal, complaint, done) {
  while (!await done()) {
    if (signal.aborted) {
      throw new Error(complaint)
    }
    await delay(POLL_MILLIS)
  }
}
