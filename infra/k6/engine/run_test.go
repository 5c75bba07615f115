package engine

import (
	"context"
	"math"
	"math/rand/v2"
	"sort"
	"sync"
	"testing"
	"time"

	hdr "github.com/HdrHistogram/hdrhistogram-go"
)

// slow answers after `latency`, except that nothing is answered between `from` and `to` after its first request.
type slow struct {
	latency, from, to time.Duration
	once              sync.Once
	start             time.Time
	mu                sync.Mutex
	sent              map[Request]int
}

func (s *slow) Connect(context.Context, *Encoding) (Link, error) { return slowLink{s}, nil }
func (s *slow) Check(context.Context, *Plan) error               { return nil }
func (s *slow) Name() string                                     { return "slow" }

type slowLink struct{ *slow }

func (l slowLink) Execute(r Request, reply *Reply) bool {
	l.once.Do(func() { l.start = time.Now() })
	time.Sleep(l.latency)
	if at := time.Since(l.start); at > l.from && at < l.to {
		time.Sleep(l.to - at)
	}
	l.mu.Lock()
	if l.sent == nil {
		l.sent = map[Request]int{}
	}
	l.sent[r]++
	l.mu.Unlock()
	reply.Rows = 1
	return true
}
func (slowLink) Replayed() (uint64, error) { return 0, nil }
func (slowLink) Interrupt()                {}
func (slowLink) Close()                    {}

func decoded(t *testing.T, text string) *hdr.Histogram {
	t.Helper()
	h, err := hdr.Decode([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func countBelow(h *hdr.Histogram, limit time.Duration) (count int64) {
	for _, bar := range h.Distribution() {
		if bar.To < int64(limit) {
			count += bar.Count
		}
	}
	return count
}

func TestAStallIsChargedToEveryRequestThatWasDueInIt(t *testing.T) {
	// 10 s at 200/s with a stall of 1.4 s: 280 of 2000 requests wait, uniformly 0 to 1.4 s. The p99 is the
	// 20th longest wait: 1.4 s - 20/200 s = 1.3 s.
	report, err := Run(context.Background(), Options{
		Plan: testPlan(t), Target: &slow{latency: 200 * time.Microsecond, from: 4 * time.Second, to: 5400 * time.Millisecond},
		Protocol: Extended, Model: Open, Rate: 200, Duration: 10 * time.Second, Workers: 8, Seed: 1,
	})
	if err != nil {
		t.Fatal(err)
	}
	p99 := float64(decoded(t, report.Response).ValueAtQuantile(99)) / 1e6
	if math.Abs(p99-1300) > 65 {
		t.Errorf("p99 of the response time is %.0f ms, not 1300", p99)
	}
	if service := float64(decoded(t, report.Service).ValueAtQuantile(99)) / 1e6; service > 650 {
		t.Errorf("p99 of the service time is %.0f ms: only eight requests were in the stall", service)
	}
	if lag := float64(decoded(t, report.StartLag).ValueAtQuantile(99)) / 1e6; lag > 100 {
		t.Errorf("p99 of the start lag is %.0f ms: the wait for a free worker is not the generator's lag", lag)
	}
	if wait := float64(decoded(t, report.Wait).ValueAtQuantile(99)) / 1e6; math.Abs(wait-1300) > 65 {
		t.Errorf("p99 of the wait is %.0f ms, not 1300", wait)
	}
	if len(report.Gaps) != 1 || math.Abs(report.Gaps[0].From-4) > 0.1 || math.Abs(report.Gaps[0].To-5.4) > 0.1 {
		t.Errorf("gaps %+v, not one from 4.0 to 5.4 s", report.Gaps)
	}
	if report.Requests != 2000 || report.Dropped != 0 || report.Offered != 2000 {
		t.Errorf("%d requests, %d dropped of %d", report.Requests, report.Dropped, report.Offered)
	}
}

func TestWhatCannotStartBeforeTheEndIsReportedAsDropped(t *testing.T) {
	report, err := Run(context.Background(), Options{
		Plan: testPlan(t), Target: &slow{latency: 100 * time.Millisecond}, Protocol: Extended, Model: Open,
		Rate: 100, Duration: time.Second, Drain: 200 * time.Millisecond, Workers: 1, Seed: 1,
	})
	if err != nil {
		t.Fatal(err)
	}
	if report.Offered != 100 || uint64(report.Requests)+report.Dropped != 100 || report.Dropped < 80 {
		t.Errorf("offered %d, requests %d, dropped %d", report.Offered, report.Requests, report.Dropped)
	}
}

func TestTwoRunsSendTheSameRequests(t *testing.T) {
	sent := func(workers int) map[Request]int {
		target := &slow{latency: time.Millisecond}
		if _, err := Run(context.Background(), Options{
			Plan: testPlan(t), Target: target, Protocol: Extended, Model: Open, Arrivals: "poisson",
			Rate: 1000, Duration: 500 * time.Millisecond, Workers: workers, Seed: 4,
		}); err != nil {
			t.Fatal(err)
		}
		return target.sent
	}
	a, b := sent(8), sent(3)
	if len(a) == 0 || len(a) != len(b) {
		t.Fatalf("%d and %d distinct requests", len(a), len(b))
	}
	for request, count := range a {
		if b[request] != count {
			t.Errorf("%+v: %d and %d times", request, count, b[request])
		}
	}
}

func TestTwoHalvesMakeTheWhole(t *testing.T) {
	requests := map[Group]int64{}
	run := func(lane Lane, sign int64) {
		report, err := Run(context.Background(), Options{
			Plan: testPlan(t), Target: Null{}, Protocol: Extended, Model: Open, Rate: 2000, Arrivals: "poisson",
			Duration: time.Second, Workers: 2, Seed: 4, Lane: lane,
		})
		if err != nil {
			t.Fatal(err)
		}
		for _, statement := range report.Statements {
			requests[Group{statement.Name, statement.TenantClass}] += sign * statement.Requests
		}
	}
	run(Lane{}, 1)
	run(Lane{0, 2}, -1)
	run(Lane{1, 2}, -1)
	for group, difference := range requests {
		if difference != 0 {
			t.Errorf("%+v: %+d", group, difference)
		}
	}
}

func TestTheSecondsAddUpToTheTotal(t *testing.T) {
	var handed int64
	report, err := Run(context.Background(), Options{
		Plan: testPlan(t), Target: Null{}, Protocol: Prepared, Identified: true, Model: Closed,
		Duration: 2500 * time.Millisecond, Warmup: 100 * time.Millisecond, Workers: 2, Seed: 1,
		OnSecond: func(s *Second) error { handed += s.All.Requests; return nil },
	})
	if err != nil {
		t.Fatal(err)
	}
	var inSeries, inStatements, inHistograms int64
	for _, second := range report.Series {
		inSeries += second.Requests
		inHistograms += decoded(t, second.Response).TotalCount()
	}
	for _, statement := range report.Statements {
		inStatements += statement.Requests
	}
	n := report.Requests
	if n == 0 || handed != n || inSeries != n || inStatements != n || inHistograms != n || len(report.Series) != 3 {
		t.Errorf("requests %d, handed on %d, series %d (%d s), statements %d, histograms %d",
			n, handed, inSeries, len(report.Series), inStatements, inHistograms)
	}
}

func TestACancelledRunIsMarkedIncomplete(t *testing.T) {
	ctx, cancel := context.WithTimeout(context.Background(), 300*time.Millisecond)
	defer cancel()
	report, err := Run(ctx, Options{
		Plan: testPlan(t), Target: &slow{latency: time.Millisecond}, Protocol: Extended, Model: Open,
		Rate: 100, Duration: time.Minute, Workers: 2, Seed: 1,
	})
	if err != nil || report.Complete || report.Requests == 0 {
		t.Errorf("error %v, report %+v", err, report)
	}
}

func TestPercentilesOfAHeavyTailAreWithinOnePercent(t *testing.T) {
	const n = 1_000_000
	source := rand.New(rand.NewPCG(1, 2))
	var h Sketch
	exact := make([]float64, n)
	for i := range exact { // a Pareto law with infinite variance, from 100 us
		ns := 100_000 * math.Pow(1-source.Float64(), -1/1.5)
		exact[i] = math.Min(ns, float64(longest))
		h.record(time.Duration(ns))
	}
	sort.Float64s(exact)
	round := decoded(t, func() string { text, _ := h.Encode(); return text }())
	for _, p := range []float64{50, 90, 99, 99.9, 99.99} {
		want := exact[int(math.Ceil(p/100*n))-1]
		if got := float64(round.ValueAtQuantile(p)); math.Abs(got/want-1) > 0.01 {
			t.Errorf("p%g is %g, exactly %g", p, got, want)
		}
	}
}
