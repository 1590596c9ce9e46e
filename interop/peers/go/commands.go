package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/libp2p/go-libp2p/core/event"
	"github.com/libp2p/go-libp2p/core/network"
	"github.com/libp2p/go-libp2p/core/peer"
	"github.com/libp2p/go-libp2p/core/protocol"
	"github.com/libp2p/go-libp2p/p2p/protocol/ping"
	"github.com/multiformats/go-multiaddr"
)

const (
	defaultDeadline = 20 * time.Second
	pollInterval    = 5 * time.Millisecond
)

type command struct {
	ID       int64  `json:"id"`
	Do       string `json:"do"`
	Millis   int64  `json:"millis"`
	Address  string `json:"address"`
	Peer     string `json:"peer"`
	Protocol string `json:"protocol"`
	Count    int    `json:"count"`
	Bytes    uint64 `json:"bytes"`
	Upload   uint64 `json:"upload"`
	Download uint64 `json:"download"`
	Handle   int64  `json:"handle"`
	Path     string `json:"path"`
	Network  string `json:"network"`
	Tag      string `json:"tag"`
	Body     string `json:"body"`
	Size     uint64 `json:"size"`

	DurationMillis int64    `json:"durationMillis"`
	Peers          []string `json:"peers"`
	Addresses      []string `json:"addresses"`
}

func (c command) deadline() time.Duration {
	if c.Millis > 0 {
		return time.Duration(c.Millis) * time.Millisecond
	}
	return defaultDeadline
}

func (p *peerHost) execute(ctx context.Context, c command) (fields, error) {
	switch c.Do {
	case "listen":
		return p.listen()
	case "dial":
		return p.dial(ctx, c.Address)
	case "handle":
		p.host.SetStreamHandler(protocol.ID(c.Protocol), serveEcho)
		return nil, nil
	case "release":
		p.mu.Lock()
		close(p.release)
		p.release = make(chan struct{})
		p.mu.Unlock()
		return nil, nil
	case "stalled":
		return p.stalled(c.Handle)
	case "finish":
		return p.finish(ctx, c.Handle)
	case "gossip":
		return p.serveGossip(c)
	case "receivers":
		return p.receivers(c.Count)
	case "received":
		return fields{"bytes": p.received.Load()}, nil
	case "writes":
		return p.writes(ctx, c)
	case "handshakes":
		return p.handshakes(ctx, c)
	case "status":
		return p.broadcastStatus()
	case "send":
		return p.startBroadcast(c.Size)
	case "stop":
		return p.stopBroadcast()
	}
	remote, err := peer.Decode(c.Peer)
	if err != nil {
		return nil, fmt.Errorf("peer: %w", err)
	}
	return p.executeWith(ctx, remote, c)
}

func (p *peerHost) executeWith(ctx context.Context, remote peer.ID, c command) (fields, error) {
	switch c.Do {
	case "connection":
		return p.connection(ctx, remote)
	case "ping":
		return p.ping(ctx, remote, c.Count)
	case "identify":
		return p.identify(ctx, remote)
	case "awaitProtocol":
		return p.awaitProtocol(ctx, remote, protocol.ID(c.Protocol))
	case "open":
		return p.open(ctx, remote, protocol.ID(c.Protocol))
	case "echo":
		return p.echo(ctx, remote, c.Count, c.Bytes)
	case "stall":
		return p.stall(ctx, remote, c.Bytes)
	case "reset":
		return p.reset(ctx, remote)
	case "requests":
		return p.requests(ctx, remote, c)
	case "opens":
		return p.opens(ctx, remote, c)
	case "meet":
		return p.meet(ctx, remote)
	case "say":
		return p.say(remote, c)
	case "hear":
		return p.hear(ctx, remote, c.Tag)
	case "gossipEnded":
		return p.gossipEnded(ctx, remote)
	case "perf":
		return p.perf(ctx, remote, c.Upload, c.Download)
	case "get":
		return p.get(ctx, remote, c.Path)
	case "post":
		return p.post(ctx, remote, c.Path, c.Bytes)
	case "close":
		return nil, p.host.Network().ClosePeer(remote)
	case "awaitClosed":
		return nil, poll(ctx, "still connected", func() bool {
			return p.host.Network().Connectedness(remote) != network.Connected
		})
	}
	return nil, fmt.Errorf("unknown command: %q", c.Do)
}

func poll(ctx context.Context, complaint string, done func() bool) error {
	for !done() {
		select {
		case <-ctx.Done():
			return errors.New(complaint)
		case <-time.After(pollInterval):
		}
	}
	return nil
}

func (p *peerHost) listen() (fields, error) {
	address, err := multiaddr.NewMultiaddr(p.options.listenAddress())
	if err != nil {
		return nil, err
	}
	if err := p.host.Network().Listen(address); err != nil {
		return nil, err
	}
	addresses := p.host.Network().ListenAddresses()
	full := fmt.Sprintf("%s/p2p/%s", addresses[len(addresses)-1], p.host.ID())
	return fields{"address": full}, nil
}

func (p *peerHost) dial(ctx context.Context, address string) (fields, error) {
	info, err := peer.AddrInfoFromString(address)
	if err != nil {
		return nil, err
	}
	// A test that dials again means it: no memory of failures, no second address.
	p.host.Peerstore().ClearAddrs(info.ID)
	started := time.Now()
	if err := p.host.Connect(network.WithForceDirectDial(ctx, "test"), *info); err != nil {
		return nil, err
	}
	result, err := p.connection(ctx, info.ID)
	if err == nil {
		result["micros"] = time.Since(started).Microseconds()
	}
	return result, err
}

func (p *peerHost) connection(ctx context.Context, remote peer.ID) (fields, error) {
	var open []network.Conn
	if err := poll(ctx, "no connection", func() bool {
		open = p.host.Network().ConnsToPeer(remote)
		return len(open) > 0
	}); err != nil {
		return nil, err
	}
	state := open[0].ConnState()
	return fields{
		"peer":       remote.String(),
		"security":   string(state.Security),
		"muxer":      string(state.StreamMultiplexer),
		"earlyMuxer": state.UsedEarlyMuxerNegotiation,
		"inbound":    open[0].Stat().Direction == network.DirInbound,
		"count":      len(open),
	}, nil
}

func (p *peerHost) ping(ctx context.Context, remote peer.ID, count int) (fields, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	results := ping.Ping(ctx, p.host, remote)
	micros := []int64{}
	for len(micros) < count {
		result, more := <-results
		if !more {
			return nil, errors.New("ping ended early")
		}
		if result.Error != nil {
			return nil, result.Error
		}
		micros = append(micros, result.RTT.Microseconds())
	}
	return fields{"micros": micros}, nil
}

func (p *peerHost) identify(ctx context.Context, remote peer.ID) (fields, error) {
	var known event.EvtPeerIdentificationCompleted
	if err := poll(ctx, "not identified", func() bool {
		p.mu.Lock()
		defer p.mu.Unlock()
		found, ok := p.identified[remote]
		known = found
		return ok
	}); err != nil {
		return nil, err
	}
	protocols, err := p.host.Peerstore().GetProtocols(remote)
	if err != nil {
		return nil, err
	}
	return fields{
		"agent":           known.AgentVersion,
		"protocolVersion": known.ProtocolVersion,
		"protocols":       protocol.ConvertToStrings(protocols),
		"addresses":       texts(known.ListenAddrs),
		"observed":        fmt.Sprint(known.ObservedAddr),
		"signedRecord":    known.SignedPeerRecord != nil,
	}, nil
}

func texts(addresses []multiaddr.Multiaddr) []string {
	list := []string{}
	for _, address := range addresses {
		list = append(list, address.String())
	}
	return list
}

func (p *peerHost) awaitProtocol(ctx context.Context, remote peer.ID, id protocol.ID) (fields, error) {
	return nil, poll(ctx, fmt.Sprintf("%s not announced", id), func() bool {
		supported, err := p.host.Peerstore().SupportsProtocols(remote, id)
		return err == nil && len(supported) > 0
	})
}

// open negotiates eagerly: what the peer announced plays no part.
func (p *peerHost) open(ctx context.Context, remote peer.ID, id protocol.ID) (fields, error) {
	if err := p.host.Peerstore().RemoveProtocols(remote, id); err != nil {
		return nil, err
	}
	s, err := p.host.NewStream(network.WithNoDial(ctx, "test"), remote, id)
	if err != nil {
		return nil, err
	}
	return nil, s.Close()
}
