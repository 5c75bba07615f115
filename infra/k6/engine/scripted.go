package engine

import "time"

// Scripted records requests that a script sends one at a time, k6's iterations being the schedule. There is no due
// time, so response and service time are one: a script's figures do not show what waited behind a slow answer.
type Scripted struct {
	record *Record
	report *Report
	start  time.Time
	before usage
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
	}
}

// Sweep hands on the seconds that are over.
func (s *Scripted) Sweep() { s.record.Sweep(time.Since(s.start) - 200*time.Millisecond) }

// Finish closes the record and returns its report; nil when nothing was sent.
func (s *Scripted) Finish() (*Report, error) {
	s.record.Sweep(1 << 62)
	if s.record.Total.Requests == 0 {
		return nil, nil
	}
	s.report.Duration = s.record.Last.Seconds()
	s.report.Usage = measureUsage().since(s.before)
	done := outcome{offered: uint64(s.record.Total.Requests), elapsed: time.Since(s.start)}
	return s.report, s.report.finish(s.record, done, true)
}
