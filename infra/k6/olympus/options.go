package olympus

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"time"

	"github.com/grafana/sobek"

	"olympus-bench/k6/engine"
)

// outside are the options of run() that are not the engine's.
type outside struct {
	histograms string
	procs      int
}

// samplesPerSecond bounds what a run pushes into k6's Trends, which keep every value for ever.
const samplesPerSecond = 200

func (i *instance) runOptions(value sobek.Value) (*engine.Options, outside, error) {
	runtime := i.vu.Runtime()
	read := newFields(runtime, value)
	where, isEndpoint := exported[*endpoint](read.get("endpoint"))
	what, isPlan := exported[*plan](read.get("plan"))
	if !isEndpoint || !isPlan {
		return nil, outside{}, fmt.Errorf("run() needs an endpoint (made by endpoint()) and a plan (made by loadPlan())")
	}
	o := &engine.Options{
		Scenario:    read.text("scenario", "unnamed"),
		Protocol:    where.protocol,
		Identified:  read.flag("identity", true),
		Model:       engine.Model(read.text("model", string(engine.Open))),
		Rate:        read.number("rate", 0),
		RateTo:      read.number("rateTo", 0),
		Arrivals:    read.text("arrivals", "constant"),
		Offsets:     read.numbers("offsets"),
		Speed:       read.number("speed", 1),
		Duration:    read.duration("duration", 30*time.Second),
		Warmup:      read.duration("warmup", 0),
		Drain:       read.duration("drain", 10*time.Second),
		Think:       read.duration("thinkTime", 0),
		Connections: where.connections,
		Workers:     read.integer("clients", where.connections),
		Retries:     read.integer("retries", 0),
		Reconnect:   read.flag("reconnect", false),
		Seed:        uint64(read.integer("seed", 1)),
		Lane:        engine.Lane{Number: uint64(read.integer("lane", 0)), Of: uint64(read.integer("lanes", 1))},
		Stride:      int64(read.integer("sampleEvery", 0)),
		Scheduling:  engine.Scheduling(read.text("scheduling", "")),
		ReplicaWait: read.duration("replicaWait", 50*time.Millisecond),
		Warn:        func(message string) { i.vu.State().Logger.Warn(warning + message) },
	}
	if at := read.number("startAt", 0); at > 0 {
		o.StartAt = time.UnixMilli(int64(at))
	}
	deadline := read.duration("deadline", 30*time.Second)
	weights := read.weights(runtime, "statements")
	replicas, err := i.endpoints(read.get("replicas"))
	if err != nil {
		return nil, outside{}, err
	}
	if o.Session, err = i.session(read.get("session")); err != nil {
		return nil, outside{}, err
	}
	tenants := read.text("tenants", "all")
	files := outside{histograms: read.text("histograms", ""), procs: read.integer("cores", 0)}
	if err := read.finish(); err != nil {
		return nil, outside{}, err
	}
	if o.Model == engine.Open && o.Rate == 0 && o.Arrivals != "replay" {
		o.Model = engine.Closed
	}
	if o.Stride == 0 {
		o.Stride = stride(o)
	}
	if len(o.Session) > 0 {
		if weights != nil {
			return nil, outside{}, errors.New("a session names its statements itself: leave out `statements`")
		}
		weights = map[string]float64{}
		for _, step := range o.Session {
			weights[step.Statement] = 1
		}
	}
	for _, replica := range replicas {
		target, err := replica.target(deadline)
		if err != nil {
			return nil, outside{}, err
		}
		o.Replicas = append(o.Replicas, target)
	}
	if o.Target, err = where.target(deadline); err != nil {
		return nil, outside{}, err
	}
	if o.Plan, err = what.plan.Reweighted(weights); err != nil {
		return nil, outside{}, err
	}
	o.Plan, err = o.Plan.Tenanted(tenants)
	return o, files, err
}

// warning begins what bench/load/run-load.ts shows while a run is going on.
const warning = "olympus: "

func (i *instance) endpoints(value sobek.Value) (all []*endpoint, err error) {
	err = i.each(value, func(item sobek.Value) error {
		one, ok := exported[*endpoint](item)
		if !ok {
			return errors.New("replicas must be a list of endpoints, made by endpoint()")
		}
		all = append(all, one)
		return nil
	})
	return all, err
}

// session reads a list of statements: names, or {statement, goOn}.
func (i *instance) session(value sobek.Value) (steps []engine.Step, err error) {
	err = i.each(value, func(item sobek.Value) error {
		if name, ok := item.Export().(string); ok {
			steps = append(steps, engine.Step{Statement: name, GoOn: 1})
			return nil
		}
		read := newFields(i.vu.Runtime(), item)
		step := engine.Step{Statement: read.text("statement", ""), GoOn: read.number("goOn", 1)}
		if step.GoOn > 1 {
			return fmt.Errorf("goOn is a share from 0 to 1, not %g", step.GoOn)
		}
		steps = append(steps, step)
		return read.finish()
	})
	return steps, err
}

func (i *instance) each(value sobek.Value, work func(sobek.Value) error) error {
	if value == nil {
		return nil
	}
	list := value.ToObject(i.vu.Runtime())
	if list.ClassName() != "Array" {
		return fmt.Errorf("%q is no list", value.String())
	}
	for k := range list.Get("length").ToInteger() {
		if err := work(list.Get(strconv.FormatInt(k, 10))); err != nil {
			return err
		}
	}
	return nil
}

// stride: a fixed share of the requests, so that a second with many weighs more than one with few.
func stride(o *engine.Options) int64 {
	if o.Model == engine.Closed {
		return 64
	}
	return int64(math.Ceil(max(o.Rate, o.RateTo, 1) / samplesPerSecond))
}

func exported[T any](value sobek.Value) (T, bool) {
	var none T
	if value == nil {
		return none, false
	}
	typed, ok := value.Export().(T)
	return typed, ok
}
