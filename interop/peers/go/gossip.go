package main

import (
	"bytes"
	"context"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"

	"github.com/libp2p/go-libp2p/core/network"
	"github.com/libp2p/go-libp2p/core/peer"
	"github.com/libp2p/go-libp2p/core/protocol"
)

const (
	gossipWithMetainfo protocol.ID = "/algorand-ws/2.2.0"
	gossipOfOneByte    protocol.ID = "/algorand-ws/1.0.0"

	maxFrame  = 6<<20 + 2
	tagLength = 2
)

// gossip is what this host does of go-algorand's protocol on streams.
type gossip struct {
	mu       sync.Mutex
	network  string
	protocol protocol.ID
	sessions map[peer.ID]*gossipSession
}

// gossipSession is one stream after its handshake, and what it brought.
type gossipSession struct {
	stream   network.Stream
	metainfo map[string][]string
	heard    []string
	ended    bool
}

// serveGossip speaks one version of the protocol from now on.
func (p *peerHost) serveGossip(c command) (fields, error) {
	g := &p.gossip
	g.mu.Lock()
	g.network, g.protocol, g.sessions = c.Network, protocol.ID(c.Protocol), map[peer.ID]*gossipSession{}
	g.mu.Unlock()
	for _, known := range []protocol.ID{gossipWithMetainfo, gossipOfOneByte} {
		p.host.RemoveStreamHandler(known)
	}
	p.host.SetStreamHandler(protocol.ID(c.Protocol), func(s network.Stream) {
		if err := p.beginGossip(s); err != nil {
			s.Reset()
		}
	})
	return nil, nil
}

// meet waits for a session with a connected peer, whose stream the lower of the two IDs opens.
func (p *peerHost) meet(ctx context.Context, remote peer.ID) (fields, error) {
	if _, err := p.connection(ctx, remote); err != nil {
		return nil, err
	}
	if bytes.Compare([]byte(p.host.ID()), []byte(remote)) < 0 {
		s, err := p.host.NewStream(network.WithNoDial(ctx, "test"), remote, p.gossip.protocol)
		if err != nil {
			return nil, err
		}
		if err := p.beginGossip(s); err != nil {
			s.Reset()
			return nil, err
		}
	}
	var session *gossipSession
	if err := poll(ctx, "no gossip stream", func() bool {
		session = p.gossip.of(remote)
		return session != nil
	}); err != nil {
		return nil, err
	}
	return fields{"protocol": string(session.stream.Protocol()), "metainfo": session.metainfo}, nil
}

// say sends a message as go-algorand does: the length and the rest in two writes.
func (p *peerHost) say(remote peer.ID, c command) (fields, error) {
	session := p.gossip.of(remote)
	body, err := hex.DecodeString(c.Body)
	if session == nil || err != nil {
		return nil, fmt.Errorf("no session with %s, or not a body: %v", remote, err)
	}
	message := append([]byte(c.Tag), body...)
	if _, err := session.stream.Write(binary.BigEndian.AppendUint32(nil, uint32(len(message)))); err != nil {
		return nil, err
	}
	_, err = session.stream.Write(message)
	return nil, err
}

// hear waits for a message that begins with that tag, and tells all tags that came.
func (p *peerHost) hear(ctx context.Context, remote peer.ID, tag string) (fields, error) {
	var found string
	tags := []string{}
	err := poll(ctx, "nothing of "+tag, func() bool {
		p.gossip.mu.Lock()
		defer p.gossip.mu.Unlock()
		session := p.gossip.sessions[remote]
		if session == nil {
			return false
		}
		tags = tags[:0]
		found = ""
		for _, message := range session.heard {
			tags = append(tags, message[:tagLength])
			if strings.HasPrefix(message, tag) {
				found = message
			}
		}
		return found != ""
	})
	if err != nil {
		return nil, err
	}
	return fields{"body": hex.EncodeToString([]byte(found[tagLength:])), "tags": tags}, nil
}

func (p *peerHost) gossipEnded(ctx context.Context, remote peer.ID) (fields, error) {
	return nil, poll(ctx, "the session goes on", func() bool {
		p.gossip.mu.Lock()
		defer p.gossip.mu.Unlock()
		session := p.gossip.sessions[remote]
		return session == nil || session.ended
	})
}

// beginGossip shakes hands, whoever opened the stream: the end that dialled speaks first.
func (p *peerHost) beginGossip(s network.Stream) error {
	session := &gossipSession{stream: s}
	dialled := s.Conn().Stat().Direction == network.DirOutbound
	var err error
	if s.Protocol() == gossipOfOneByte {
		err = oneByte(s, dialled)
	} else if session.metainfo, err = p.exchangeMetainfo(s, dialled); err != nil {
		err = fmt.Errorf("metainfo: %w", err)
	}
	if err != nil {
		return err
	}
	p.gossip.mu.Lock()
	p.gossip.sessions[s.Conn().RemotePeer()] = session
	p.gossip.mu.Unlock()
	go p.readGossip(session)
	return nil
}

// oneByte goes from the end that dialled to the other, and nothing goes back.
func oneByte(s network.Stream, dialled bool) error {
	if dialled {
		_, err := s.Write([]byte{'1'})
		return err
	}
	_, err := io.ReadFull(s, make([]byte, 1))
	return err
}

func (p *peerHost) exchangeMetainfo(s network.Stream, dialled bool) (map[string][]string, error) {
	own := p.gossip.metainfo()
	message := append(binary.BigEndian.AppendUint16(nil, uint16(len(own))), own...)
	if dialled {
		if _, err := s.Write(message); err != nil {
			return nil, err
		}
	}
	var length [2]byte
	if _, err := io.ReadFull(s, length[:]); err != nil {
		return nil, err
	}
	theirs := make([]byte, binary.BigEndian.Uint16(length[:]))
	if _, err := io.ReadFull(s, theirs); err != nil {
		return nil, err
	}
	if !dialled {
		if _, err := s.Write(message); err != nil {
			return nil, err
		}
	}
	return parseMetainfo(theirs)
}

// readGossip keeps what comes, a length and so many bytes, until the stream ends.
func (p *peerHost) readGossip(session *gossipSession) {
	for {
		message, err := readFrame(session.stream)
		p.gossip.mu.Lock()
		if err == nil {
			session.heard = append(session.heard, string(message))
		} else {
			session.ended = true
		}
		p.gossip.mu.Unlock()
		if err != nil {
			session.stream.Reset()
			return
		}
	}
}

func readFrame(s network.Stream) ([]byte, error) {
	var length [4]byte
	if _, err := io.ReadFull(s, length[:]); err != nil {
		return nil, err
	}
	size := binary.BigEndian.Uint32(length[:])
	if size < tagLength || size > maxFrame {
		return nil, errors.New("a frame of another size")
	}
	message := make([]byte, size)
	_, err := io.ReadFull(s, message)
	return message, err
}

func (g *gossip) of(remote peer.ID) *gossipSession {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.sessions[remote]
}

// metainfo is msgpack: a map of header names, in order, to lists of one value.
func (g *gossip) metainfo() []byte {
	headers := [][2]string{
		{"X-Algorand-Accept-Version", "2.2"},
		{"X-Algorand-Genesis", g.network},
		{"X-Algorand-Instancename", ""},
		{"X-Algorand-Peer-Features", "ppzstd"},
		{"X-Algorand-Telid", ""},
		{"X-Algorand-Version", "2.2"},
	}
	out := []byte{0x80 | byte(len(headers))}
	for _, header := range headers {
		out = append(out, 0xa0|byte(len(header[0])))
		out = append(out, header[0]...)
		out = append(out, 0x91, 0xa0|byte(len(header[1])))
		out = append(out, header[1]...)
	}
	return out
}

// parseMetainfo reads the same, of up to fifteen short names: a test sends no others.
func parseMetainfo(in []byte) (map[string][]string, error) {
	fail := errors.New("not a map of lists of text")
	next := func(mask, kind byte, of int) int {
		if len(in) == 0 || in[0]&mask != kind {
			return -1
		}
		n := int(in[0] &^ mask)
		if in = in[1:]; len(in) < n*of {
			return -1
		}
		return n
	}
	text := func() (string, bool) {
		n := next(0xe0, 0xa0, 1)
		if n < 0 {
			return "", false
		}
		result := string(in[:n])
		in = in[n:]
		return result, true
	}
	headers := map[string][]string{}
	keys, last := next(0xf0, 0x80, 0), ""
	for ; keys > 0; keys-- {
		name, ok := text()
		values := next(0xf0, 0x90, 0)
		if !ok || values < 0 || name <= last {
			return nil, fail
		}
		last = name
		for ; values > 0; values-- {
			value, ok := text()
			if !ok {
				return nil, fail
			}
			headers[name] = append(headers[name], value)
		}
	}
	if keys < 0 || len(in) > 0 {
		return nil, fail
	}
	return headers, nil
}
