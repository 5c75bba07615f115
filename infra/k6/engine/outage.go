package engine

import (
	"sort"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// Outage is a time without a server: from the first connection to it that failed until its answer to a request that was
// sent after the last such failure. Seconds count from the start of the measured window; To is negative when none came.
type Outage struct {
	// Endpoint is the server's name: where reads go to replicas, others may answer all the while.
	Endpoint string  `json:"endpoint"`
	From     float64 `json:"from"`
	To       float64 `json:"to"`
	Failures int64   `json:"failures"`
}

// mostOutages are kept: a server that flaps all the time needs no list.
const mostOutages = 100

// apart: a failure so soon after an outage belongs to it.
const apart = time.Second

// outages watches one server for connections that fail; while none does it costs a request one atomic load.
type outages struct {
	down atomic.Bool
	mu   sync.Mutex
	list []outage
}

type outage struct {
	from, last, to time.Duration
	failures       int64
}

// isOutage: class 08 is the connection's own; 57P01 to 57P03 are a server that stops or starts.
func isOutage(state string) bool {
	return strings.HasPrefix(state, "08") || strings.HasPrefix(state, "57P0")
}

func (o *outages) note(sent time.Duration, s *sample) {
	if s.failure == "" && !o.down.Load() {
		return
	}
	if s.failure == "" {
		o.answered(sent, s.done)
	} else if isOutage(s.failure) {
		o.failed(s.done)
	}
}

func (o *outages) failed(at time.Duration) {
	o.mu.Lock()
	defer o.mu.Unlock()
	last := len(o.list) - 1
	if last < 0 || o.list[last].to > 0 && at-o.list[last].to > apart {
		if len(o.list) == mostOutages {
			return
		}
		o.list = append(o.list, outage{from: at})
		last++
	}
	current := &o.list[last]
	current.failures++
	current.last, current.to = max(current.last, at), 0
	o.down.Store(true)
}

func (o *outages) answered(sent, at time.Duration) {
	o.mu.Lock()
	defer o.mu.Unlock()
	last := len(o.list) - 1
	if last >= 0 && o.list[last].to == 0 && sent > o.list[last].last {
		o.list[last].to = at
		o.down.Store(false)
	}
}

func (o *outages) report(endpoint string) []Outage {
	all := []Outage{}
	for _, one := range o.list {
		to := -1.0
		if one.to > 0 {
			to = one.to.Seconds()
		}
		all = append(all, Outage{endpoint, one.from.Seconds(), to, one.failures})
	}
	return all
}

// outagesReport are those of all servers, in the order in which they began.
func (p *phase) outagesReport() []Outage {
	all := []Outage{}
	for place := range p.outages {
		all = append(all, p.outages[place].report(p.pools[place].target.Name())...)
	}
	sort.SliceStable(all, func(i, j int) bool { return all[i].From < all[j].From })
	return all
}
