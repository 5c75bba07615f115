package engine

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"time"
)

func TestAnOutageEndsWithTheAnswerToARequestThatWasSentAfterItsLastFailure(t *testing.T) {
	var o outages
	at := func(n int) time.Duration { return time.Duration(n) * time.Millisecond }
	o.note(at(90), &sample{done: at(99)})
	o.note(at(90), &sample{done: at(100), failure: "57P01"})
	o.note(at(95), &sample{done: at(110)}) // under way when the connection failed
	o.note(at(120), &sample{done: at(300), failure: "08001"})
	o.note(at(130), &sample{done: at(310), failure: "22012"}) // an answer, but no proof that connections work
	o.note(at(320), &sample{done: at(350)})
	o.note(at(320), &sample{done: at(5000), failure: "08006"})
	if got := o.report("a"); len(got) != 2 || got[0] != (Outage{"a", 0.1, 0.35, 2}) || got[1] != (Outage{"a", 5, -1, 1}) {
		t.Errorf("%+v", got)
	}
}

func TestAnOutageOfOneServerDoesNotEndWithAnAnswerOfAnother(t *testing.T) {
	plan := testPlan(t)
	plan.Statements[0].Kind = "read"
	alive, dead := &slow{latency: time.Millisecond}, &refusing{}
	report, err := Run(context.Background(), Options{
		Plan: plan, Target: &slow{latency: time.Millisecond}, Replicas: []Target{dead, alive}, Identified: true,
		Protocol: Extended, Model: Open, Rate: 200, Duration: time.Second, Workers: 2, Seed: 1,
	})
	if err != nil {
		t.Fatal(err)
	}
	if got := report.Outages; len(got) != 1 || got[0].Endpoint != "refusing" || got[0].To != -1 || got[0].Failures < 50 {
		t.Errorf("%+v", got)
	}
}

// refusing takes its first connections, breaks them at the first request, and takes no other.
type refusing struct {
	slow
	taken atomic.Int64
}

func (r *refusing) Name() string { return "refusing" }
func (r *refusing) Connect(context.Context, *Encoding) (Link, error) {
	if r.taken.Add(1) > 2 {
		return nil, errors.New("connection refused")
	}
	return brokenLink{slowLink{&r.slow}}, nil
}

type brokenLink struct{ slowLink }

func (brokenLink) Execute(_ Request, reply *Reply) bool {
	reply.SQLState = "08006"
	return false
}

func TestGapsAreTheTimesWithoutAnAnswer(t *testing.T) {
	var a answered
	for n := range 1000 {
		if n < 400 || n >= 540 && n != 700 {
			a.mark(time.Duration(n) * gapSlot)
		}
	}
	got := a.gaps(11 * time.Second)
	if len(got) != 2 || got[0] != (Gap{4, 5.4}) || got[1] != (Gap{10, 11}) {
		t.Errorf("%+v", got)
	}
}
