package engine

import "math"

// Random numbers are a pure function of (seed, stream, index), so that what arrival i does depends neither on the
// worker that serves it nor on how long the arrivals before it took.

// mix64 is the finaliser of SplitMix64 (Steele, Lea, Flood 2014).
func mix64(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9
	x = (x ^ (x >> 27)) * 0x94d049bb133111eb
	return x ^ (x >> 31)
}

type stream uint64

const (
	statementStream stream = iota + 1
	tenantStream
	drawStream
	arrivalStream
	thinkStream
	goOnStream
)

func bits(seed uint64, s stream, index uint64) uint64 {
	return mix64(mix64(mix64(seed)^uint64(s)) ^ index)
}

// unit is uniform in [0, 1).
func unit(seed uint64, s stream, index uint64) float64 {
	return float64(bits(seed, s, index)>>11) / (1 << 53)
}

// exponential has mean 1.
func exponential(seed uint64, s stream, index uint64) float64 {
	return -math.Log1p(-unit(seed, s, index))
}
