package engine

import (
	"sort"
	"time"
)

// Gap is a time in which no request was answered, in seconds since the start of the measured window, to a slot exactly.
type Gap struct {
	From float64 `json:"from"`
	To   float64 `json:"to"`
}

const (
	gapSlot = 10 * time.Millisecond
	// leastGap: shorter ones are told by percentiles.
	leastGap = 200 * time.Millisecond
	mostGaps = 50
)

// answered marks the slots of a run in which something was answered: a bit each, 45 kB an hour.
type answered struct{ slots []uint64 }

func (a *answered) mark(at time.Duration) {
	slot := int(max(at, 0) / gapSlot)
	for slot/64 >= len(a.slots) {
		a.slots = append(a.slots, 0)
	}
	a.slots[slot/64] |= 1 << (slot % 64)
}

// gaps are the longest stretches without an answer until `end`, in order of time.
func (a *answered) gaps(end time.Duration) []Gap {
	all := []Gap{}
	from, last := 0, int(end/gapSlot)
	add := func(to int) {
		if time.Duration(to-from)*gapSlot >= leastGap {
			all = append(all, Gap{(time.Duration(from) * gapSlot).Seconds(), (time.Duration(to) * gapSlot).Seconds()})
		}
	}
	for slot := range min(last, 64*len(a.slots)) {
		if a.slots[slot/64]&(1<<(slot%64)) != 0 {
			add(slot)
			from = slot + 1
		}
	}
	add(last)
	if len(all) > mostGaps {
		sort.Slice(all, func(i, j int) bool { return all[i].To-all[i].From > all[j].To-all[j].From })
		all = all[:mostGaps]
		sort.Slice(all, func(i, j int) bool { return all[i].From < all[j].From })
	}
	return all
}
