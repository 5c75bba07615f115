package engine

import (
	"context"
	"testing"
	"time"
)

func TestTheGeneratorTakesTheClassThatIsAskedForAndLeavesItAfterwards(t *testing.T) {
	before, threads := classOf(t), 4
	for _, wanted := range []Scheduling{Realtime, Raised, Normal} {
		var during Scheduling
		target := &watching{slow{latency: time.Millisecond}, func() { during = classOf(t) }}
		report, err := Run(context.Background(), Options{
			Plan: testPlan(t), Target: target, Protocol: Extended, Model: Open, Rate: 100, Duration: 200 * time.Millisecond,
			Workers: threads, Seed: 1, Scheduling: wanted,
		})
		if err != nil {
			t.Fatal(err)
		}
		if during != report.Scheduling {
			t.Errorf("asked for %s: it ran as %s and reports %s", wanted, during, report.Scheduling)
		}
		if wanted == Normal && report.Scheduling != Normal {
			t.Errorf("asked for the normal class, it took %s", report.Scheduling)
		}
		if after := classOf(t); after != before {
			t.Errorf("after a run as %s the class is %s, not %s as before", report.Scheduling, after, before)
		}
	}
}

// watching looks at each request.
type watching struct {
	slow
	look func()
}

func (w *watching) Connect(context.Context, *Encoding) (Link, error) {
	return &watchingLink{slowLink{&w.slow}, w.look}, nil
}

type watchingLink struct {
	slowLink
	look func()
}

func (l *watchingLink) Execute(r Request, reply *Reply) bool {
	l.look()
	return l.slowLink.Execute(r, reply)
}

func TestWithoutAServerAndInAClosedLoopTheClassIsNormal(t *testing.T) {
	for _, o := range []Options{{Target: Null{}, Model: Open}, {Target: &slow{}, Model: Closed}} {
		if got := o.scheduling(); got != Normal {
			t.Errorf("%+v: %s", o, got)
		}
	}
	if got := (&Options{Target: &slow{}, Model: Open}).scheduling(); got == Normal {
		t.Error("an open load on a server is not given any class")
	}
}

func TestAGeneratorThatTakesMoreThanHalfOfTheCoresLeavesTheRealTimeClass(t *testing.T) {
	lowered, said := 0, ""
	s := &scheduling{class: Realtime, warn: func(message string) { said = message }, lower: func() { lowered++ }}
	s.looked, s.cpu = time.Now().Add(-time.Second), measureUsage().cpu
	s.guard()
	if s.class != Realtime || lowered != 0 {
		t.Fatalf("it used nothing and is %s", s.class)
	}
	s.looked, s.cpu = time.Now().Add(-time.Second), measureUsage().cpu-time.Hour
	s.guard()
	if s.class != Normal || lowered != 1 || said == "" {
		t.Errorf("class %s, lowered %d times, said %q", s.class, lowered, said)
	}
	s.end()
	if lowered != 1 {
		t.Error("lowered twice")
	}
}
