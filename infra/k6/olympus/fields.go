package olympus

import (
	"fmt"
	"sort"
	"strings"
	"time"

	"github.com/grafana/sobek"
)

// fields reads an options object of a script and remembers what was asked for, so that a misspelt key is an error and
// not a default.
type fields struct {
	object *sobek.Object
	known  map[string]bool
	err    error
}

func newFields(runtime *sobek.Runtime, value sobek.Value) *fields {
	f := &fields{known: map[string]bool{}}
	if value != nil && !sobek.IsUndefined(value) && !sobek.IsNull(value) {
		f.object = value.ToObject(runtime)
	}
	return f
}

func (f *fields) get(key string) sobek.Value {
	f.known[key] = true
	if f.object == nil {
		return nil
	}
	value := f.object.Get(key)
	if value == nil || sobek.IsUndefined(value) || sobek.IsNull(value) {
		return nil
	}
	return value
}

func (f *fields) fail(key, want string, value sobek.Value) {
	if f.err == nil {
		f.err = fmt.Errorf("%s must be %s, not %q", key, want, value.String())
	}
}

func (f *fields) number(key string, otherwise float64) float64 {
	value := f.get(key)
	if value == nil {
		return otherwise
	}
	number := value.ToFloat()
	if number != number || number < 0 {
		f.fail(key, "a number of at least 0", value)
	}
	return number
}

func (f *fields) integer(key string, otherwise int) int {
	value := f.get(key)
	if value == nil {
		return otherwise
	}
	number := value.ToFloat()
	if number != float64(int(number)) || number < 0 {
		f.fail(key, "a whole number of at least 0", value)
	}
	return int(number)
}

func (f *fields) text(key, otherwise string) string {
	if value := f.get(key); value != nil {
		return value.String()
	}
	return otherwise
}

func (f *fields) flag(key string, otherwise bool) bool {
	if value := f.get(key); value != nil {
		return value.ToBoolean()
	}
	return otherwise
}

// duration is a number of seconds, or text like "1m30s".
func (f *fields) duration(key string, otherwise time.Duration) time.Duration {
	value := f.get(key)
	if value == nil {
		return otherwise
	}
	if text, ok := value.Export().(string); ok {
		duration, err := time.ParseDuration(text)
		if err != nil || duration < 0 {
			f.fail(key, `a duration like "30s"`, value)
		}
		return duration
	}
	return time.Duration(f.number(key, 0) * float64(time.Second))
}

func (f *fields) numbers(key string) []float64 {
	value := f.get(key)
	if value == nil {
		return nil
	}
	list, ok := value.Export().([]any)
	numbers := make([]float64, len(list))
	for i, item := range list {
		switch number := item.(type) {
		case int64:
			numbers[i] = float64(number)
		case float64:
			numbers[i] = number
		default:
			ok = false
		}
	}
	if !ok {
		f.fail(key, "a list of numbers", value)
	}
	return numbers
}

// weights is an object of name: weight.
func (f *fields) weights(runtime *sobek.Runtime, key string) map[string]float64 {
	value := f.get(key)
	if value == nil {
		return nil
	}
	object := value.ToObject(runtime)
	weights := map[string]float64{}
	for _, name := range object.Keys() {
		weight := object.Get(name).ToFloat()
		if weight != weight || weight < 0 {
			f.fail(key+"."+name, "a weight of at least 0", object.Get(name))
		}
		weights[name] = weight
	}
	return weights
}

func (f *fields) finish() error {
	if f.err != nil || f.object == nil {
		return f.err
	}
	for _, key := range f.object.Keys() {
		if !f.known[key] {
			known := make([]string, 0, len(f.known))
			for name := range f.known {
				known = append(known, name)
			}
			sort.Strings(known)
			return fmt.Errorf("unknown option %q; there is: %s", key, strings.Join(known, ", "))
		}
	}
	return nil
}
