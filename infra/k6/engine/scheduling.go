package engine

import (
	"runtime"
	"time"
)

// Scheduling is how the kernel lets the generator run. Realtime comes before everything else that is ready to run;
// Raised has a better nice value than the server; Normal waits for its turn behind back ends.
type Scheduling string

const (
	Realtime Scheduling = "realtime"
	Raised   Scheduling = "raised"
	Normal   Scheduling = "normal"
)

// scheduling is the class of a run. It never holds the machine: guard gives the real-time class back as soon as the
// generator takes more than half of the cores.
type scheduling struct {
	class  Scheduling
	warn   func(string)
	cpu    time.Duration
	looked time.Time
	lower  func()
}

const (
	// guardEvery is how often the generator's own CPU time is looked at.
	guardEvery = 250 * time.Millisecond
	// guardShare of all cores is more than a generator needs that waits for its next due time.
	guardShare = 0.5
)

// newScheduling takes the best class that the system allows, but none above `wanted` ("" is Realtime).
func newScheduling(wanted Scheduling, warn func(string)) *scheduling {
	s := &scheduling{class: Normal, warn: warn, lower: func() {}, looked: time.Now(), cpu: measureUsage().cpu}
	if wanted == Normal {
		return s
	}
	if wanted != Raised {
		if lower, err := realtime(); err == nil {
			s.class, s.lower = Realtime, lower
			return s
		}
	}
	if lower, err := nicer(); err == nil {
		s.class, s.lower = Raised, lower
	}
	return s
}

// guard is called again and again while the generator works.
func (s *scheduling) guard() {
	now := time.Now()
	passed := now.Sub(s.looked)
	if s.class != Realtime || passed < guardEvery {
		return
	}
	cpu := measureUsage().cpu
	share := float64(cpu-s.cpu) / float64(passed) / float64(runtime.NumCPU())
	s.cpu, s.looked = cpu, now
	if share > guardShare {
		s.end()
		s.warn("the generator took more than half of the cores and has left the real-time class, so that it does not hold the machine")
	}
}

// end goes back to the normal class.
func (s *scheduling) end() {
	s.lower()
	s.class, s.lower = Normal, func() {}
}
