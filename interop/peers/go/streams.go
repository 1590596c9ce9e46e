package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"hash"
	"io"
	"sync/atomic"
	"time"

	"github.com/libp2p/go-libp2p/core/network"
	"github.com/libp2p/go-libp2p/core/peer"
	"github.com/libp2p/go-libp2p/core/protocol"
)

func (p *peerHost) newStream(ctx context.Context, remote peer.ID, id protocol.ID) (network.Stream, error) {
	s, err := p.host.NewStream(network.WithNoDial(ctx, "test"), remote, id)
	if err != nil {
		return nil, err
	}
	if deadline, ok := ctx.Deadline(); ok {
		s.SetDeadline(deadline)
	}
	return s, nil
}

// pattern yields bytes that differ from block to block and from stream to stream.
type pattern struct {
	block  []byte
	blocks uint64
	digest hash.Hash
}

func newPattern() *pattern {
	block := make([]byte, blockSize)
	rand.Read(block)
	return &pattern{block: block, digest: sha256.New()}
}

func (p *pattern) next(length uint64) []byte {
	binary.BigEndian.PutUint64(p.block, p.blocks)
	p.blocks++
	part := p.block[:min(length, blockSize)]
	p.digest.Write(part)
	return part
}

// writeTo writes count bytes and counts them as the stream takes them.
func (p *pattern) writeTo(out io.Writer, count uint64, written *atomic.Uint64) error {
	for left := count; left > 0; {
		part := p.next(left)
		if _, err := out.Write(part); err != nil {
			return err
		}
		left -= uint64(len(part))
		written.Add(uint64(len(part)))
	}
	return nil
}

// echo holds count streams open at once: each has had an answer to its first byte before any goes on.
func (p *peerHost) echo(ctx context.Context, remote peer.ID, count int, size uint64) (fields, error) {
	started := time.Now()
	opened := make(chan error, count)
	proceed := make(chan struct{})
	finished := make(chan error, count)
	for range count {
		go func() { finished <- p.echoOne(ctx, remote, size, opened, proceed) }()
	}
	for range count {
		select {
		case <-opened:
		case err := <-finished:
			return nil, fmt.Errorf("before all streams were open: %w", err)
		}
	}
	close(proceed)
	for range count {
		if err := <-finished; err != nil {
			return nil, err
		}
	}
	return fields{"streams": count, "bytes": uint64(count) * size, "micros": time.Since(started).Microseconds()}, nil
}

func (p *peerHost) echoOne(
	ctx context.Context, remote peer.ID, size uint64, opened chan<- error, proceed <-chan struct{},
) error {
	s, err := p.newStream(ctx, remote, echoProtocol)
	if err != nil {
		return err
	}
	defer s.Reset()
	first := []byte{42}
	if _, err := s.Write(first); err != nil {
		return err
	}
	if _, err := io.ReadFull(s, first); err != nil || first[0] != 42 {
		return fmt.Errorf("first byte %d: %w", first[0], err)
	}
	opened <- nil
	select {
	case <-proceed:
	case <-ctx.Done():
		return ctx.Err()
	}
	sent := newPattern()
	write := make(chan error, 1)
	go func() {
		err := sent.writeTo(s, size, new(atomic.Uint64))
		if err == nil {
			err = s.CloseWrite()
		}
		write <- err
	}()
	received := sha256.New()
	length, err := io.CopyBuffer(received, s, make([]byte, blockSize))
	if err != nil {
		return err
	}
	if err := <-write; err != nil {
		return err
	}
	if !bytes.Equal(sent.digest.Sum(nil), received.Sum(nil)) {
		return fmt.Errorf("the echo differs: %d of %d bytes", length, size)
	}
	return nil
}

// stall is a stream whose reader does not read yet.
type stall struct {
	stream  network.Stream
	written atomic.Uint64
	sent    *pattern
	done    chan error
}

func (p *peerHost) stall(ctx context.Context, remote peer.ID, size uint64) (fields, error) {
	s, err := p.newStream(ctx, remote, stallProtocol)
	if err != nil {
		return nil, err
	}
	s.SetDeadline(time.Time{}) // it outlives this command
	st := &stall{stream: s, sent: newPattern(), done: make(chan error, 1)}
	go func() {
		err := st.sent.writeTo(s, size, &st.written)
		if err == nil {
			err = s.CloseWrite()
		}
		st.done <- err
	}()
	p.mu.Lock()
	defer p.mu.Unlock()
	p.nextStall++
	p.stalls[p.nextStall] = st
	return fields{"handle": p.nextStall}, nil
}

func (p *peerHost) findStall(handle int64) (*stall, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if st, ok := p.stalls[handle]; ok {
		return st, nil
	}
	return nil, fmt.Errorf("unknown handle: %d", handle)
}

func (p *peerHost) stalled(handle int64) (fields, error) {
	st, err := p.findStall(handle)
	if err != nil {
		return nil, err
	}
	return fields{"written": st.written.Load()}, nil
}

func (p *peerHost) finish(ctx context.Context, handle int64) (fields, error) {
	st, err := p.findStall(handle)
	if err != nil {
		return nil, err
	}
	defer st.stream.Reset()
	select {
	case err := <-st.done:
		if err != nil {
			return nil, err
		}
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	deadline, _ := ctx.Deadline()
	st.stream.SetDeadline(deadline)
	reply, err := io.ReadAll(st.stream)
	if err != nil {
		return nil, err
	}
	wanted := st.sent.digest.Sum(binary.BigEndian.AppendUint64(nil, st.written.Load()))
	if !bytes.Equal(wanted, reply) {
		return nil, errors.New("count or digest differs")
	}
	return fields{"written": st.written.Load()}, nil
}

func (p *peerHost) reset(ctx context.Context, remote peer.ID) (fields, error) {
	s, err := p.newStream(ctx, remote, resetProtocol)
	if err != nil {
		return nil, err
	}
	defer s.Reset()
	if _, err := s.Write([]byte{1}); err != nil {
		return nil, err
	}
	if _, err = s.Read(make([]byte, 1)); err == nil || err == io.EOF {
		return nil, fmt.Errorf("no reset: %v", err)
	}
	return fields{"error": err.Error()}, nil
}

func (p *peerHost) perf(ctx context.Context, remote peer.ID, upload, download uint64) (fields, error) {
	started := time.Now()
	s, err := p.newStream(ctx, remote, perfProtocol)
	if err != nil {
		return nil, err
	}
	defer s.Reset()
	if _, err := s.Write(binary.BigEndian.AppendUint64(nil, download)); err != nil {
		return nil, err
	}
	if err := writeZeros(s, upload); err != nil {
		return nil, err
	}
	if err := s.CloseWrite(); err != nil {
		return nil, err
	}
	uploaded := time.Now()
	received, err := io.CopyBuffer(onlyWriter{io.Discard}, s, make([]byte, blockSize))
	if err != nil {
		return nil, err
	}
	if uint64(received) != download {
		return nil, fmt.Errorf("%d bytes instead of %d", received, download)
	}
	return fields{
		"uploadMicros": uploaded.Sub(started).Microseconds(),
		"micros":       time.Since(started).Microseconds(),
	}, nil
}
