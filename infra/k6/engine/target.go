package engine

import "context"

// Target is where requests go: a server, or nothing.
type Target interface {
	// Connect opens one connection that can execute the requests of an encoding.
	Connect(ctx context.Context, encoding *Encoding) (Link, error)
	// Check asks the target whether it can execute every statement of a plan, before the clock runs.
	Check(ctx context.Context, plan *Plan) error
	Name() string
}

// Link is one connection, used by one worker at a time.
type Link interface {
	// Execute sends a request and waits for the whole answer. It returns false when the link can no longer be used.
	Execute(request Request, reply *Reply) bool
	// Replayed is how far the server behind it has replayed the write-ahead log.
	Replayed() (uint64, error)
	// Interrupt ends a running Execute from another goroutine; the link cannot be used afterwards.
	Interrupt()
	Close()
}
