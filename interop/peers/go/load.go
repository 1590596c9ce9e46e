package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"sync/atomic"
	"time"

	"github.com/libp2p/go-libp2p/core/network"
	"github.com/libp2p/go-libp2p/core/peer"
	"github.com/libp2p/go-libp2p/core/peerstore"
	"github.com/multiformats/go-multistream"
)

// receivers makes more hosts in this process and returns where they listen.
func (p *peerHost) receivers(count int) (fields, error) {
	addresses := []string{}
	for range count {
		more, err := newPeer(p.options, p.received)
		if err != nil {
			return nil, err
		}
		listening, err := more.listen()
		if err != nil {
			return nil, err
		}
		addresses = append(addresses, listening["address"].(string))
	}
	return fields{"addresses": addresses}, nil
}

// measured runs work until the command's duration is over and reports how much that was.
func measured(c command, work func(end time.Time) (uint64, error)) (fields, error) {
	started := time.Now()
	count, err := work(started.Add(time.Duration(c.DurationMillis) * time.Millisecond))
	if err != nil {
		return nil, err
	}
	return fields{"count": count, "micros": time.Since(started).Microseconds()}, nil
}

// writes sends the same messages to every peer; the receivers compare and count them.
func (p *peerHost) writes(ctx context.Context, c command) (fields, error) {
	return measured(c, func(end time.Time) (uint64, error) {
		window := newWindow(len(c.Peers), c.Bytes, end)
		err := inParallel(len(c.Peers), func(row int) error {
			remote, err := peer.Decode(c.Peers[row])
			if err == nil {
				err = p.writeOne(ctx, remote, c.Bytes, window, row)
			}
			if err != nil {
				window.fail()
			}
			return err
		})
		return window.granted, err
	})
}

func (p *peerHost) writeOne(ctx context.Context, remote peer.ID, size uint64, w *window, row int) error {
	s, err := p.newStream(ctx, remote, sinkProtocol)
	if err != nil {
		return err
	}
	defer s.Reset()
	messages := uint64(0)
	for granted := w.await(messages); messages < granted; granted = w.await(messages) {
		for ; messages < granted; messages++ {
			if _, err := s.Write(patternAt(messages*size, size)); err != nil {
				return err
			}
		}
		w.advance(row, messages)
	}
	if err := s.CloseWrite(); err != nil {
		return err
	}
	reply, err := io.ReadAll(s)
	if err != nil {
		return err
	}
	if len(reply) != 8 || binary.BigEndian.Uint64(reply) != messages*size {
		return fmt.Errorf("the receiver did not count %d bytes", messages*size)
	}
	return nil
}

// requests keeps a number of them under way on one stream; what is written waits for no more than a turn.
func (p *peerHost) requests(ctx context.Context, remote peer.ID, c command) (fields, error) {
	return measured(c, func(end time.Time) (uint64, error) {
		s, err := p.newStream(ctx, remote, echoProtocol)
		if err != nil {
			return 0, err
		}
		defer s.Reset()
		free := make(chan struct{}, c.Count)
		for range c.Count {
			free <- struct{}{}
		}
		var sent atomic.Uint64
		write := make(chan error, 1)
		go func() { write <- writeRequests(s, c.Bytes, free, &sent, end) }()
		received, err := readEchoes(s, c.Bytes, free)
		if err != nil {
			return 0, err
		}
		if err := <-write; err != nil {
			return 0, err
		}
		if received != sent.Load()*c.Bytes {
			return 0, fmt.Errorf("%d of %d bytes came back", received, sent.Load()*c.Bytes)
		}
		return sent.Load(), nil
	})
}

func writeRequests(s network.Stream, size uint64, free <-chan struct{}, sent *atomic.Uint64, end time.Time) error {
	out := bufio.NewWriterSize(s, blockSize)
	for time.Now().Before(end) {
		select {
		case <-free:
		default:
			if err := out.Flush(); err != nil {
				return err
			}
			<-free
		}
		if _, err := out.Write(patternAt(sent.Load()*size, size)); err != nil {
			return err
		}
		sent.Add(1)
	}
	if err := out.Flush(); err != nil {
		return err
	}
	return s.CloseWrite()
}

func readEchoes(s network.Stream, size uint64, free chan<- struct{}) (uint64, error) {
	block := make([]byte, blockSize)
	received, done := uint64(0), uint64(0)
	for {
		length, err := s.Read(block)
		if !bytes.Equal(block[:length], patternAt(received, uint64(length))) {
			return 0, fmt.Errorf("the echo differs after %d bytes", received)
		}
		received += uint64(length)
		for ; done < received/size; done++ {
			free <- struct{}{}
		}
		if err == io.EOF {
			return received, nil
		}
		if err != nil {
			return 0, err
		}
	}
}

// opens opens streams, sends a few bytes and the end on each, and waits until both are back.
func (p *peerHost) opens(ctx context.Context, remote peer.ID, c command) (fields, error) {
	return measured(c, func(end time.Time) (uint64, error) {
		var number atomic.Uint64
		err := inParallel(c.Count, func(int) error {
			for first := true; first || time.Now().Before(end); first = false {
				s, err := p.newStream(ctx, remote, echoProtocol)
				if err != nil {
					return err
				}
				if err := oneEcho(s, s, (number.Add(1)-1)*c.Bytes, c.Bytes); err != nil {
					return err
				}
			}
			return nil
		})
		return number.Load(), err
	})
}

func oneEcho(s network.Stream, negotiating io.ReadWriter, position, size uint64) error {
	defer s.Reset()
	wanted := patternAt(position, size)
	if _, err := negotiating.Write(wanted); err != nil {
		return err
	}
	if err := s.CloseWrite(); err != nil {
		return err
	}
	received, err := io.ReadAll(negotiating)
	if err != nil {
		return err
	}
	if !bytes.Equal(received, wanted) {
		return fmt.Errorf("the echo differs: %d of %d bytes", len(received), size)
	}
	return s.Close()
}

// handshakes dials, has a few bytes come back, and closes. It does not wait for identify, which runs beside it.
func (p *peerHost) handshakes(ctx context.Context, c command) (fields, error) {
	return measured(c, func(end time.Time) (uint64, error) {
		var number atomic.Uint64
		err := inParallel(len(c.Addresses), func(row int) error {
			info, err := peer.AddrInfoFromString(c.Addresses[row])
			if err != nil {
				return err
			}
			p.host.Peerstore().AddAddrs(info.ID, info.Addrs, peerstore.PermanentAddrTTL)
			for first := true; first || time.Now().Before(end); first = false {
				if err := p.handshake(ctx, info.ID, (number.Add(1)-1)*c.Bytes, c.Bytes); err != nil {
					return err
				}
			}
			return nil
		})
		return number.Load(), err
	})
}

func (p *peerHost) handshake(ctx context.Context, remote peer.ID, position, size uint64) error {
	conn, err := p.host.Network().DialPeer(ctx, remote)
	if err != nil {
		return err
	}
	s, err := conn.NewStream(ctx)
	if err != nil {
		return err
	}
	if err := oneEcho(s, multistream.NewMSSelect(s, echoProtocol), position, size); err != nil {
		return err
	}
	return conn.Close()
}

// inParallel runs all rows and returns what went wrong in any.
func inParallel(rows int, run func(row int) error) error {
	results := make(chan error, rows)
	for row := range rows {
		go func() { results <- run(row) }()
	}
	var all error
	for range rows {
		all = errors.Join(all, <-results)
	}
	return all
}
