package main

import (
	"encoding/binary"
	"errors"
	"fmt"
	"strconv"
	"syscall"
	"time"

	"github.com/libp2p/go-libp2p/core/network"
	"github.com/libp2p/go-libp2p/core/protocol"
	"github.com/multiformats/go-multiaddr"
)

const (
	broadcastProtocol protocol.ID = "/twine/bench/broadcast/1"

	// What every server of that benchmark may have on its way.
	broadcastUnits     = 1024
	broadcastUnitBytes = 4 << 10

	lengthBytes   = 4
	sequenceBytes = 8
	// spread is 2^64 divided by the golden ratio: it leads neighbours to places far apart.
	spread = 0x9E3779B97F4A7C15
)

// broadcast is the sender of a benchmark: its receivers open a stream each, and every message is written to
// every stream. Guarded by peerHost.mu, but for what a run of it owns.
type broadcast struct {
	address  fields
	streams  []network.Stream
	sequence uint64
	window   *window
	results  chan error
}

// broadcastStatus listens when it is asked for the first time.
func (p *peerHost) broadcastStatus() (fields, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	b := &p.broadcast
	if b.address == nil {
		address, err := p.listenForReceivers()
		if err != nil {
			return nil, err
		}
		b.address = address
	}
	if b.window != nil && b.window.failed() {
		return nil, errors.New("a receiver is gone")
	}
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		return nil, err
	}
	return fields{
		"endpoints": []fields{b.address},
		"receivers": len(b.streams),
		"sequence":  b.sequence,
		"nanos":     time.Now().UnixNano(),
		"cpuNanos":  usage.Utime.Nano() + usage.Stime.Nano(),
	}, nil
}

func (p *peerHost) listenForReceivers() (fields, error) {
	p.host.SetStreamHandler(broadcastProtocol, func(s network.Stream) {
		p.mu.Lock()
		defer p.mu.Unlock()
		p.broadcast.streams = append(p.broadcast.streams, s)
	})
	listening, err := p.listen()
	if err != nil {
		return nil, err
	}
	address, err := multiaddr.NewMultiaddr(listening["address"].(string))
	if err != nil {
		return nil, err
	}
	host, err := address.ValueForProtocol(multiaddr.P_IP4)
	if err != nil {
		return nil, err
	}
	text, err := address.ValueForProtocol(multiaddr.P_TCP)
	if err != nil {
		return nil, err
	}
	port, err := strconv.Atoi(text)
	return fields{"wire": "LIBP2P_STREAM", "host": host, "port": port, "nodeId": p.host.ID().String()}, err
}

// startBroadcast sends messages of that size until told to stop.
func (p *peerHost) startBroadcast(size uint64) (fields, error) {
	if size < sequenceBytes || size > maxWrite {
		return nil, fmt.Errorf("size out of range: %d: %d to %d", size, sequenceBytes, maxWrite)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	b := &p.broadcast
	if b.window != nil {
		return nil, errors.New("it is sending already")
	}
	units := (size + broadcastUnitBytes - 1) / broadcastUnitBytes
	w := openWindow(len(b.streams), broadcastUnits/units)
	b.window = w
	b.results = make(chan error, len(b.streams))
	for row, s := range b.streams {
		go func(first uint64) { b.results <- writeMessages(s, first, size, w, row) }(b.sequence)
	}
	return nil, nil
}

// stopBroadcast returns when every stream has been written the same messages.
func (p *peerHost) stopBroadcast() (fields, error) {
	p.mu.Lock()
	w, results, streams := p.broadcast.window, p.broadcast.results, len(p.broadcast.streams)
	p.mu.Unlock()
	if w == nil {
		return nil, errors.New("it is not sending")
	}
	w.end()
	var all error
	for range streams {
		all = errors.Join(all, <-results)
	}
	if all != nil {
		return nil, all
	}
	p.mu.Lock()
	p.broadcast.sequence += w.granted
	p.broadcast.window = nil
	p.mu.Unlock()
	return p.broadcastStatus()
}

// writeMessages writes each message as one would without knowing of a benchmark: one by one, when it is there.
func writeMessages(s network.Stream, first, size uint64, w *window, row int) error {
	frame := make([]byte, lengthBytes+size)
	binary.BigEndian.PutUint32(frame, uint32(size))
	messages := uint64(0)
	for granted := w.await(messages); messages < granted; granted = w.await(messages) {
		for ; messages < granted; messages++ {
			sequence := first + messages
			binary.BigEndian.PutUint64(frame[lengthBytes:], sequence)
			copy(frame[lengthBytes+sequenceBytes:], patternAt(sequence*spread>>48, size-sequenceBytes))
			if _, err := s.Write(frame); err != nil {
				w.fail()
				return err
			}
		}
		w.advance(row, messages)
	}
	return nil
}
