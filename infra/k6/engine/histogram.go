package engine

import (
	"time"

	hdr "github.com/HdrHistogram/hdrhistogram-go"
)

// Histograms count nanoseconds: from 64 ns on, to three significant digits (0.1 %), up to ten minutes.
const (
	finest  = 64
	longest = int64(10 * time.Minute)
	digits  = 3
)

func newHistogram() *hdr.Histogram { return hdr.New(finest, longest, digits) }

// record clamps: a wait of more than ten minutes counts as ten minutes.
func record(h *hdr.Histogram, d time.Duration) {
	_ = h.RecordValue(min(max(int64(d), 0), longest))
}

// encode is the standard V2 compressed form in base64; "" for an empty histogram.
func encode(h *hdr.Histogram) (string, error) {
	if h == nil || h.TotalCount() == 0 {
		return "", nil
	}
	text, err := h.Encode(hdr.V2CompressedEncodingCookieBase)
	return string(text), err
}
