package engine

import (
	"runtime"
	"sync"
	"sync/atomic"
	"time"
)

// Scripted records requests that a script sends one at a time, k6's iterations being the schedule. There is no due
// time, so response and service time are one: a script's figures do not show what waited behind a slow answer.
type Scripted struct {
	record *Record
	report *Report
	start  time.Time     // of the measured window
	length time.Duration // of it; 0: to the end
	swept  atomic.Int64  // the last second that was handed on
	over   atomic.Bool

	began, ended  sync.Once
	before, after usage
	whole         bool // the script went on to the window's end
}

// NewScripted starts the clock: what is answered within the warm-up, or after the window, is not recorded.
func NewScripted(
	target, protocol string, warmup, length time.Duration, onSecond func(*Second) error,
) *Scripted {
	s := &Scripted{start: time.Now().Add(warmup), length: length}
	s.report = &Report{
		Scenario: "script", Target: target, Model: Closed, Scheduling: Normal, Protocol: protocol, Warmup: warmup.Seconds(), Lanes: 1,
		StartedAt: s.start.UTC().Format(time.RFC3339Nano), Statements: []StatementReport{}, Series: []SecondReport{},
		Cores: runtime.NumCPU(), Procs: runtime.GOMAXPROCS(0), groups: []Group{{"script", "none"}},
	}
	s.record = NewRecord(1, 64, func(second *Second) error {
		if err := s.report.addSecond(second); err != nil {
			return err
		}
		if s.over.Load() { // k6 takes no more samples
			return nil
		}
		return onSecond(second)
	})
	return s
}

// Recorder is one client's way in.
func (s *Scripted) Recorder() func(sent time.Time, reply *Reply) {
	tally := s.record.tally()
	s.record.mu.Lock()
	s.report.Connections++
	s.report.Workers++
	s.record.mu.Unlock()
	return func(sent time.Time, reply *Reply) {
		took := time.Since(sent)
		done := sent.Sub(s.start) + took
		if !s.within(done) {
			return
		}
		tally.add(sample{
			done: done, response: took, service: took,
			rows: reply.Rows, bytes: reply.Bytes, failure: reply.SQLState,
		})
		s.sweep(done)
	}
}

// within tells whether an answer counts; the first inside and the first behind measure what the window consumed.
func (s *Scripted) within(done time.Duration) bool {
	switch {
	case done < 0:
		return false
	case s.length > 0 && done >= s.length:
		s.ended.Do(func() { s.after, s.whole = measureUsage(), true })
		return false
	}
	s.began.Do(func() { s.before = measureUsage() })
	return true
}

// sweep hands on the seconds that are over. The client that first comes into a new second does it: k6 takes samples from
// running iterations only, so nothing may work in the background.
func (s *Scripted) sweep(now time.Duration) {
	second, swept := int64(now/time.Second), s.swept.Load()
	if second > swept && s.swept.CompareAndSwap(swept, second) {
		s.record.Sweep(now)
	}
}

// Finish closes the record and returns its report; nil when nothing was sent.
func (s *Scripted) Finish() (*Report, error) {
	s.over.Store(true)
	s.record.Sweep(1 << 62)
	if s.record.Total.Requests == 0 {
		return nil, nil
	}
	elapsed := s.record.Last
	s.ended.Do(func() { s.after = measureUsage() })
	if s.whole {
		elapsed = s.length
	}
	s.report.Duration = elapsed.Seconds()
	s.report.Usage = s.after.since(s.before)
	done := outcome{offered: uint64(s.record.Total.Requests), elapsed: elapsed, outages: []Outage{}}
	return s.report, s.report.finish(s.record, done, true)
}
