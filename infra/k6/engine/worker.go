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
	options      *Options
	choice       *Choice
	pools        []*Pool       // the target's, and one for each replica
	schedule     *Schedule     // of the open model
	sessionQueue *sessionQueue // of sessions
	steps        *sessionPlan
	route        *route // nil: everything goes to the target
	scheduling   *scheduling
	turns        atomic.Uint64
	start        time.Time
	length       time.Duration
	record       *Record
	outages      []outages // by pool
	// unserved counts arrivals that a worker took but could not send because the run was cut off.
	unserved atomic.Uint64
}

type worker struct {
	*phase
	*alarm
	tally *tally
	links []Link // by pool; nil where none is held
	hold  bool   // keeps its links from one request to the next
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
		w.serve(ctx, w.choice.Pick(arrival.Index), arrival.Due, max(free-arrival.Due, 0))
	}
	w.letAllGo()
}

// closed sends, waits and thinks until the phase ends.
func (w *worker) closed(ctx context.Context) {
	due := time.Duration(0)
	for due < w.length && ctx.Err() == nil {
		turn := w.turns.Add(1) - 1
		index := turn*max(w.options.Lane.Of, 1) + w.options.Lane.Number
		served := w.serve(ctx, w.choice.Pick(index), due, 0)
		due = time.Since(w.start)
		if !served {
			due += 100 * time.Millisecond // no connection: do not spin
		}
		due += w.think(index)
		if due > time.Since(w.start) && (due >= w.length || !w.sleepUntil(ctx, w.start.Add(due))) {
			break
		}
	}
	w.letAllGo()
}

// sessions serves whatever is due next: a session that arrives, or the next statement of one. The first statement of a
// session is due when it arrives, a later one when the pause after the answer before it is over.
func (w *worker) sessions(ctx context.Context) {
	for {
		free := time.Since(w.start)
		turn, ok := w.sessionQueue.next()
		if !ok {
			break
		}
		served := w.serve(ctx, w.steps.request(turn), turn.due, max(free-turn.due, 0))
		switch {
		case !served || w.reply.SQLState != "":
			w.sessionQueue.end(turn, true)
		case w.steps.goesOn(turn):
			w.sessionQueue.goOn(turn, time.Since(w.start)+w.think(w.steps.moment(turn)))
		default:
			w.sessionQueue.end(turn, false)
		}
	}
	w.letAllGo()
}

func (w *worker) think(index uint64) time.Duration {
	if w.options.Think == 0 {
		return 0
	}
	return time.Duration(exponential(w.options.Seed, thinkStream, index) * float64(w.options.Think))
}

// serve executes one request and records it; false when there was no connection to send it on. queued is how long
// after the due time this worker came free: the others were busy too, so that is a wait for a connection. What else
// passed until the start is the generator's own lag.
func (w *worker) serve(ctx context.Context, request Request, due, queued time.Duration) bool {
	taken := time.Since(w.start)
	s := sample{lag: taken - due - queued, wait: queued, group: request.Group}
	sent, place := taken, 0
	if w.route != nil || w.links[0] == nil {
		var err error
		if w.route != nil {
			place, s.replica, err = w.route.place(ctx, w, request)
		}
		if err == nil {
			err = w.connect(ctx, place)
		}
		sent = time.Since(w.start)
		s.wait += sent - taken
		if err != nil {
			s.done = sent
			s.response, s.failure = s.done-due, connectState(err)
			w.add(place, sent, due, s)
			return false
		}
	}
	usable := w.execute(w.links[place], request, &s)
	s.done = time.Since(w.start)
	s.response, s.service = s.done-due, s.done-sent
	s.rows, s.bytes, s.failure = w.reply.Rows, w.reply.Bytes, w.reply.SQLState
	if w.route != nil {
		w.route.note(request, &w.reply)
	}
	w.add(place, sent, due, s)
	if !usable || !w.hold || w.options.Reconnect {
		w.letGo(place, usable && !w.options.Reconnect)
	}
	return true
}

// add records a request, unless it was due before the measured window.
func (w *worker) add(place int, sent, due time.Duration, s sample) {
	if due < 0 {
		return
	}
	w.outages[place].note(sent, &s)
	w.tally.add(s)
}

// execute repeats what the server asks to repeat: serialization failures and deadlocks.
func (w *worker) execute(link Link, request Request, s *sample) bool {
	for {
		w.reply = Reply{}
		usable := link.Execute(request, &w.reply)
		again := w.reply.SQLState == "40001" || w.reply.SQLState == "40P01"
		if !again || !usable || int(s.retries) >= w.options.Retries {
			return usable
		}
		s.retries++
	}
}

func (w *worker) connect(ctx context.Context, place int) (err error) {
	if w.links[place] == nil {
		w.links[place], err = w.pools[place].Acquire(ctx)
	}
	return err
}

func (w *worker) letGo(place int, usable bool) {
	if w.links[place] != nil {
		w.pools[place].Release(w.links[place], usable)
		w.links[place] = nil
	}
}

func (w *worker) letAllGo() {
	for place := range w.links {
		w.letGo(place, true)
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
