package engine

import (
	"context"
	"errors"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
)

// phase is one stretch of a run on its own clock: the warm-up, or the measured window.
type phase struct {
	options  *Options
	choice   *Choice
	pool     *Pool
	schedule *Schedule // of the open model
	turns    atomic.Uint64
	start    time.Time
	length   time.Duration
	record   *Record
	// unserved counts arrivals that a worker took but could not send because the run was cut off.
	unserved atomic.Uint64
}

type worker struct {
	*phase
	*alarm
	tally *tally
	link  Link
	hold  bool // keeps its link from one request to the next
	reply Reply
}

// open serves arrivals until the schedule has none left.
func (w *worker) open(ctx context.Context) {
	for {
		free := time.Since(w.start)
		arrival, ok := w.schedule.Next()
		if !ok {
			break
		}
		if !w.sleepUntil(ctx, w.start.Add(arrival.Due)) {
			w.unserved.Add(1)
			break
		}
		w.serve(ctx, arrival.Index, arrival.Due, max(free-arrival.Due, 0))
	}
	w.letGo(true)
}

// closed sends, waits and thinks until the phase ends.
func (w *worker) closed(ctx context.Context) {
	due := time.Duration(0)
	for due < w.length && ctx.Err() == nil {
		turn := w.turns.Add(1) - 1
		index := turn*max(w.options.Lane.Of, 1) + w.options.Lane.Number
		served := w.serve(ctx, index, due, 0)
		due = time.Since(w.start)
		if !served {
			due += 100 * time.Millisecond // no connection: do not spin
		}
		if w.options.Think > 0 {
			due += time.Duration(exponential(w.options.Seed, thinkStream, index) * float64(w.options.Think))
		}
		if due > time.Since(w.start) && (due >= w.length || !w.sleepUntil(ctx, w.start.Add(due))) {
			break
		}
	}
	w.letGo(true)
}

// serve executes one request and records it; false when there was no connection to send it on. queued is how long
// after the due time this worker came free: the others were busy too, so that is a wait for a connection. What else
// passed until the start is the generator's own lag.
func (w *worker) serve(ctx context.Context, index uint64, due, queued time.Duration) bool {
	request := w.choice.Pick(index)
	taken := time.Since(w.start)
	s := sample{lag: taken - due - queued, wait: queued, group: request.Group}
	sent := taken
	if w.link == nil {
		var err error
		if w.link, err = w.pool.Acquire(ctx); err != nil {
			s.done = time.Since(w.start)
			s.response, s.failure = s.done-due, connectState(err)
			s.wait += s.done - taken
			w.tally.add(s)
			return false
		}
		sent = time.Since(w.start)
		s.wait += sent - taken
	}
	usable := w.execute(request, &s)
	s.done = time.Since(w.start)
	s.response, s.service = s.done-due, s.done-sent
	s.rows, s.bytes, s.failure = w.reply.Rows, w.reply.Bytes, w.reply.SQLState
	w.tally.add(s)
	if !usable || !w.hold || w.options.Reconnect {
		w.letGo(usable && !w.options.Reconnect)
	}
	return true
}

// execute repeats what the server asks to repeat: serialization failures and deadlocks.
func (w *worker) execute(request Request, s *sample) bool {
	for {
		w.reply = Reply{}
		usable := w.link.Execute(request, &w.reply)
		again := w.reply.SQLState == "40001" || w.reply.SQLState == "40P01"
		if !again || !usable || int(s.retries) >= w.options.Retries {
			return usable
		}
		s.retries++
	}
}

func (w *worker) letGo(usable bool) {
	if w.link != nil {
		w.pool.Release(w.link, usable)
		w.link = nil
	}
}

func connectState(err error) string {
	var server *pgconn.PgError
	switch {
	case errors.As(err, &server):
		return server.Code
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, context.Canceled):
		return Deadline
	}
	return cannotConnect
}

// sleepUntil returns false when the context ended first.
func (a *alarm) sleepUntil(ctx context.Context, at time.Time) bool {
	const short = 20 * time.Millisecond
	if rest := time.Until(at); rest > short {
		timer := time.NewTimer(rest - short/2)
		defer timer.Stop()
		select {
		case <-timer.C:
		case <-ctx.Done():
			return false
		}
	}
	if rest := time.Until(at); rest > 0 {
		a.sleep(rest)
	}
	return ctx.Err() == nil
}
