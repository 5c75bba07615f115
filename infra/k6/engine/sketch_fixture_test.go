package engine

import (
	"encoding/json"
	"flag"
	"os"
	"reflect"
	"testing"
	"time"

	hdr "github.com/HdrHistogram/hdrhistogram-go"
)

// What TypeScript has to read, and how the reference library counts the same values: analysis/histogram/geometry.test.ts
// reads this file with both of its decoders.
const sketchFixture = "testdata/sketches.json"

var update = flag.Bool("update", false, "write the fixtures again")

type sketchCase struct {
	Name   string  `json:"name"`
	Values []int64 `json:"values"`
	// Text is what a Sketch of the values encodes to.
	Text string `json:"text"`
	// Buckets are from, to and count of each bucket of hdrhistogram-go that holds something.
	Buckets [][3]int64 `json:"buckets"`
	// Quantiles are what hdrhistogram-go says of the percentiles of perMille.
	Quantiles map[string]int64 `json:"quantiles"`
}

var perMille = map[string]int{"50": 500, "90": 900, "99": 990, "99.9": 999, "100": 1000}

// edges are the values at which the geometry can go wrong: the finest unit, and the first and last value of each magnitude.
func edges() []int64 {
	values := []int64{0, 1, 63, 64, 65, 127, 128}
	for value := int64(1) << (unitMagnitude + halfMagnitude); value < longest; value <<= 1 {
		values = append(values, value-1, value, value+1)
	}
	return append(values, longest-1, longest)
}

// many are more values than a Sketch keeps one by one, several in most buckets.
func many() []int64 {
	values := make([]int64, 5000)
	for i := range values {
		step := int64(i % 700)
		values[i] = step * step * 99_991
	}
	return values
}

func sketchCases(t *testing.T) []sketchCase {
	t.Helper()
	var cases []sketchCase
	for _, each := range []sketchCase{{Name: "edges", Values: edges()}, {Name: "many", Values: many()}} {
		var sketch Sketch
		library := hdr.New(1<<unitMagnitude, longest, digits)
		for _, value := range each.Values {
			sketch.record(time.Duration(value))
			if err := library.RecordValue(value); err != nil {
				t.Fatal(err)
			}
		}
		text, err := sketch.Encode()
		if err != nil {
			t.Fatal(err)
		}
		each.Text = text
		for _, bar := range library.Distribution() {
			if bar.Count > 0 {
				each.Buckets = append(each.Buckets, [3]int64{bar.From, bar.To, bar.Count})
			}
		}
		each.Quantiles = map[string]int64{}
		for name, share := range perMille {
			// Between two ranks hdrhistogram-go takes the nearer one, the libraries of Java and JavaScript the next one.
			if share*len(each.Values)%1000 == 0 {
				each.Quantiles[name] = library.ValueAtPercentile(float64(share) / 10)
			}
		}
		cases = append(cases, each)
	}
	return cases
}

func TestTheCommittedSketchesAreThoseOfThisGeometry(t *testing.T) {
	want := sketchCases(t)
	if *update {
		text, err := json.Marshal(want)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(sketchFixture, append(text, '\n'), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	text, err := os.ReadFile(sketchFixture)
	if err != nil {
		t.Fatal(err)
	}
	var got []sketchCase
	if err := json.Unmarshal(text, &got); err != nil {
		t.Fatal(err)
	}
	for i, each := range want {
		committed := got[i]
		// The compressor may choose other bytes in another version of Go: what they hold is compared.
		if !reflect.DeepEqual(decoded(t, committed.Text).Distribution(), decoded(t, each.Text).Distribution()) {
			t.Errorf("%s: another histogram; write it again with go test ./engine -run Committed -update", each.Name)
		}
		committed.Text = each.Text
		if !reflect.DeepEqual(committed, each) {
			t.Errorf("%s: other buckets or quantiles; write them again with go test ./engine -run Committed -update", each.Name)
		}
	}
}
