package engine

import (
	"context"
	"testing"
	"time"
)

// laggard never replays anything, and is slow to say so.
type laggard struct{ slow }

func (b *laggard) Connect(context.Context, *Encoding) (Link, error) {
	return laggardLink{slowLink{&b.slow}}, nil
}

type laggardLink struct{ slowLink }

func (laggardLink) Replayed() (uint64, error) {
	time.Sleep(3 * time.Millisecond)
	return 0, nil
}

func TestAReadWhoseFirstLookTakesAllOfItsPatienceHasWaited(t *testing.T) {
	o := Options{Plan: testPlan(t), Replicas: []Target{&laggard{}}, ReplicaWait: time.Millisecond}
	r := newRoute(&o)
	for tenant := range r.wrote {
		r.wrote[tenant].Store(1)
	}
	read := 0
	for read < len(r.writes) && r.writes[read] {
		read++
	}
	link, _ := o.Replicas[0].Connect(context.Background(), nil)
	w := &worker{phase: &phase{}, links: []Link{nil, link}, hold: true}
	place, wait, err := r.place(context.Background(), w, Request{Statement: int32(read)})
	if err != nil || place != 0 {
		t.Fatalf("the read went to %d (%v) and not to the primary", place, err)
	}
	counts := r.report()
	if counts.FellBack != 1 || counts.Waits != 1 || wait < 3*time.Millisecond {
		t.Fatalf("%d fell back, %d waited, for %s", counts.FellBack, counts.Waits, wait)
	}
}
