package main

import (
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/hex"
	"fmt"
	"runtime/debug"
	"sync"
	"sync/atomic"

	"github.com/libp2p/go-libp2p"
	"github.com/libp2p/go-libp2p/core/crypto"
	"github.com/libp2p/go-libp2p/core/event"
	"github.com/libp2p/go-libp2p/core/host"
	"github.com/libp2p/go-libp2p/core/network"
	"github.com/libp2p/go-libp2p/core/peer"
	"github.com/libp2p/go-libp2p/core/protocol"
	libp2phttp "github.com/libp2p/go-libp2p/p2p/http"
	"github.com/libp2p/go-libp2p/p2p/muxer/yamux"
	tptu "github.com/libp2p/go-libp2p/p2p/net/upgrader"
	"github.com/libp2p/go-libp2p/p2p/security/noise"
	libp2ptls "github.com/libp2p/go-libp2p/p2p/security/tls"
	"github.com/libp2p/go-libp2p/p2p/transport/tcp"
	"github.com/libp2p/go-libp2p/p2p/transport/websocket"
)

const libraryPath = "github.com/libp2p/go-libp2p"

type options struct {
	Transport  string `json:"transport"`
	Security   string `json:"security"`
	EarlyMuxer bool   `json:"earlyMuxer"`
	Key        string `json:"key"`
	Wss        *wss   `json:"wss"`
}

// wss is what TLS below the WebSocket needs: DER in hexadecimal digits.
type wss struct {
	Certificate string `json:"certificate"`
	Key         string `json:"key"`
	Root        string `json:"root"`
}

// peerHost is the host and what it learned from others.
type peerHost struct {
	host    host.Host
	http    *libp2phttp.Host
	options options
	// received counts what sinks and uploads of perf have read, on all hosts of this process.
	received *atomic.Uint64
	gossip   gossip

	mu         sync.Mutex
	identified map[peer.ID]event.EvtPeerIdentificationCompleted
	stalls     map[int64]*stall
	nextStall  int64
	release    chan struct{}
	broadcast  broadcast
}

func newPeer(o options, received *atomic.Uint64) (*peerHost, error) {
	key, err := newKey(o.Key)
	if err != nil {
		return nil, err
	}
	security, err := o.security()
	if err != nil {
		return nil, err
	}
	transport, err := o.transport()
	if err != nil {
		return nil, err
	}
	h, err := libp2p.New(
		libp2p.Identity(key),
		libp2p.NoListenAddrs,
		libp2p.DisableRelay(),
		libp2p.Muxer(yamux.ID, yamux.DefaultTransport),
		// The tests are about the protocols, and a thousand streams are one of them.
		libp2p.ResourceManager(&network.NullResourceManager{}),
		libp2p.UserAgent("twine-interop-go"),
		security,
		transport,
	)
	if err != nil {
		return nil, err
	}
	served, err := newHTTP(h)
	if err != nil {
		return nil, err
	}
	p := &peerHost{
		host:       h,
		http:       served,
		options:    o,
		received:   received,
		identified: map[peer.ID]event.EvtPeerIdentificationCompleted{},
		stalls:     map[int64]*stall{},
		release:    make(chan struct{}),
	}
	if err := p.watchIdentify(); err != nil {
		return nil, err
	}
	p.serve()
	return p, nil
}

func newKey(kind string) (crypto.PrivKey, error) {
	types := map[string]int{
		"ed25519": crypto.Ed25519, "secp256k1": crypto.Secp256k1, "ecdsa": crypto.ECDSA, "rsa": crypto.RSA,
	}
	number, known := types[kind]
	if !known {
		return nil, fmt.Errorf("unknown key type: %q", kind)
	}
	key, _, err := crypto.GenerateKeyPairWithReader(number, 2048, rand.Reader)
	return key, err
}

func (o options) security() (libp2p.Option, error) {
	switch o.Security {
	case "noise":
		return libp2p.Security(noise.ID, func(id protocol.ID, key crypto.PrivKey, muxers []tptu.StreamMuxer) (*noise.Transport, error) {
			return noise.New(id, key, o.early(muxers))
		}), nil
	case "tls":
		return libp2p.Security(libp2ptls.ID, func(id protocol.ID, key crypto.PrivKey, muxers []tptu.StreamMuxer) (*libp2ptls.Transport, error) {
			return libp2ptls.New(id, key, o.early(muxers))
		}), nil
	}
	return nil, fmt.Errorf("unknown security: %q", o.Security)
}

func (o options) early(muxers []tptu.StreamMuxer) []tptu.StreamMuxer {
	if o.EarlyMuxer {
		return muxers
	}
	return nil
}

func (o options) transport() (libp2p.Option, error) {
	switch o.Transport {
	case "tcp":
		return libp2p.Transport(tcp.NewTCPTransport), nil
	case "ws":
		if o.Wss != nil {
			return o.Wss.transport()
		}
		return libp2p.Transport(websocket.New), nil
	}
	return nil, fmt.Errorf("unknown transport: %q", o.Transport)
}

func (w wss) transport() (libp2p.Option, error) {
	var der [3][]byte
	for i, text := range []string{w.Certificate, w.Key, w.Root} {
		bytes, err := hex.DecodeString(text)
		if err != nil {
			return nil, fmt.Errorf("wss: %w", err)
		}
		der[i] = bytes
	}
	key, err := x509.ParsePKCS8PrivateKey(der[1])
	if err != nil {
		return nil, fmt.Errorf("wss: %w", err)
	}
	root, err := x509.ParseCertificate(der[2])
	if err != nil {
		return nil, fmt.Errorf("wss: %w", err)
	}
	roots := x509.NewCertPool()
	roots.AddCert(root)
	shown := tls.Certificate{Certificate: [][]byte{der[0]}, PrivateKey: key}
	return libp2p.Transport(
		websocket.New,
		websocket.WithTLSConfig(&tls.Config{Certificates: []tls.Certificate{shown}}),
		websocket.WithTLSClientConfig(&tls.Config{RootCAs: roots}),
	), nil
}

func (o options) listenAddress() string {
	if o.Wss != nil {
		return "/ip4/127.0.0.1/tcp/0/tls/ws"
	}
	if o.Transport == "ws" {
		return "/ip4/127.0.0.1/tcp/0/ws"
	}
	return "/ip4/127.0.0.1/tcp/0"
}

func (p *peerHost) watchIdentify() error {
	events, err := p.host.EventBus().Subscribe(new(event.EvtPeerIdentificationCompleted))
	if err != nil {
		return err
	}
	go func() {
		for e := range events.Out() {
			completed := e.(event.EvtPeerIdentificationCompleted)
			p.mu.Lock()
			p.identified[completed.Peer] = completed
			p.mu.Unlock()
		}
	}()
	return nil
}

func libraryVersion() string {
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, module := range info.Deps {
			if module.Path == libraryPath {
				return "go-libp2p " + module.Version
			}
		}
	}
	return "go-libp2p"
}
