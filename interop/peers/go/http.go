package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"strconv"

	"github.com/libp2p/go-libp2p/core/host"
	"github.com/libp2p/go-libp2p/core/peer"
	"github.com/libp2p/go-libp2p/core/protocol"
	libp2phttp "github.com/libp2p/go-libp2p/p2p/http"
	"github.com/multiformats/go-multiaddr"
)

const (
	httpProtocol protocol.ID = "/twine/http/1"

	downloadBytes = 5 << 20
)

// newHTTP serves on streams. The library insists on an address that it knows now, so it gets one of plain HTTP too.
func newHTTP(h host.Host) (*libp2phttp.Host, error) {
	loopback, err := multiaddr.NewMultiaddr("/ip4/127.0.0.1/tcp/0/http")
	if err != nil {
		return nil, err
	}
	served := &libp2phttp.Host{StreamHost: h, ListenAddrs: []multiaddr.Multiaddr{loopback}, InsecureAllowHTTP: true}
	paths := http.NewServeMux()
	paths.HandleFunc("GET /download", download)
	paths.HandleFunc("POST /upload", upload)
	served.SetHTTPHandler(httpProtocol, paths)
	go served.Serve()
	return served, nil
}

func download(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Length", strconv.Itoa(downloadBytes))
	io.Copy(w, patternReader(downloadBytes))
}

func upload(w http.ResponseWriter, r *http.Request) {
	digest := sha256.New()
	count, err := io.Copy(digest, r.Body)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	fmt.Fprintf(w, "%d %x", count, digest.Sum(nil))
}

// get asks for a path below the protocol's, which the library looks up in the other end's map of protocols.
func (p *peerHost) get(ctx context.Context, remote peer.ID, path string) (fields, error) {
	response, err := p.call(ctx, remote, http.MethodGet, path, nil)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	digest := sha256.New()
	count, err := io.Copy(digest, response.Body)
	if err != nil {
		return nil, err
	}
	return fields{"status": response.StatusCode, "count": count, "sha256": hex.EncodeToString(digest.Sum(nil))}, nil
}

func (p *peerHost) post(ctx context.Context, remote peer.ID, path string, bytes uint64) (fields, error) {
	response, err := p.call(ctx, remote, http.MethodPost, path, patternReader(int64(bytes)))
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		return nil, err
	}
	return fields{"status": response.StatusCode, "text": string(text)}, nil
}

func (p *peerHost) call(ctx context.Context, remote peer.ID, method, path string, body io.Reader) (*http.Response, error) {
	client, err := p.http.NamespacedClient(httpProtocol, peer.AddrInfo{ID: remote})
	if err != nil {
		return nil, err
	}
	request, err := http.NewRequestWithContext(ctx, method, path, body)
	if err != nil {
		return nil, err
	}
	return client.Do(request)
}

// patternReader reads the pattern from its begin.
func patternReader(length int64) io.Reader {
	return io.LimitReader(&patternBody{}, length)
}

type patternBody struct{ position uint64 }

func (p *patternBody) Read(into []byte) (int, error) {
	length := copy(into, patternAt(p.position, min(uint64(len(into)), maxWrite)))
	p.position += uint64(length)
	return length, nil
}
