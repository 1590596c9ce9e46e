import { readFileSync } from 'node:fs'
import { generateKeyPair } from '@libp2p/crypto/keys'
import { identify, identifyPush } from '@libp2p/identify'
import { noise } from '@libp2p/noise'
import { ping } from '@libp2p/ping'
import { tcp } from '@libp2p/tcp'
import { tls } from '@libp2p/tls'
import { webSockets } from '@libp2p/websockets'
import { yamux } from '@libp2p/yamux'
import { createLibp2p } from 'libp2p'

const TRANSPORTS = { tcp, ws: webSockets }
const SECURITY = { noise, tls }

// The default of five connections a second from one address is too few for tests on loopback.
const CONNECTIONS_PER_SECOND = 1000

export async function createHost ({ transport, security, earlyMuxer, key }) {
  const encrypter = choose('security', SECURITY, security)()
  return createLibp2p({
    privateKey: await newKey(key),
    addresses: { listen: [] },
    transports: [choose('transport', TRANSPORTS, transport)()],
    connectionEncrypters: [earlyMuxer ? encrypter : withoutEarlyMuxer(encrypter)],
    streamMuxers: [yamux()],
    connectionManager: { inboundConnectionThreshold: CONNECTIONS_PER_SECOND },
    connectionMonitor: { enabled: false },
    nodeInfo: { userAgent: 'twine-interop-js' },
    services: { identify: identify(), identifyPush: identifyPush(), ping: ping() }
  })
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

// There is no option for it, except one that each encrypter takes for each connection.
function withoutEarlyMuxer (create) {
  return components => {
    const encrypter = create(components)
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
