package main

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"io"

	"github.com/libp2p/go-libp2p/core/network"
	"github.com/libp2p/go-libp2p/core/protocol"
)

const (
	echoProtocol  protocol.ID = "/twine/echo/1"
	stallProtocol protocol.ID = "/twine/stall/1"
	resetProtocol protocol.ID = "/twine/reset/1"
	sinkProtocol  protocol.ID = "/twine/sink/1"
	perfProtocol  protocol.ID = "/perf/1.0.0"

	blockSize = 64 * 1024
)

func (p *peerHost) serve() {
	p.host.SetStreamHandler(echoProtocol, serveEcho)
	p.host.SetStreamHandler(stallProtocol, p.serveStall)
	p.host.SetStreamHandler(resetProtocol, serveReset)
	p.host.SetStreamHandler(sinkProtocol, p.serveSink)
	p.host.SetStreamHandler(perfProtocol, p.servePerf)
}

func serveEcho(s network.Stream) {
	if _, err := io.CopyBuffer(onlyWriter{s}, s, make([]byte, blockSize)); err != nil {
		s.Reset()
		return
	}
	s.Close()
}

// onlyWriter hides every other method, so that the copy uses the buffer it was given.
type onlyWriter struct{ io.Writer }

// serveStall reads nothing until the test says so, then everything, and answers with count and digest.
func (p *peerHost) serveStall(s network.Stream) {
	p.mu.Lock()
	release := p.release
	p.mu.Unlock()
	<-release
	digest := sha256.New()
	count, err := io.CopyBuffer(digest, s, make([]byte, blockSize))
	if err != nil {
		s.Reset()
		return
	}
	reply := binary.BigEndian.AppendUint64(nil, uint64(count))
	if _, err := s.Write(digest.Sum(reply)); err != nil {
		s.Reset()
		return
	}
	s.Close()
}

func serveReset(s network.Stream) {
	io.ReadFull(s, make([]byte, 1))
	s.Reset()
}

// serveSink compares what it reads with the pattern and answers the end with the count.
func (p *peerHost) serveSink(s network.Stream) {
	block := make([]byte, blockSize)
	count := uint64(0)
	for {
		length, err := s.Read(block)
		if !bytes.Equal(block[:length], patternAt(count, uint64(length))) {
			s.Reset()
			return
		}
		count += uint64(length)
		p.received.Add(uint64(length))
		if err == io.EOF {
			break
		}
		if err != nil {
			s.Reset()
			return
		}
	}
	if _, err := s.Write(binary.BigEndian.AppendUint64(nil, count)); err != nil {
		s.Reset()
		return
	}
	s.Close()
}

func (p *peerHost) servePerf(s network.Stream) {
	in := bufio.NewReaderSize(s, blockSize)
	var wanted [8]byte
	if _, err := io.ReadFull(in, wanted[:]); err != nil {
		s.Reset()
		return
	}
	uploaded, err := io.Copy(io.Discard, in)
	p.received.Add(uint64(uploaded))
	if err != nil {
		s.Reset()
		return
	}
	if err := writeZeros(s, binary.BigEndian.Uint64(wanted[:])); err != nil {
		s.Reset()
		return
	}
	s.Close()
}

func writeZeros(out io.Writer, count uint64) error {
	block := make([]byte, blockSize)
	for count > 0 {
		length := min(count, blockSize)
		if _, err := out.Write(block[:length]); err != nil {
			return err
		}
		count -= length
	}
	return nil
}
