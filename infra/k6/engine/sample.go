package engine

import (
	"sync"
	"time"
)

// sample is what one request leaves behind. Times are from one monotonic clock.
type sample struct {
	done     time.Duration // since the start of the measured window
	response time.Duration // from the due time to the end of the answer
	service  time.Duration // from the sending to the end of the answer
	lag      time.Duration // of the generator: how late a free worker started
	wait     time.Duration // for a worker to come free, for a replica to be there, and for a connection
	replica  time.Duration // of which: for the replica
	rows     int64
	bytes    int64
	failure  string // SQLSTATE, empty on success
	group    int32
	retries  int32
}

// tally is a worker's own buffer. Its lock is contended only when the recorder empties it.
type tally struct {
	mu      sync.Mutex
	samples []sample
	full    func([]sample)
}

const tallySize = 1024

func newTally(full func([]sample)) *tally {
	return &tally{samples: make([]sample, 0, tallySize), full: full}
}

func (t *tally) add(s sample) {
	t.mu.Lock()
	t.samples = append(t.samples, s)
	if len(t.samples) == tallySize {
		t.full(t.samples)
		t.samples = t.samples[:0]
	}
	t.mu.Unlock()
}

func (t *tally) empty() {
	t.mu.Lock()
	t.full(t.samples)
	t.samples = t.samples[:0]
	t.mu.Unlock()
}
