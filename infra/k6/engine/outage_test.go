package engine

import (
	"testing"
	"time"
)

func TestAnOutageEndsWithTheAnswerToARequestThatWasSentAfterItsLastFailure(t *testing.T) {
	var o outages
	at := func(n int) time.Duration { return time.Duration(n) * time.Millisecond }
	o.note(at(90), &sample{done: at(99)})
	o.note(at(90), &sample{done: at(100), failure: "57P01"})
	o.note(at(95), &sample{done: at(110)}) // under way when the connection failed
	o.note(at(120), &sample{done: at(300), failure: "08001"})
	o.note(at(130), &sample{done: at(310), failure: "22012"}) // an answer, but no proof that connections work
	o.note(at(320), &sample{done: at(350)})
	o.note(at(320), &sample{done: at(5000), failure: "08006"})
	if got := o.report(); len(got) != 2 || got[0] != (Outage{0.1, 0.35, 2}) || got[1] != (Outage{5, -1, 1}) {
		t.Errorf("%+v", got)
	}
}

func TestGapsAreTheTimesWithoutAnAnswer(t *testing.T) {
	var a answered
	for n := range 1000 {
		if n < 400 || n >= 540 && n != 700 {
			a.mark(time.Duration(n) * gapSlot)
		}
	}
	got := a.gaps(11 * time.Second)
	if len(got) != 2 || got[0] != (Gap{4, 5.4}) || got[1] != (Gap{10, 11}) {
		t.Errorf("%+v", got)
	}
}
