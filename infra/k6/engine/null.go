package engine

import (
	"context"
	"math"
)

// Null is a target without a server: the same schedule, choice, encoding and recording, and no answer to wait for.
// The rate that it reaches is the generator's own ceiling.
type Null struct{}

type nullLink struct {
	encoding *Encoding
	out      []byte
}

func (Null) Connect(_ context.Context, encoding *Encoding) (Link, error) {
	return &nullLink{encoding: encoding}, nil
}

func (Null) Check(context.Context, *Plan) error { return nil }
func (Null) Name() string                       { return "null" }

func (l *nullLink) Execute(request Request, reply *Reply) bool {
	l.out = l.encoding.Append(l.out[:0], request)
	reply.Rows = 1
	return true
}

func (*nullLink) Replayed() (uint64, error) { return math.MaxUint64, nil }
func (*nullLink) Interrupt()                {}
func (*nullLink) Close()                    {}
