package engine

import (
	"errors"
	"fmt"
	"time"
)

// Model is how requests come about.
type Model string

const (
	// Open: requests arrive on a schedule, whether or not earlier ones were answered. Response time counts from the due time.
	Open Model = "open"
	// Closed: each worker sends its next request after the answer to the last (and a think time).
	Closed Model = "closed"
)

// Options describe one run.
type Options struct {
	Scenario string
	Plan     *Plan
	Target   Target
	Protocol Protocol
	// Identified wraps every request in a transaction with its tenant's identity.
	Identified bool
	Model      Model
	// Rate is the arrivals per second of the open model, over all lanes; RateTo its end where Arrivals is "ramp".
	Rate, RateTo float64
	// Arrivals is constant, poisson, ramp or replay; Offsets and Speed belong to replay.
	Arrivals string
	Offsets  []float64
	Speed    float64
	Duration time.Duration
	Warmup   time.Duration
	// Drain is how long after Duration late arrivals may still start; what has not started then is dropped.
	Drain time.Duration
	// Think is the mean of a seeded exponential pause between an answer and the next request of the closed model.
	Think time.Duration
	// Workers wait for answers; Connections is the size of the pool that they share.
	Workers, Connections int
	Retries              int
	// Reconnect opens a new connection for every request; opening it counts as waiting for a connection.
	Reconnect bool
	Seed      uint64
	Lane      Lane
	// Session makes every arrival of the open model a session: these statements in this order under one identity, each
	// after the answer to the one before and a pause of mean Think.
	Session []Step
	// Replicas take the reads, once they have replayed the last write of the same tenant; a read that would wait longer
	// than ReplicaWait goes to Target, as all writes do.
	Replicas    []Target
	ReplicaWait time.Duration
	// Scheduling is the best class that may be asked for; "" is Realtime. Only an open load on a server is given any.
	Scheduling Scheduling
	// StartAt is a wall-clock time to start at, for lanes in several processes; zero is now.
	StartAt time.Time
	// Stride: every Stride-th request is handed to OnSecond as a sample.
	Stride   int64
	OnSecond func(*Second) error
	// Warn is told once what the user should know while the run is going on.
	Warn func(string)
}

// Step is one statement of a session. GoOn is the share of the sessions that come to it from the one before.
type Step struct {
	Statement string
	GoOn      float64
}

// Check completes the defaults and refuses what cannot be meant.
func (o *Options) Check() error {
	if o.Workers == 0 {
		o.Workers = o.Connections
	}
	if o.Connections == 0 {
		o.Connections = o.Workers
	}
	if o.Drain == 0 {
		o.Drain = 10 * time.Second
	}
	if o.Speed == 0 {
		o.Speed = 1
	}
	if o.Warn == nil {
		o.Warn = func(string) {}
	}
	switch {
	case len(o.Session) > 0 && o.Model != Open:
		return errors.New("sessions arrive on a schedule: the model must be open")
	case len(o.Replicas) > 0 && !o.Identified:
		return errors.New("reads to replicas follow a tenant's last write: identity must be true")
	case o.Model != Open && o.Model != Closed:
		return fmt.Errorf("model %q is neither open nor closed", o.Model)
	case o.Model == Open && o.Rate <= 0 && o.Arrivals != "replay":
		return fmt.Errorf("the open model needs a rate above 0, not %g", o.Rate)
	case o.Duration <= 0:
		return fmt.Errorf("duration must be above 0, not %s", o.Duration)
	case o.Scheduling != "" && o.Scheduling != Realtime && o.Scheduling != Raised && o.Scheduling != Normal:
		return fmt.Errorf("scheduling %q is not one of realtime, raised, normal", o.Scheduling)
	case o.Workers < 1 || o.Connections < 1:
		return fmt.Errorf("connections must be at least 1, not %d", o.Connections)
	case o.Lane.Of > 0 && o.Lane.Number >= o.Lane.Of:
		return fmt.Errorf("lane %d of %d does not exist", o.Lane.Number, o.Lane.Of)
	}
	return enoughFiles(o.Connections * (1 + len(o.Replicas)))
}

// scheduling is the best class that this run may have. A closed loop waits for no due time, and without a server the
// generator would take every core.
func (o *Options) scheduling() Scheduling {
	if _, none := o.Target.(Null); none || o.Model != Open {
		return Normal
	}
	return o.Scheduling
}

// schedule makes the arrivals of a phase of this length.
func (o *Options) schedule(length time.Duration, seed uint64) (*Schedule, error) {
	arrivals, err := o.arrivals(length, seed)
	return NewSchedule(arrivals, o.Lane), err
}

// warm makes the arrivals of a warm-up: a ramp's foot, otherwise the same law.
func (o *Options) warm(seed uint64) (Arrivals, error) {
	if o.Arrivals == "ramp" {
		return Constant(o.Rate, o.Warmup), nil
	}
	return o.arrivals(o.Warmup, seed)
}

func (o *Options) arrivals(length time.Duration, seed uint64) (Arrivals, error) {
	switch o.Arrivals {
	case "", "constant":
		return Constant(o.Rate, length), nil
	case "poisson":
		return Poisson(o.Rate, length, seed), nil
	case "ramp":
		return Ramp(o.Rate, o.RateTo, length), nil
	case "replay":
		return Replay(o.Offsets, o.Speed, length)
	}
	return nil, fmt.Errorf("arrivals %q is not one of constant, poisson, ramp, replay", o.Arrivals)
}
