import { readFileSync } from 'node:fs'
import { generateKeyPair } from '@libp2p/crypto/keys'
import { http } from '@libp2p/http'
import { identify, identifyPush } from '@libp2p/identify'
import { noise } from '@libp2p/noise'
import { ping } from '@libp2p/ping'
import { tcp } from '@libp2p/tcp'
import { tls } from '@libp2p/tls'
import { webSockets } from '@libp2p/websockets'
import { yamux } from '@libp2p/yamux'
import { createLibp2p } from 'libp2p'
import { WebSocket } from 'ws'

const TRANSPORTS = { tcp, ws: webSockets }
const SECURITY = { noise, tls }

// The default of five connections a second from one address is too few for tests on loopback.
const CONNECTIONS_PER_SECOND = 1000

// The peers with which the multiplexer was agreed upon in the handshake last time: a connection does not tell.
const early = new Set()

export function isEarly (peer) {
  return early.has(peer.toString())
}

export async function createHost ({ transport, security, earlyMuxer, key, wss }) {
  const encrypter = choose('security', SECURITY, security)()
  return createLibp2p({
    privateKey: await newKey(key),
    addresses: { listen: [] },
    transports: [choose('transport', TRANSPORTS, transport)(wss && overTls(wss))],
    connectionEncrypters: [watched(earlyMuxer ? encrypter : withoutEarlyMuxer(encrypter))],
    streamMuxers: [yamux()],
    connectionManager: { inboundConnectionThreshold: CONNECTIONS_PER_SECOND },
    connectionMonitor: { enabled: false },
    nodeInfo: { userAgent: 'twine-interop-js' },
    services: { http: http(), identify: identify(), identifyPush: identifyPush(), ping: ping() }
  })
}

// The dialler takes no option: it uses whatever is the global WebSocket.
function overTls ({ certificate, key, root }) {
  const ca = pem('CERTIFICATE', root)
  globalThis.WebSocket = class extends WebSocket {
    constructor (address) {
      super(address, { ca })
    }
  }
  return { https: { cert: pem('CERTIFICATE', certificate), key: pem('PRIVATE KEY', key) } }
}

function pem (what, hex) {
  const lines = Buffer.from(hex, 'hex').toString('base64').match(/.{1,64}/g)
  return [`-----BEGIN ${what}-----`, ...lines, `-----END ${what}-----`, ''].join('\n')
}

function choose (what, table, name) {
  if (!(name in table)) {
    throw new Error(`unknown ${what}: ${name}`)
  }
  return table[name]
}

async function newKey (type) {
  const names = { ed25519: 'Ed25519', secp256k1: 'secp256k1', rsa: 'RSA' }
  return generateKeyPair(choose('key type', names, type))
}

function watched (create) {
  return components => {
    const encrypter = create(components)
    const see = secured => {
      early[secured.streamMuxer == null ? 'delete' : 'add'](secured.remotePeer.toString())
      return secured
    }
    return {
      protocol: encrypter.protocol,
      secureInbound: async (connection, options) => see(await encrypter.secureInbound(connection, options)),
      secureOutbound: async (connection, options) => see(await encrypter.secureOutbound(connection, options))
    }
  }
}

// There is an option that each encrypter takes for each connection, but TLS looks at it as a client only: so it is told
// of no muxers either.
function withoutEarlyMuxer (create) {
  return components => {
    const encrypter = create(new Proxy(components, {
      get: (target, name) => name === 'upgrader' ? { getStreamMuxers: () => new Map() } : target[name]
    }))
    const off = options => ({ ...options, skipStreamMuxerNegotiation: true })
    return {
      protocol: encrypter.protocol,
      secureInbound: async (connection, options) =>
        ({ ...await encrypter.secureInbound(connection, off(options)), streamMuxer: undefined }),
      secureOutbound: async (connection, options) =>
        ({ ...await encrypter.secureOutbound(connection, off(options)), streamMuxer: undefined })
    }
  }
}

export function libraryVersion () {
  const manifest = new URL('./node_modules/libp2p/package.json', import.meta.url)
  return `js-libp2p ${JSON.parse(readFileSync(manifest, 'utf8')).version}`
}
