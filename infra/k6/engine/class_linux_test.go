package engine

import (
	"testing"

	"golang.org/x/sys/unix"
)

// classOf is the class of the thread that asks.
func classOf(t *testing.T) Scheduling {
	t.Helper()
	attributes, err := unix.SchedGetAttr(0, 0)
	if err != nil {
		t.Fatal(err)
	}
	switch {
	case attributes.Policy == unix.SCHED_RR:
		return Realtime
	case attributes.Nice == niceness:
		return Raised
	}
	return Normal
}
