package engine

import (
	"math"
	"testing"
	"time"
)

func all(a Arrivals) (times []float64) {
	for {
		at, ok := a()
		if !ok {
			return times
		}
		times = append(times, at.Seconds())
	}
}

func TestConstantArrivalsDoNotDrift(t *testing.T) {
	times := all(Constant(700, 60*time.Second))
	if len(times) != 42_000 || times[0] != 0 || math.Abs(times[41_999]-41_999.0/700) > 1e-6 {
		t.Errorf("%d arrivals, the last at %f", len(times), times[len(times)-1])
	}
}

func TestPoissonArrivalsHaveTheMeanAndTheVarianceOfTheLaw(t *testing.T) {
	times := all(Poisson(1000, 200*time.Second, 3))
	if math.Abs(float64(len(times))-200_000) > 4*math.Sqrt(200_000) {
		t.Errorf("%d arrivals", len(times))
	}
	sum, squares := 0.0, 0.0
	for i := 1; i < len(times); i++ {
		gap := times[i] - times[i-1]
		sum += gap
		squares += gap * gap
	}
	n := float64(len(times) - 1)
	mean := sum / n
	deviation := math.Sqrt(squares/n - mean*mean)
	if math.Abs(mean-0.001) > 0.00001 || math.Abs(deviation-0.001) > 0.00002 {
		t.Errorf("mean gap %g, deviation %g", mean, deviation)
	}
}

func TestPoissonArrivalsRepeatUnderOneSeed(t *testing.T) {
	a, b := all(Poisson(100, time.Second, 5)), all(Poisson(100, time.Second, 5))
	for i := range a {
		if a[i] != b[i] {
			t.Fatalf("arrival %d: %g and %g", i, a[i], b[i])
		}
	}
}

func TestARampEndsAtItsSecondRate(t *testing.T) {
	times := all(Ramp(100, 1100, 10*time.Second))
	first, last := 0, 0
	for _, at := range times {
		if at < 1 {
			first++
		}
		if at >= 9 {
			last++
		}
	}
	if len(times) != 6000 || first != 150 || math.Abs(float64(last)-1050) > 2 {
		t.Errorf("%d arrivals, %d in the first second, %d in the last", len(times), first, last)
	}
}

func TestLanesServeEveryArrivalOnce(t *testing.T) {
	seen := map[uint64]time.Duration{}
	for lane := range uint64(3) {
		schedule := NewSchedule(Poisson(500, time.Second, 9), Lane{lane, 3})
		for {
			arrival, ok := schedule.Next()
			if !ok {
				break
			}
			if _, twice := seen[arrival.Index]; twice {
				t.Fatalf("arrival %d twice", arrival.Index)
			}
			seen[arrival.Index] = arrival.Due
		}
	}
	whole := all(Poisson(500, time.Second, 9))
	if len(seen) != len(whole) {
		t.Fatalf("%d arrivals in three lanes, %d in one", len(seen), len(whole))
	}
	for i, at := range whole {
		if seen[uint64(i)].Seconds() != at {
			t.Fatalf("arrival %d is due at %v, not %g", i, seen[uint64(i)], at)
		}
	}
}

func TestAReplayKeepsTheGapsAndEndsWithItsPhase(t *testing.T) {
	replay, err := Replay([]float64{100, 101, 101.5, 104}, 2, 2*time.Second)
	if err != nil {
		t.Fatal(err)
	}
	if times := all(replay); len(times) != 3 || times[1] != 0.5 || times[2] != 0.75 {
		t.Errorf("%v", times)
	}
	if _, err := Replay([]float64{1, 0.5}, 1, time.Second); err == nil {
		t.Error("a recording that goes back in time is accepted")
	}
}

func TestOneScheduleFollowsTheOther(t *testing.T) {
	times := all(Constant(2, time.Second).Then(time.Second, Constant(1, 2*time.Second)))
	if len(times) != 4 || times[1] != 0.5 || times[2] != 1 || times[3] != 2 {
		t.Errorf("%v", times)
	}
}
