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
	connecting := time.Now()
	pools, err := connectAll(ctx, &o)
	for _, pool := range pools {
		defer pool.Close()
	}
	if err != nil {
		return nil, err
	}
	connected := time.Since(connecting)

	clock := newAlarm()
	defer clock.Close()
	clock.sleepUntil(ctx, o.StartAt)
	class := newScheduling(o.scheduling(), o.Warn)
	defer class.end()
	route := newRoute(&o)
	if o.Warmup > 0 && len(o.Session) == 0 {
		warmed := &Choice{seed: ^o.Seed, weights: choice.weights, byStmt: choice.byStmt, Groups: choice.Groups}
		discard := NewRecord(len(choice.Groups), 1<<62, func(*Second) error { return nil })
		p := &phase{options: &o, choice: warmed, pools: pools, length: o.Warmup, record: discard, route: route, scheduling: class}
		if _, err := p.run(ctx, ^o.Seed, true); err != nil {
			return nil, err
		}
		route = route.again()
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
	if !o.StartAt.IsZero() && o.Warmup > 0 && len(o.Session) == 0 {
		clock.sleepUntil(ctx, o.StartAt.Add(o.Warmup+o.Drain))
	}
	before := measureUsage()
	p := &phase{options: &o, choice: choice, pools: pools, length: o.Duration, record: record, route: route, scheduling: class}
	report.StartedAt = time.Now().Add(p.lead()).UTC().Format(time.RFC3339Nano)
	done, err := p.run(ctx, o.Seed, false)
	if err != nil {
		return nil, err
	}
	report.Usage, report.Scheduling = measureUsage().since(before), class.class
	if err := report.finish(record, done, ctx.Err() == nil); err != nil {
		return nil, err
	}
	return report, nil
}

// connectAll checks the plan on every target and opens all connections: first the target's, then each replica's.
func connectAll(ctx context.Context, o *Options) (pools []*Pool, err error) {
	encoding, err := encodePlan(o.Plan, o.Protocol, o.Identified, len(o.Replicas) > 0)
	if err != nil {
		return nil, err
	}
	for _, target := range append([]Target{o.Target}, o.Replicas...) {
		if err := target.Check(ctx, o.Plan); err != nil {
			return pools, err
		}
		pool := NewPool(target, encoding, o.Connections)
		if !o.Reconnect {
			if err := pool.Fill(ctx); err != nil {
				return pools, fmt.Errorf("cannot open %d connections to %s: %w", o.Connections, target.Name(), err)
			}
		}
		pools = append(pools, pool)
	}
	return pools, nil
}

// alarms: with more workers than this there is always one that wakes in time, and files are not endless.
const alarms = 64

// outcome of a phase.
type outcome struct {
	offered, dropped uint64
	elapsed          time.Duration
	outages          []Outage
	sessions         *Sessions
	routed           *Routed
}

// lead is how long a phase works before its window begins: sessions are under way when it does, because a run that
// begins without any has fewer statements at first.
func (p *phase) lead() time.Duration {
	if len(p.options.Session) > 0 {
		return p.options.Warmup
	}
	return 0
}

func (p *phase) run(ctx context.Context, seed uint64, warmup bool) (outcome, error) {
	o := p.options
	limited, cancel := context.WithTimeout(ctx, p.lead()+p.length+o.Drain)
	defer cancel()
	p.start = time.Now().Add(p.lead())
	p.outages = make([]outages, len(p.pools))
	if err := p.plan(seed, warmup); err != nil {
		return outcome{}, err
	}
	var working sync.WaitGroup
	for range o.Workers {
		w := &worker{phase: p, tally: p.record.tally(), hold: o.Workers <= o.Connections, links: make([]Link, len(p.pools))}
		if o.Workers <= alarms && p.sessionQueue == nil {
			w.alarm = newAlarm()
		}
		working.Go(func() {
			defer w.alarm.Close()
			switch {
			case p.sessionQueue != nil:
				w.sessions(limited)
			case o.Model == Open:
				w.open(limited)
			default:
				w.closed(limited)
			}
		})
	}
	finished := make(chan struct{})
	go func() { working.Wait(); close(finished) }()
	p.watch(limited, finished, warmup)
	p.record.Sweep(1 << 62)
	return p.outcome(), p.record.failure
}

// plan makes the schedule of an open phase.
func (p *phase) plan(seed uint64, warmup bool) (err error) {
	o := p.options
	if o.Model != Open {
		return nil
	}
	if len(o.Session) == 0 && !warmup {
		p.schedule, err = o.schedule(p.length, seed)
		return err
	}
	arrivals, err := o.warm(seed)
	if err != nil {
		return err
	}
	if len(o.Session) == 0 {
		p.schedule = NewSchedule(arrivals, o.Lane)
		return nil
	}
	if p.steps, err = newSessionPlan(o.Plan, p.choice, o.Session, seed); err != nil {
		return err
	}
	measured, err := o.arrivals(p.length, ^seed)
	if err != nil {
		return err
	}
	p.sessionQueue = newSessionQueue(p.start, o.Warmup, p.length, NewSchedule(arrivals.Then(o.Warmup, measured), o.Lane))
	return nil
}

func (p *phase) outcome() outcome {
	done := outcome{offered: p.turns.Load(), elapsed: time.Since(p.start), outages: p.outagesReport(), routed: p.route.report()}
	switch {
	case p.sessionQueue != nil:
		p.sessionQueue.finish()
		done.offered = p.sessionQueue.due + p.sessionQueue.unserved
		done.dropped = p.sessionQueue.unserved
		done.sessions = &p.sessionQueue.count
	case p.schedule != nil:
		taken, unstarted := p.schedule.Count()
		done.offered = taken + unstarted
		done.dropped = unstarted + p.unserved.Load()
	}
	return done
}

// watch sweeps the record while the workers work, says when they fall behind (not of a warm-up, whose figures nobody
// sees), and when the time is over ends what still runs.
func (p *phase) watch(limited context.Context, finished <-chan struct{}, warmup bool) {
	ticker := time.NewTicker(100 * time.Millisecond)
	defer ticker.Stop()
	worst := time.Second
	for {
		select {
		case <-finished:
			return
		case <-ticker.C:
			if limited.Err() != nil {
				if p.schedule != nil {
					p.schedule.Close()
				}
				if p.sessionQueue != nil {
					p.sessionQueue.close()
				}
				for _, pool := range p.pools {
					pool.Interrupt() // again and again: a worker may just be starting its last request
				}
			}
			p.scheduling.guard()
			now := time.Since(p.start)
			if late := p.behind(now); late > worst && !warmup {
				p.options.Warn(fmt.Sprintf("after %.0f s of the measured time the load is %.1f s behind its schedule: %d connections to %s do not keep up with what is offered",
					max(now, 0).Seconds(), late.Seconds(), p.options.Connections, p.options.Target.Name()))
				worst = 4 * late
			}
			p.record.Sweep(now - 200*time.Millisecond)
		}
	}
}

// behind is how late the schedule is.
func (p *phase) behind(now time.Duration) time.Duration {
	switch {
	case p.sessionQueue != nil:
		return p.sessionQueue.behind(now)
	case p.schedule != nil:
		return p.schedule.behind(now)
	}
	return 0
}
