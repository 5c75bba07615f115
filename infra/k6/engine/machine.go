package engine

import (
	"fmt"
	"runtime/debug"
	"syscall"
	"time"
)

// enoughFiles refuses more connections than this process may have open.
func enoughFiles(connections int) error {
	const others = 64 + alarms // k6's own files and sockets, and the clocks of its workers
	var limit syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit); err != nil {
		return nil
	}
	if uint64(connections)+others > limit.Cur {
		return fmt.Errorf("%d connections need %d open files, the limit is %d: raise it with `ulimit -n %d`",
			connections, connections+others, limit.Cur, connections+others)
	}
	return nil
}

// usage is what the process has consumed so far.
type usage struct {
	cpu   time.Duration
	gc    debug.GCStats
	taken time.Time
}

func measureUsage() usage {
	u := usage{taken: time.Now()}
	var r syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &r) == nil {
		u.cpu = time.Duration(r.Utime.Nano() + r.Stime.Nano())
	}
	debug.ReadGCStats(&u.gc)
	return u
}

// Usage is what a run consumed between two measurements.
type Usage struct {
	CPUSeconds     float64 `json:"cpuSeconds"`
	WallSeconds    float64 `json:"wallSeconds"`
	GCs            int64   `json:"gcs"`
	GCPauseSeconds float64 `json:"gcPauseSeconds"`
	GCPauseMax     float64 `json:"gcPauseMaxSeconds"`
}

func (u usage) since(before usage) Usage {
	count := u.gc.NumGC - before.gc.NumGC
	var longest time.Duration
	for i, pause := range u.gc.Pause { // the latest first, at most 256
		if int64(i) >= count {
			break
		}
		longest = max(longest, pause)
	}
	return Usage{
		CPUSeconds:     (u.cpu - before.cpu).Seconds(),
		WallSeconds:    u.taken.Sub(before.taken).Seconds(),
		GCs:            count,
		GCPauseSeconds: (u.gc.PauseTotal - before.gc.PauseTotal).Seconds(),
		GCPauseMax:     longest.Seconds(),
	}
}
