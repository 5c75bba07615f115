package engine

import (
	"context"
	"math"
	"testing"
	"time"
)

func sessionOptions(t *testing.T, target Target) Options {
	return Options{
		Plan: testPlan(t), Target: target, Protocol: Extended, Model: Open, Rate: 200, Duration: time.Second,
		Warmup: 300 * time.Millisecond, Workers: 4, Seed: 3, Think: 30 * time.Millisecond,
		Session: []Step{{"one", 1}, {"two", 1}, {"one", 1}},
	}
}

func TestASessionSendsItsStatementsInOrderForOneTenantAndOneDraw(t *testing.T) {
	target := &slow{latency: 100 * time.Microsecond}
	o := sessionOptions(t, target)
	o.Warmup, o.Think, o.Rate = 0, time.Millisecond, 100
	report, err := Run(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	s := report.Sessions
	if s.Arrived != 100 || s.Arrived != s.Completed+s.Unfinished || s.Failed+s.Dropped != 0 || s.Completed < 80 {
		t.Fatalf("%+v", s)
	}
	byWho := map[[2]int32][2]int{}
	for request, count := range target.sent {
		who := byWho[[2]int32{request.Tenant, request.Draw}]
		who[request.Statement] += count
		byWho[[2]int32{request.Tenant, request.Draw}] = who
	}
	twice := 0
	for who, counts := range byWho {
		if counts[1] > counts[0] || counts[0] > 2*counts[1]+int(s.Unfinished) {
			t.Errorf("%v: one %d times, two %d times", who, counts[0], counts[1])
		}
		twice += counts[0] - counts[1]
	}
	if len(byWho) < 10 || twice < 80 {
		t.Errorf("%d pairs of tenant and draw, %d third statements", len(byWho), twice)
	}
}

func TestThinkingIsNotChargedAndTheFirstStatementCountsFromTheArrival(t *testing.T) {
	quiet, err := Run(context.Background(), sessionOptions(t, &slow{latency: 100 * time.Microsecond}))
	if err != nil {
		t.Fatal(err)
	}
	if p50 := float64(decoded(t, quiet.Response).ValueAtQuantile(50)) / 1e6; p50 > 20 {
		t.Errorf("p50 is %.1f ms: the pauses of 30 ms are in it", p50)
	}
	// All four workers stand still for 600 ms: the sessions that arrive meanwhile wait, on average half of it.
	o := sessionOptions(t, &slow{latency: 100 * time.Microsecond, from: 600 * time.Millisecond, to: 1200 * time.Millisecond})
	o.Session = []Step{{"one", 1}}
	stalled, err := Run(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	waited := decoded(t, stalled.Response)
	if share := float64(waited.TotalCount()-countBelow(waited, 100*time.Millisecond)) / float64(waited.TotalCount()); math.Abs(share-0.5) > 0.15 {
		t.Errorf("%.0f %% of the sessions waited more than 100 ms, not half of them", 100*share)
	}
	if service := decoded(t, stalled.Service); service.TotalCount()-countBelow(service, 100*time.Millisecond) > 4 {
		t.Error("more requests were in the stall than there are workers")
	}
}

func TestSessionsLeaveByTheirShares(t *testing.T) {
	o := sessionOptions(t, Null{})
	o.Rate, o.Think, o.Session = 20_000, time.Microsecond, []Step{{"one", 1}, {"two", 0.5}}
	report, err := Run(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	two := 0.0
	for _, statement := range report.Statements {
		if statement.Name == "two" {
			two += float64(statement.Requests)
		}
	}
	if share := two / float64(report.Sessions.Arrived); math.Abs(share-0.5) > 0.02 {
		t.Errorf("%.3f of the sessions went on, not 0.5", share)
	}
}

func TestTwoLanesOfSessionsMakeTheWhole(t *testing.T) {
	arrived := func(lane Lane) uint64 {
		o := sessionOptions(t, Null{})
		o.Lane, o.Arrivals = lane, "poisson"
		report, err := Run(context.Background(), o)
		if err != nil {
			t.Fatal(err)
		}
		return report.Sessions.Arrived
	}
	if whole, halves := arrived(Lane{}), arrived(Lane{0, 2})+arrived(Lane{1, 2}); whole != halves || whole < 100 {
		t.Errorf("%d sessions in one lane, %d in two", whole, halves)
	}
}

func TestSessionsThatCannotStartAreReported(t *testing.T) {
	o := sessionOptions(t, &slow{latency: 200 * time.Millisecond})
	o.Workers, o.Drain, o.Warmup, o.Rate = 1, 100*time.Millisecond, 0, 50
	report, err := Run(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	s := report.Sessions
	if s.Arrived != 50 || s.Dropped < 30 || s.Completed+s.Failed+s.Unfinished+s.Dropped != 50 {
		t.Errorf("%+v", s)
	}
	if report.Dropped < s.Dropped || report.Offered != uint64(report.Requests)+report.Dropped {
		t.Errorf("offered %d, requests %d, dropped %d", report.Offered, report.Requests, report.Dropped)
	}
}

func TestASessionThatNoTenantCanSendIsRefused(t *testing.T) {
	o := sessionOptions(t, Null{})
	o.Plan.Draws["two"] = map[string][]Draw{"0": o.Plan.Draws["two"]["0"]}
	o.Plan.Draws["one"] = map[string][]Draw{"1": o.Plan.Draws["one"]["1"]}
	if _, err := Run(context.Background(), o); err == nil {
		t.Error("no error")
	}
}
