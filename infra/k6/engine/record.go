package engine

import (
	"sync"
	"time"
)

// GroupRecord sums up one (statement, tenant class). Requests include the failed ones; the histograms hold the
// successful ones and those that ran into the deadline, because leaving out the slowest would flatter the server.
type GroupRecord struct {
	Requests, Errors, Rows, Bytes int64
	Response, Service             Sketch
}

func (g *GroupRecord) add(s *sample) {
	g.Requests++
	g.Rows += s.rows
	g.Bytes += s.bytes
	if s.failure != "" {
		g.Errors++
	}
	if !timed(s) {
		return
	}
	g.Response.record(s.response)
	g.Service.record(s.service)
}

func (g *GroupRecord) reset() {
	g.Response.reset()
	g.Service.reset()
	*g = GroupRecord{Response: g.Response, Service: g.Service}
}

func timed(s *sample) bool { return s.failure == "" || s.failure == Deadline }

// Sampled is one request out of many, for k6's own metrics.
type Sampled struct {
	Group             int32
	Response, Service time.Duration
}

// Second is what ended within one second of the measured window.
type Second struct {
	Number  int
	All     GroupRecord
	Groups  []GroupRecord
	Sampled []Sampled
}

// Record collects a run: totals, and seconds that are handed on and forgotten, so that memory does not grow with time.
type Record struct {
	mu      sync.Mutex
	groups  int
	stride  int64 // every stride-th request is sampled
	open    map[int]*Second
	free    []*Second
	tallies []*tally
	closed  func(*Second) error
	failure error

	Total   GroupRecord
	Groups  []GroupRecord
	Lag     Sketch
	Wait    Sketch
	Replica Sketch // waits for a replica
	Errors  map[string]int64
	Retries int64
	Last    time.Duration // the end of the last request
	Due     []int64       // requests by the second in which they were due
	answers answered
}

// NewRecord calls closed once for every second that had requests (twice only if a worker was held up for long between
// an answer and its record).
func NewRecord(groups int, stride int64, closed func(*Second) error) *Record {
	return &Record{
		groups: groups, stride: max(stride, 1), open: map[int]*Second{}, closed: closed,
		Groups: make([]GroupRecord, groups), Errors: map[string]int64{},
	}
}

func (r *Record) tally() *tally {
	t := newTally(r.take)
	r.mu.Lock()
	r.tallies = append(r.tallies, t)
	r.mu.Unlock()
	return t
}

func (r *Record) take(samples []sample) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for i := range samples {
		r.add(&samples[i])
	}
}

func (r *Record) add(s *sample) {
	second := r.second(int(max(s.done, 0) / time.Second))
	second.All.add(s)
	second.Groups[s.group].add(s)
	r.Total.add(s)
	r.Groups[s.group].add(s)
	r.Lag.record(s.lag)
	r.Wait.record(s.wait)
	if s.replica > 0 {
		r.Replica.record(s.replica)
	}
	r.due(s.done - s.response)
	r.Retries += int64(s.retries)
	r.Last = max(r.Last, s.done)
	if s.failure != "" {
		r.Errors[s.failure]++
	} else {
		r.answers.mark(s.done)
	}
	if r.Total.Requests%r.stride == 0 && timed(s) {
		second.Sampled = append(second.Sampled, Sampled{s.group, s.response, s.service})
	}
}

func (r *Record) due(at time.Duration) {
	number := int(max(at, 0) / time.Second)
	for number >= len(r.Due) {
		r.Due = append(r.Due, 0)
	}
	r.Due[number]++
}

func (r *Record) second(number int) *Second {
	if second := r.open[number]; second != nil {
		return second
	}
	var second *Second
	if last := len(r.free) - 1; last >= 0 {
		second, r.free = r.free[last], r.free[:last]
	} else {
		second = &Second{Groups: make([]GroupRecord, r.groups)}
	}
	second.Number = number
	r.open[number] = second
	return second
}

// Sweep takes what the workers have and hands on the seconds that ended before `before`.
func (r *Record) Sweep(before time.Duration) {
	r.mu.Lock()
	tallies := r.tallies
	r.mu.Unlock()
	for _, t := range tallies {
		t.empty()
	}
	for {
		second := r.oldest(before)
		if second == nil {
			return
		}
		if err := r.closed(second); err != nil && r.failure == nil {
			r.failure = err
		}
		r.recycle(second)
	}
}

func (r *Record) oldest(before time.Duration) *Second {
	r.mu.Lock()
	defer r.mu.Unlock()
	var oldest *Second
	for number, second := range r.open {
		if time.Duration(number+1)*time.Second <= before && (oldest == nil || number < oldest.Number) {
			oldest = second
		}
	}
	if oldest != nil {
		delete(r.open, oldest.Number)
	}
	return oldest
}

func (r *Record) recycle(second *Second) {
	second.All.reset()
	for i := range second.Groups {
		second.Groups[i].reset()
	}
	second.Sampled = second.Sampled[:0]
	r.mu.Lock()
	r.free = append(r.free, second)
	r.mu.Unlock()
}
