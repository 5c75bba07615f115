package olympus

import (
	"runtime"
	"runtime/debug"
)

// tune makes garbage collections rare during a run, within a bound on memory, and sets how many cores the generator
// may use (0: as it is). The function returned sets everything back.
func tune(procs int) func() {
	const heap = 256 << 20
	percent, limit := debug.SetGCPercent(800), debug.SetMemoryLimit(heap)
	before := runtime.GOMAXPROCS(procs)
	return func() {
		debug.SetGCPercent(percent)
		debug.SetMemoryLimit(limit)
		runtime.GOMAXPROCS(before)
	}
}
