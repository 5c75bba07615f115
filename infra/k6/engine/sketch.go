package engine

import (
	"bytes"
	"compress/zlib"
	"encoding/base64"
	"encoding/binary"
	"math"
	mathbits "math/bits"
	"slices"
	"sync"
	"time"
)

// Sketches are HDR histograms: they count nanoseconds from 64 ns on, to three significant digits (0.1 %), up to ten
// minutes. The arithmetic of the buckets is that of HdrHistogram.
const (
	longest       = int64(10 * time.Minute)
	digits        = 3
	unitMagnitude = 6  // log2 of the finest value, 64 ns
	halfMagnitude = 10 // log2 of half the buckets of a magnitude, enough for three digits
	subBucketMask = (1<<(halfMagnitude+1) - 1) << unitMagnitude
	// mostFew: a second of one statement for one class of tenants has few requests; an array of all buckets would be 200
	// times as large as they are.
	mostFew = 4096
)

// Sketch is one histogram. The zero Sketch is an empty one.
type Sketch struct {
	few    []int32 // bucket of each value, as they came
	counts []int64 // by bucket, once there are more
	total  int64
	top    int64
}

var allBuckets = bucketOf(longest) + 1

// bucketOf is HdrHistogram's index of a value's count.
func bucketOf(value int64) int32 {
	magnitude := mathbits.Len64(uint64(value)|subBucketMask) - unitMagnitude - halfMagnitude - 1
	return int32(magnitude<<halfMagnitude) + int32(value>>(magnitude+unitMagnitude))
}

// record clamps: a wait of more than ten minutes counts as ten minutes.
func (s *Sketch) record(d time.Duration) {
	value := min(max(int64(d), 0), longest)
	s.total++
	s.top = max(s.top, value)
	bucket := bucketOf(value)
	if s.counts == nil {
		if len(s.few) < mostFew {
			s.few = append(s.few, bucket)
			return
		}
		s.counts = make([]int64, allBuckets)
		for _, each := range s.few {
			s.counts[each]++
		}
		s.few = nil
	}
	s.counts[bucket]++
}

// Count is the number of values.
func (s *Sketch) Count() int64 { return s.total }

// Max is the largest of them.
func (s *Sketch) Max() time.Duration { return time.Duration(s.top) }

func (s *Sketch) reset() {
	if s.total == 0 {
		return
	}
	clear(s.counts)
	s.few, s.total, s.top = s.few[:0], 0, 0
}

// Encode is the standard V2 compressed form in base64; "" for an empty histogram.
func (s *Sketch) Encode() (string, error) {
	if s == nil || s.total == 0 {
		return "", nil
	}
	e := encoders.Get().(*encoder)
	defer encoders.Put(e)
	return e.encode(s)
}

// encoder is kept: a new compressor takes a megabyte.
type encoder struct {
	payload, plain []byte
	packed         bytes.Buffer
	zlib           *zlib.Writer
}

var encoders = sync.Pool{New: func() any {
	w, err := zlib.NewWriterLevel(nil, zlib.BestSpeed)
	if err != nil {
		panic(err) // of the level
	}
	return &encoder{zlib: w}
}}

const (
	cookie           = 0x1c849303 | 0x10 // V2, counts of any width
	compressedCookie = 0x1c849304 | 0x10
)

func (e *encoder) encode(s *Sketch) (string, error) {
	e.fill(s)
	out := e.plain[:0]
	out = binary.BigEndian.AppendUint32(out, cookie)
	out = binary.BigEndian.AppendUint32(out, uint32(len(e.payload)))
	out = binary.BigEndian.AppendUint32(out, 0) // normalising index offset
	out = binary.BigEndian.AppendUint32(out, digits)
	out = binary.BigEndian.AppendUint64(out, 1<<unitMagnitude)
	out = binary.BigEndian.AppendUint64(out, uint64(longest))
	out = binary.BigEndian.AppendUint64(out, math.Float64bits(1)) // integer to double conversion
	e.plain = append(out, e.payload...)

	e.packed.Reset()
	e.packed.Write(make([]byte, 8))
	e.zlib.Reset(&e.packed)
	if _, err := e.zlib.Write(e.plain); err != nil {
		return "", err
	}
	if err := e.zlib.Close(); err != nil {
		return "", err
	}
	whole := e.packed.Bytes()
	binary.BigEndian.PutUint32(whole, compressedCookie)
	binary.BigEndian.PutUint32(whole[4:], uint32(len(whole)-8))
	return base64.StdEncoding.EncodeToString(whole), nil
}

// fill writes the counts in order of the buckets; a negative number stands for so many empty ones.
func (e *encoder) fill(s *Sketch) {
	e.payload = e.payload[:0]
	next := int32(0)
	put := func(bucket int32, count int64) {
		if bucket > next {
			e.payload = binary.AppendVarint(e.payload, -int64(bucket-next))
		}
		e.payload = binary.AppendVarint(e.payload, count)
		next = bucket + 1
	}
	if s.counts != nil {
		for bucket, count := range s.counts {
			if count > 0 {
				put(int32(bucket), count)
			}
		}
		return
	}
	slices.Sort(s.few)
	for from := 0; from < len(s.few); {
		to := from + 1
		for to < len(s.few) && s.few[to] == s.few[from] {
			to++
		}
		put(s.few[from], int64(to-from))
		from = to
	}
}
