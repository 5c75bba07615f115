package olympus

import (
	"runtime"
	"runtime/debug"

	"olympus-bench/k6/engine"
)

// tune makes garbage collections rare during a run, within a bound on memory, and sets how many cores the generator
// may use. By itself it takes all of them for the open model, where a start must not wait for another's system call,
// and half for the closed one, where a second core costs a third more CPU a request in wake-ups (measured with
// 8 connections on two cores) and takes it from the server. The function returned sets everything back.
func tune(procs int, model engine.Model) func() {
	if procs == 0 && model == engine.Closed {
		procs = max(1, runtime.NumCPU()/2)
	}
	const heap = 192 << 20 // with the program itself that stays below 300 MB
	percent, limit := debug.SetGCPercent(800), debug.SetMemoryLimit(heap)
	before := runtime.GOMAXPROCS(procs)
	return func() {
		debug.SetGCPercent(percent)
		debug.SetMemoryLimit(limit)
		runtime.GOMAXPROCS(before)
	}
}
