package engine

import (
	"container/heap"
	"sync"
	"time"
)

// turn is a step of a session that is due: the arrival itself, or a later statement.
type turn struct {
	due     time.Duration
	session uint64
	step    int
	counted bool // the session arrived in the measured window
}

// Sessions counts the sessions that arrived in the measured window.
type Sessions struct {
	Arrived uint64 `json:"arrived"`
	// Completed ran to their last statement or left of their own accord; Failed ended with an error.
	Completed uint64 `json:"completed"`
	Failed    uint64 `json:"failed"`
	// Unfinished were still going on at the end; Dropped arrived and never started.
	Unfinished uint64 `json:"unfinished"`
	Dropped    uint64 `json:"dropped"`
}

// sessionQueue hands out turns by due time: new sessions from the schedule, and what sessions do next. One worker that has
// nothing to do keeps watch for the earliest turn; the others sleep until it wakes them.
type sessionQueue struct {
	mu        sync.Mutex
	idle      sync.Cond
	wakeTimer *wakeTimer
	watched   bool // a worker waits for the wakeTimer
	start     time.Time
	shift     time.Duration // the schedule begins this long before `start`
	length    time.Duration
	schedule  *Schedule
	head      *turn // of the schedule
	ended     bool  // the schedule has
	later     turns
	busy      int // turns that may lead to another
	closed    bool
	count     Sessions
	// due and unserved count the turns of the measured window, and those that were never handed out.
	due, unserved uint64
}

func newSessionQueue(start time.Time, shift, length time.Duration, schedule *Schedule) *sessionQueue {
	a := &sessionQueue{start: start, shift: shift, length: length, schedule: schedule, wakeTimer: newWakeTimer()}
	a.idle.L = &a.mu
	return a
}

// next waits for the next turn; false when there will be none.
func (a *sessionQueue) next() (turn, bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for {
		first, isNew := a.first()
		now := time.Since(a.start)
		switch {
		case a.closed, first == nil && a.busy == 0:
			a.idle.Broadcast()
			return turn{}, false
		case first != nil && first.due <= now:
			return a.take(first, isNew), true
		case a.watched || first == nil:
			a.idle.Wait()
		default:
			a.watch(first.due - now)
		}
	}
}

// watch waits for the wakeTimer without the lock.
func (a *sessionQueue) watch(d time.Duration) {
	a.watched = true
	a.wakeTimer.set(d)
	a.mu.Unlock()
	a.wakeTimer.wait()
	a.mu.Lock()
	a.watched = false
}

func (a *sessionQueue) take(t *turn, isNew bool) turn {
	taken := *t
	if isNew {
		a.head = nil
		if taken.counted {
			a.count.Arrived++
		}
	} else {
		heap.Pop(&a.later)
	}
	if taken.due >= 0 {
		a.due++
	}
	a.busy++
	a.idle.Signal() // somebody else keeps watch
	return taken
}

// first is the earliest turn, and whether it begins a session.
func (a *sessionQueue) first() (*turn, bool) {
	if a.head == nil && !a.ended {
		if arrival, ok := a.schedule.Next(); ok {
			due := arrival.Due - a.shift
			a.head = &turn{due: due, session: arrival.Index, counted: due >= 0}
		} else {
			a.ended = true
		}
	}
	if len(a.later) > 0 && (a.head == nil || a.later[0].due < a.head.due) {
		return &a.later[0], false
	}
	return a.head, true
}

// goOn puts a session's next step on the sessionQueue; what is due after the end stays undone.
func (a *sessionQueue) goOn(done turn, due time.Duration) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.busy--
	if due >= a.length {
		if done.counted {
			a.count.Unfinished++
		}
		a.endIfDone()
		return
	}
	done.step++
	done.due = due
	heap.Push(&a.later, done)
	if a.later[0] == done && a.watched && (a.head == nil || due < a.head.due) {
		a.wakeTimer.set(due - time.Since(a.start))
	} else if !a.watched {
		a.idle.Signal()
	}
}

// end closes a session.
func (a *sessionQueue) end(done turn, failed bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.busy--
	if done.counted && failed {
		a.count.Failed++
	} else if done.counted {
		a.count.Completed++
	}
	a.endIfDone()
}

func (a *sessionQueue) endIfDone() {
	if first, _ := a.first(); first == nil && a.busy == 0 {
		a.idle.Broadcast()
	}
}

// close makes next return false from now on.
func (a *sessionQueue) close() {
	a.mu.Lock()
	defer a.mu.Unlock()
	if !a.closed {
		a.closed = true
		a.wakeTimer.set(0)
		a.idle.Broadcast()
	}
}

// finish counts what was never done.
func (a *sessionQueue) finish() {
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, t := range a.later {
		if t.due >= 0 {
			a.unserved++
		}
		if t.counted {
			a.count.Unfinished++
		}
	}
	a.later = nil
	for first, _ := a.first(); first != nil; first, _ = a.first() {
		a.head = nil
		if first.counted {
			a.unserved++
			a.count.Arrived++
			a.count.Dropped++
		}
	}
	a.wakeTimer.Close()
}

// behind is how late the earliest turn is.
func (a *sessionQueue) behind(now time.Duration) time.Duration {
	a.mu.Lock()
	defer a.mu.Unlock()
	if first, _ := a.first(); first != nil {
		return now - first.due
	}
	return 0
}

// turns is a heap by due time.
type turns []turn

func (t turns) Len() int           { return len(t) }
func (t turns) Less(i, j int) bool { return t[i].due < t[j].due }
func (t turns) Swap(i, j int)      { t[i], t[j] = t[j], t[i] }
func (t *turns) Push(x any)        { *t = append(*t, x.(turn)) }
func (t *turns) Pop() any {
	last := len(*t) - 1
	x := (*t)[last]
	*t = (*t)[:last]
	return x
}
