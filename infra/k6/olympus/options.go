package olympus

import (
	"fmt"
	"math"
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
	}
	if at := read.number("startAt", 0); at > 0 {
		o.StartAt = time.UnixMilli(int64(at))
	}
	deadline := read.duration("deadline", 30*time.Second)
	weights := read.weights(runtime, "statements")
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
	var err error
	if o.Target, err = where.target(deadline); err != nil {
		return nil, outside{}, err
	}
	if o.Plan, err = what.plan.Reweighted(weights); err != nil {
		return nil, outside{}, err
	}
	o.Plan, err = o.Plan.Tenanted(tenants)
	return o, files, err
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
