package engine

import (
	"context"
	"fmt"
	"sync"
	"time"
)

// Run executes a plan as the options say: warm-up, drained and discarded; then the measured window.
// It returns an error only when nothing could be measured; a cancelled context gives an incomplete report.
func Run(ctx context.Context, o Options) (*Report, error) {
	if err := o.Check(); err != nil {
		return nil, err
	}
	choice, err := NewChoice(o.Plan, o.Seed)
	if err != nil {
		return nil, err
	}
	encoding, err := Encode(o.Plan, o.Protocol, o.Identified)
	if err != nil {
		return nil, err
	}
	if err := o.Target.Check(ctx, o.Plan); err != nil {
		return nil, err
	}
	pool := NewPool(o.Target, encoding, o.Connections)
	connecting := time.Now()
	if !o.Reconnect {
		if err := pool.Fill(ctx); err != nil {
			return nil, fmt.Errorf("cannot open %d connections to %s: %w", o.Connections, o.Target.Name(), err)
		}
	}
	connected := time.Since(connecting)
	defer pool.Close()

	clock := newAlarm()
	defer clock.Close()
	clock.sleepUntil(ctx, o.StartAt)
	if o.Warmup > 0 {
		warmed := &Choice{seed: ^o.Seed, weights: choice.weights, byStmt: choice.byStmt, Groups: choice.Groups}
		discard := NewRecord(len(choice.Groups), 1<<62, func(*Second) error { return nil })
		if _, err := runPhase(ctx, &o, warmed, pool, o.Warmup, ^o.Seed, discard); err != nil {
			return nil, err
		}
	}
	report := newReport(&o, choice)
	report.ConnectSeconds = connected.Seconds()
	record := NewRecord(len(choice.Groups), o.Stride, func(second *Second) error {
		if err := report.addSecond(second); err != nil || o.OnSecond == nil {
			return err
		}
		return o.OnSecond(second)
	})
	// In other lanes' processes the warm-up may take longer to drain: the measured windows start together.
	if !o.StartAt.IsZero() && o.Warmup > 0 {
		clock.sleepUntil(ctx, o.StartAt.Add(o.Warmup+o.Drain))
	}
	before := measureUsage()
	report.StartedAt = time.Now().UTC().Format(time.RFC3339Nano)
	done, err := runPhase(ctx, &o, choice, pool, o.Duration, o.Seed, record)
	if err != nil {
		return nil, err
	}
	report.Usage = measureUsage().since(before)
	if err := report.finish(record, done, ctx.Err() == nil); err != nil {
		return nil, err
	}
	return report, nil
}

// alarms: with more workers than this there is always one that wakes in time, and files are not endless.
const alarms = 64

// outcome of a phase.
type outcome struct {
	offered, dropped uint64
	elapsed          time.Duration
}

func runPhase(ctx context.Context, o *Options, choice *Choice, pool *Pool, length time.Duration, seed uint64, record *Record) (outcome, error) {
	p := &phase{options: o, choice: choice, pool: pool, length: length, record: record}
	if o.Model == Open {
		var err error
		if p.schedule, err = o.schedule(length, seed); err != nil {
			return outcome{}, err
		}
	}
	cutoff := length + o.Drain
	limited, cancel := context.WithTimeout(ctx, cutoff)
	defer cancel()
	p.start = time.Now()
	var working sync.WaitGroup
	for range o.Workers {
		w := &worker{phase: p, tally: record.tally(), hold: o.Workers <= o.Connections}
		if o.Workers <= alarms {
			w.alarm = newAlarm()
		}
		working.Go(func() {
			defer w.alarm.Close()
			if o.Model == Open {
				w.open(limited)
			} else {
				w.closed(limited)
			}
		})
	}
	finished := make(chan struct{})
	go func() { working.Wait(); close(finished) }()
	p.watch(limited, finished)
	p.record.Sweep(1 << 62)
	result := outcome{offered: p.turns.Load(), elapsed: time.Since(p.start)}
	if p.schedule != nil {
		taken, unstarted := p.schedule.Count()
		result.offered = taken + unstarted
		result.dropped = unstarted + p.unserved.Load()
	}
	return result, record.failure
}

// watch sweeps the record while the workers work, and when the time is over ends what still runs.
func (p *phase) watch(limited context.Context, finished <-chan struct{}) {
	ticker := time.NewTicker(100 * time.Millisecond)
	defer ticker.Stop()
	for {
		select {
		case <-finished:
			return
		case <-ticker.C:
			if limited.Err() != nil {
				if p.schedule != nil {
					p.schedule.Close()
				}
				p.pool.Interrupt() // again and again: a worker may just be starting its last request
			}
			p.record.Sweep(time.Since(p.start) - 200*time.Millisecond)
		}
	}
}
