// A js-libp2p host that a test drives with lines of JSON; ../../README.md has the protocol.
import './node20.js'
import { createInterface } from 'node:readline'
import { Commands } from './commands.js'
import { createHost, libraryVersion } from './host.js'

function answer (message) {
  process.stdout.write(JSON.stringify(message) + '\n')
}

// Commands run beside each other and answer when they are done.
async function respond (commands, command) {
  try {
    answer({ ...await commands.execute(command), id: command.id, ok: true })
  } catch (error) {
    answer({ id: command.id, ok: false, error: describe(error) })
  }
}

function describe (error) {
  if (!(error instanceof Error)) {
    return String(error?.message ?? error?.type ?? error)
  }
  const inner = (error.errors ?? []).map(describe).concat(error.cause ? [describe(error.cause)] : [])
  return [`${error.name}: ${error.message}`, ...inner].join(' <- ')
}

// A stream that dies under its handler must not end the process; the test sees it from the other end.
process.on('unhandledRejection', error => console.error('unhandled', error))

if (process.argv.length !== 3) {
  console.error('usage: main.js OPTIONS, one JSON object')
  process.exit(1)
}
const options = JSON.parse(process.argv[2])
const host = await createHost(options)
const commands = new Commands(host, options)
await commands.serve()
answer({ event: 'ready', peer: host.peerId.toString(), library: libraryVersion() })

for await (const line of createInterface({ input: process.stdin })) {
  const command = JSON.parse(line)
  if (command.do === 'quit') {
    break
  }
  respond(commands, command)
}
await host.stop()
process.exit(0)
