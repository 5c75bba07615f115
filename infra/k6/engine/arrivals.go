package engine

import (
	"fmt"
	"math"
	"time"
)

// Arrivals yields due times in order, as offsets from the start of the schedule; false when there are no more.
type Arrivals func() (time.Duration, bool)

// Constant is one arrival every 1/rate seconds, the first at 0.
func Constant(rate float64, length time.Duration) Arrivals {
	count := int64(math.Round(rate * length.Seconds()))
	var index int64
	return func() (time.Duration, bool) {
		if index >= count {
			return 0, false
		}
		due := time.Duration(float64(index) / rate * float64(time.Second))
		index++
		return due, true
	}
}

// Poisson has independent exponential gaps of mean 1/rate: many users who do not know of each other.
func Poisson(rate float64, length time.Duration, seed uint64) Arrivals {
	var index uint64
	at := 0.0
	return func() (time.Duration, bool) {
		at += exponential(seed, arrivalStream, index) / rate
		index++
		due := time.Duration(at * float64(time.Second))
		return due, due < length
	}
}

// Ramp goes linearly from one rate to another: the n-th arrival is due when the integral of the rate reaches n.
func Ramp(from, to float64, length time.Duration) Arrivals {
	seconds := length.Seconds()
	slope := (to - from) / seconds
	count := int64(math.Floor((from + to) / 2 * seconds))
	var index int64
	return func() (time.Duration, bool) {
		if index >= count {
			return 0, false
		}
		n := float64(index)
		index++
		at := n / from
		if math.Abs(slope) > 1e-12 {
			at = (math.Sqrt(from*from+2*slope*n) - from) / slope
		}
		return time.Duration(at * float64(time.Second)), true
	}
}

// Replay repeats recorded offsets (seconds, ascending), `speed` times as fast; what is due at `length` or later is left out.
func Replay(offsets []float64, speed float64, length time.Duration) (Arrivals, error) {
	for i := 1; i < len(offsets); i++ {
		if offsets[i] < offsets[i-1] {
			return nil, fmt.Errorf("recorded arrival %d is earlier than the one before it (%g < %g)", i, offsets[i], offsets[i-1])
		}
	}
	index := 0
	return func() (time.Duration, bool) {
		if index >= len(offsets) {
			return 0, false
		}
		due := time.Duration((offsets[index] - offsets[0]) / speed * float64(time.Second))
		index++
		return due, due < length
	}, nil
}

// Then is one schedule after another, which starts at `length`.
func (first Arrivals) Then(length time.Duration, second Arrivals) Arrivals {
	over := false
	return func() (time.Duration, bool) {
		if !over {
			if due, ok := first(); ok {
				return due, true
			}
			over = true
		}
		due, ok := second()
		return due + length, ok
	}
}
