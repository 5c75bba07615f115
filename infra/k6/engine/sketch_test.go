package engine

import (
	"math"
	"math/rand/v2"
	"reflect"
	"testing"
	"time"

	hdr "github.com/HdrHistogram/hdrhistogram-go"
)

func TestASketchIsTheHistogramOfTheLibrary(t *testing.T) {
	source := rand.New(rand.NewPCG(1, 2))
	for _, n := range []int{1, 10, mostFew, mostFew + 1, 50_000} {
		want := hdr.New(1<<unitMagnitude, longest, digits)
		var sketch Sketch
		for round := range 2 { // a second one, to see that nothing stays of the first
			want.Reset()
			sketch.reset()
			for i := range n {
				value := int64(math.Exp(source.Float64() * math.Log(float64(2*longest))))
				if i == 0 {
					value = int64(round) // the smallest
				}
				sketch.record(time.Duration(value))
				_ = want.RecordValue(min(value, longest))
			}
		}
		text, err := sketch.Encode()
		if err != nil {
			t.Fatal(err)
		}
		got := decoded(t, text)
		if sketch.Count() != int64(n) || !reflect.DeepEqual(got.Distribution(), want.Distribution()) {
			t.Errorf("%d values: another distribution", n)
		}
	}
}

func TestAnEmptySketchIsNoText(t *testing.T) {
	var sketch Sketch
	if text, err := sketch.Encode(); text != "" || err != nil {
		t.Errorf("%q, %v", text, err)
	}
}
