// Command peer is a go-libp2p host that a test drives with lines of JSON; ../../README.md has the protocol.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"sync"
	"sync/atomic"
)

// maxLine bounds one command.
const maxLine = 1 << 20

type fields = map[string]any

var stdout sync.Mutex

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run() error {
	if len(os.Args) != 2 {
		return fmt.Errorf("usage: peer OPTIONS, one JSON object")
	}
	var options options
	if err := json.Unmarshal([]byte(os.Args[1]), &options); err != nil {
		return fmt.Errorf("options: %w", err)
	}
	peer, err := newPeer(options, new(atomic.Uint64))
	if err != nil {
		return err
	}
	answer(fields{"event": "ready", "peer": peer.host.ID().String(), "library": libraryVersion()})
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(make([]byte, 64*1024), maxLine)
	for lines.Scan() {
		var command command
		if err := json.Unmarshal(lines.Bytes(), &command); err != nil {
			return fmt.Errorf("command: %w", err)
		}
		if command.Do == "quit" {
			break
		}
		go respond(peer, command)
	}
	return peer.host.Close()
}

// respond runs one command; commands run beside each other and answer when they are done.
func respond(p *peerHost, c command) {
	ctx, cancel := context.WithTimeout(context.Background(), c.deadline())
	defer cancel()
	result, err := p.execute(ctx, c)
	if err != nil {
		answer(fields{"id": c.ID, "ok": false, "error": err.Error()})
		return
	}
	if result == nil {
		result = fields{}
	}
	result["id"] = c.ID
	result["ok"] = true
	answer(result)
}

func answer(message fields) {
	line, err := json.Marshal(message)
	if err != nil {
		panic(err) // only maps of plain values come here
	}
	stdout.Lock()
	defer stdout.Unlock()
	os.Stdout.Write(append(line, '\n'))
}
