package engine

import (
	"sync/atomic"
	"time"
)

// Scripted records requests that a script sends one at a time, k6's iterations being the schedule. There is no due
// time, so response and service time are one: a script's figures do not show what waited behind a slow answer.
type Scripted struct {
	record *Record
	report *Report
	start  time.Time
	before usage
	swept  atomic.Int64 // the last second that was handed on
	over   atomic.Bool
}

// NewScripted starts the clock.
func NewScripted(target, protocol string, onSecond func(*Second) error) *Scripted {
	s := &Scripted{start: time.Now(), before: measureUsage()}
	s.report = &Report{
		Scenario: "script", Target: target, Model: Closed, Protocol: protocol, Connections: 0, Workers: 0,
		StartedAt: s.start.UTC().Format(time.RFC3339Nano), Statements: []StatementReport{}, Series: []SecondReport{},
		groups: []Group{{"script", "none"}},
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
		done := time.Now()
		took := done.Sub(sent)
		tally.add(sample{
			done: done.Sub(s.start), response: took, service: took,
			rows: reply.Rows, bytes: reply.Bytes, failure: reply.SQLState,
		})
		s.sweep(done.Sub(s.start))
	}
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
	s.report.Duration = s.record.Last.Seconds()
	s.report.Usage = measureUsage().since(s.before)
	done := outcome{offered: uint64(s.record.Total.Requests), elapsed: time.Since(s.start), outages: []Outage{}}
	return s.report, s.report.finish(s.record, done, true)
}
