package olympus

import (
	"time"

	"go.k6.io/k6/v2/metrics"

	"olympus-bench/k6/engine"
)

// meters are the k6 metrics of a run, for thresholds and outputs. The record of a run is its report and its
// histograms: a Trend here holds a sample of the requests.
type meters struct {
	requests, errors, dropped, rows, bytes *metrics.Metric
	response, service                      *metrics.Metric
}

func newMeters(registry *metrics.Registry) (*meters, error) {
	m := &meters{}
	for _, meter := range []struct {
		into  **metrics.Metric
		name  string
		kind  metrics.MetricType
		value metrics.ValueType
	}{
		{&m.requests, "olympus_requests", metrics.Counter, metrics.Default},
		{&m.errors, "olympus_errors", metrics.Rate, metrics.Default},
		{&m.dropped, "olympus_dropped", metrics.Counter, metrics.Default},
		{&m.rows, "olympus_rows", metrics.Counter, metrics.Default},
		{&m.bytes, "olympus_bytes", metrics.Counter, metrics.Data},
		{&m.response, "olympus_response", metrics.Trend, metrics.Time},
		{&m.service, "olympus_service", metrics.Trend, metrics.Time},
	} {
		metric, err := registry.NewMetric(meter.name, meter.kind, meter.value)
		if err != nil {
			return nil, err
		}
		*meter.into = metric
	}
	return m, nil
}

// emitter pushes a run's seconds into k6.
type emitter struct {
	*instance
	groups []engine.Group
	all    *metrics.TagSet
	tags   []*metrics.TagSet
}

func newEmitter(i *instance, o *engine.Options) *emitter {
	var groups []engine.Group
	if choice, err := engine.NewChoice(o.Plan, o.Seed); err == nil { // Run reports the error
		groups = choice.Groups
	}
	return emitterOf(i, o.Target, groups)
}

func scriptEmitter(i *instance, target engine.Target) *emitter {
	return emitterOf(i, target, []engine.Group{{Statement: "script", Class: "none"}})
}

func emitterOf(i *instance, target engine.Target, groups []engine.Group) *emitter {
	e := &emitter{instance: i, groups: groups}
	e.all = i.vu.State().Tags.GetCurrentValues().Tags.With("endpoint", target.Name())
	for _, group := range e.groups {
		e.tags = append(e.tags, e.all.With("statement", group.Statement).With("tenant_class", group.Class))
	}
	return e
}

func (e *emitter) second(s *engine.Second) {
	now := time.Now()
	var samples metrics.Samples
	push := func(metric *metrics.Metric, tags *metrics.TagSet, value float64) {
		samples = append(samples, metrics.Sample{
			TimeSeries: metrics.TimeSeries{Metric: metric, Tags: tags}, Time: now, Value: value,
		})
	}
	for i, group := range s.Groups {
		if group.Requests == 0 {
			continue
		}
		push(e.metrics.requests, e.tags[i], float64(group.Requests))
		push(e.metrics.rows, e.tags[i], float64(group.Rows))
		push(e.metrics.bytes, e.tags[i], float64(group.Bytes))
		e.errorRate(push, i, group)
	}
	for _, one := range s.Sampled {
		push(e.metrics.response, e.tags[one.Group], milliseconds(one.Response))
		push(e.metrics.service, e.tags[one.Group], milliseconds(one.Service))
	}
	metrics.PushIfNotDone(e.vu.Context(), e.vu.State().Samples, samples)
}

// errorRate keeps k6's Rate small: k6 counts samples, so a second gives at most 100 of them, in the right proportion,
// and any error gives at least one.
func (e *emitter) errorRate(push func(*metrics.Metric, *metrics.TagSet, float64), i int, group engine.GroupRecord) {
	n := min(group.Requests, 100)
	failed := (group.Errors*n + group.Requests - 1) / group.Requests
	for k := range n {
		value := 0.0
		if k < failed {
			value = 1
		}
		push(e.metrics.errors, e.tags[i], value)
	}
}

// finish always counts the dropped starts, also when there were none: a threshold needs a sample to look at.
func (e *emitter) finish(report *engine.Report) {
	metrics.PushIfNotDone(e.vu.Context(), e.vu.State().Samples, metrics.Sample{
		TimeSeries: metrics.TimeSeries{Metric: e.metrics.dropped, Tags: e.all}, Time: time.Now(), Value: float64(report.Dropped),
	})
}

func milliseconds(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }
