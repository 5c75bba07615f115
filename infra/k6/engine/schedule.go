package engine

import (
	"sync"
	"time"
)

// Arrival is one start that the schedule asks for.
type Arrival struct {
	Index uint64
	Due   time.Duration // since the start of the schedule
}

// Lane is a share of a schedule: arrivals Number, Number+Of, Number+2·Of ... so that several processes serve one
// schedule without gaps or doubles.
type Lane struct{ Number, Of uint64 }

// Schedule hands out arrivals in order to whichever worker asks next. Nothing is skipped: what no worker took is
// counted by Count.
type Schedule struct {
	mu       sync.Mutex
	arrivals Arrivals
	lane     Lane
	index    uint64
	closed   bool
	taken    uint64
	last     time.Duration // when the last taken one was due
	over     bool
}

// NewSchedule serves one lane of the arrivals; the zero Lane is the whole.
func NewSchedule(arrivals Arrivals, lane Lane) *Schedule {
	if lane.Of == 0 {
		lane = Lane{0, 1}
	}
	return &Schedule{arrivals: arrivals, lane: lane}
}

// Next is the next arrival of this lane.
func (s *Schedule) Next() (Arrival, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return Arrival{}, false
	}
	arrival, ok := s.step()
	if ok {
		s.taken++
		s.last = arrival.Due
	} else {
		s.over = true
	}
	return arrival, ok
}

// behind is how late the workers are; 0 when there is nothing left to take.
func (s *Schedule) behind(now time.Duration) time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.over || s.closed {
		return 0
	}
	return now - s.last
}

// Close makes Next return false from now on.
func (s *Schedule) Close() {
	s.mu.Lock()
	s.closed = true
	s.mu.Unlock()
}

// Count closes the schedule and returns how many arrivals were taken, and how many never were.
func (s *Schedule) Count() (taken, left uint64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closed = true
	for {
		if _, ok := s.step(); !ok {
			return s.taken, left
		}
		left++
	}
}

func (s *Schedule) step() (Arrival, bool) {
	for {
		due, ok := s.arrivals()
		if !ok {
			return Arrival{}, false
		}
		index := s.index
		s.index++
		if index%s.lane.Of == s.lane.Number {
			return Arrival{index, due}, true
		}
	}
}
