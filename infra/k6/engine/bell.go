package engine

import "time"

// bell rings once at a time that another goroutine may still change.
type bell struct {
	alarm *alarm // nil where there is none
	timer *time.Timer
}

func newBell() *bell {
	b := &bell{alarm: newAlarm()}
	if b.alarm == nil {
		b.timer = time.NewTimer(time.Hour)
	}
	return b
}

func (b *bell) set(d time.Duration) {
	if b.alarm != nil {
		b.alarm.arm(d)
	} else {
		b.timer.Reset(max(d, 0))
	}
}

func (b *bell) wait() {
	if b.alarm != nil {
		b.alarm.ring()
	} else {
		<-b.timer.C
	}
}

func (b *bell) Close() { b.alarm.Close() }
