package main

import (
	"slices"
	"sync"
	"time"
)

const (
	windowMessages = 256
	windowBytes    = 2 << 20
)

// window grants messages to several streams, the fastest of which may be that far ahead of the slowest. When
// the time is over it grants no more, so that all end with the same number.
type window struct {
	mu      sync.Mutex
	moved   *sync.Cond
	written []uint64
	granted uint64
	stride  uint64
	until   time.Time
	ended   bool
	broken  bool
}

func newWindow(streams int, size uint64, end time.Time) *window {
	w := openWindow(streams, min(windowMessages, windowBytes/size))
	w.until = end
	return w
}

// openWindow has no end until it is told to.
func openWindow(streams int, messages uint64) *window {
	messages = max(2, messages)
	w := &window{written: make([]uint64, streams), granted: messages, stride: messages / 2}
	w.moved = sync.NewCond(&w.mu)
	return w
}

// await returns when there is more to write than that, or nothing more to come.
func (w *window) await(messages uint64) uint64 {
	w.mu.Lock()
	defer w.mu.Unlock()
	for messages == w.granted && !w.ended {
		w.moved.Wait()
	}
	return w.granted
}

func (w *window) advance(row int, messages uint64) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.written[row] = messages
	if w.ended || slices.Min(w.written) < w.granted-w.stride {
		return
	}
	if w.until.IsZero() || time.Now().Before(w.until) {
		w.granted += w.stride
	} else {
		w.ended = true
	}
	w.moved.Broadcast()
}

// fail lets the others end too: one of the streams is gone.
func (w *window) fail() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.broken = true
	w.ended = true
	w.moved.Broadcast()
}

func (w *window) failed() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.broken
}

// end grants no more.
func (w *window) end() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.ended = true
	w.moved.Broadcast()
}
