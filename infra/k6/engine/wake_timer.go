package engine

import "time"

// wakeTimer rings once at a time that another goroutine may still change.
type wakeTimer struct {
	alarm *alarm // nil where there is none
	timer *time.Timer
}

func newWakeTimer() *wakeTimer {
	b := &wakeTimer{alarm: newAlarm()}
	if b.alarm == nil {
		b.timer = time.NewTimer(time.Hour)
	}
	return b
}

func (b *wakeTimer) set(d time.Duration) {
	if b.alarm != nil {
		b.alarm.arm(d)
	} else {
		b.timer.Reset(max(d, 0))
	}
}

func (b *wakeTimer) wait() {
	if b.alarm != nil {
		b.alarm.ring()
	} else {
		<-b.timer.C
	}
}

func (b *wakeTimer) Close() { b.alarm.Close() }
