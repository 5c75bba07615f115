package engine

import (
	"context"
	"encoding/binary"
	"fmt"
	"math"
	"strconv"
	"strings"
	"sync/atomic"
	"time"
)

// route sends writes to the primary and reads to the replicas, and lets every tenant read what it wrote: a read goes to
// a replica that has replayed the tenant's last write. Positions in the write-ahead log are what is compared, so it
// does not matter which client of the tenant wrote.
type route struct {
	writes   []bool // by statement
	patience time.Duration
	wrote    []atomic.Uint64 // by tenant: the position right after its last write
	replayed []atomic.Uint64 // by replica: how far it is known to be; it only grows
	turn     atomic.Uint64
	counts   routeCounts
}

type routeCounts struct{ onReplica, onPrimary, waits, writes atomic.Int64 }

// Routed counts where the requests of a run went. Waits are reads that waited for a replica; FellBack those that
// waited in vain and went to the primary.
type Routed struct {
	Writes    int64 `json:"writes"`
	OnReplica int64 `json:"onReplica"`
	FellBack  int64 `json:"fellBack"`
	Waits     int64 `json:"waits"`
	// Wait is the histogram of those waits, in the form of the others.
	Wait string `json:"wait"`
}

func newRoute(o *Options) *route {
	if len(o.Replicas) == 0 {
		return nil
	}
	r := &route{
		patience: o.ReplicaWait,
		wrote:    make([]atomic.Uint64, len(o.Plan.Tenants)),
		replayed: make([]atomic.Uint64, len(o.Replicas)),
	}
	for _, statement := range o.Plan.Statements {
		r.writes = append(r.writes, statement.Kind == "write")
	}
	return r
}

// again forgets what a warm-up counted, and remembers who wrote.
func (r *route) again() *route {
	if r == nil {
		return nil
	}
	return &route{writes: r.writes, patience: r.patience, wrote: r.wrote, replayed: r.replayed}
}

func (r *route) report() *Routed {
	if r == nil {
		return nil
	}
	c := &r.counts
	return &Routed{Writes: c.writes.Load(), OnReplica: c.onReplica.Load(), FellBack: c.onPrimary.Load(), Waits: c.waits.Load()}
}

// place is the number of the pool that serves a request: 0 the primary, 1 the first replica. The read of a tenant that
// wrote waits until its replica is there, but not longer than the route's patience.
func (r *route) place(ctx context.Context, w *worker, request Request) (int, time.Duration, error) {
	if r.writes[request.Statement] {
		r.counts.writes.Add(1)
		return 0, 0, nil
	}
	replica := int(r.turn.Add(1) % uint64(len(r.replayed)))
	needed := r.wrote[request.Tenant].Load()
	if r.replayed[replica].Load() >= needed {
		r.counts.onReplica.Add(1)
		return replica + 1, 0, nil
	}
	if err := w.connect(ctx, replica+1); err != nil {
		return replica + 1, 0, err
	}
	asked := time.Now()
	for look := 0; ; look++ {
		position, err := w.links[replica+1].Replayed()
		if err != nil {
			w.letGo(replica+1, false)
			return replica + 1, 0, err
		}
		raise(&r.replayed[replica], position)
		if position >= needed {
			r.counts.onReplica.Add(1)
			if look == 0 {
				return replica + 1, 0, nil
			}
			return replica + 1, time.Since(asked), nil
		}
		if look == 0 { // it waits, though the look itself may have taken all of its patience
			r.counts.waits.Add(1)
		}
		if time.Since(asked) >= r.patience || ctx.Err() != nil {
			r.counts.onPrimary.Add(1)
			if !w.hold {
				w.letGo(replica+1, true)
			}
			return 0, time.Since(asked), nil
		}
		w.alarm.sleep(min(time.Millisecond, r.patience))
	}
}

// note remembers where the log was after a tenant's write.
func (r *route) note(request Request, reply *Reply) {
	if reply.SQLState == "" && reply.Position > 0 {
		raise(&r.wrote[request.Tenant], reply.Position)
	}
}

func raise(value *atomic.Uint64, to uint64) {
	for {
		now := value.Load()
		if to <= now || value.CompareAndSwap(now, to) {
			return
		}
	}
}

// What a write asks for behind its COMMIT, in the same round trip: where its record ends at the latest.
var positionCommand = mustCommand("olympus_position", "SELECT pg_current_wal_insert_lsn()")

// A server that does not replay is the primary itself, which has everything.
const replayedQuery = "SELECT pg_last_wal_replay_lsn()"

// parsePosition reads "16/B374D848"; the first column of a DataRow. NULL is the end of all logs.
func parsePosition(row []byte) (uint64, error) {
	if len(row) < 6 {
		return 0, fmt.Errorf("no position in the log: %q", row)
	}
	length := int32(binary.BigEndian.Uint32(row[2:]))
	if length < 0 {
		return math.MaxUint64, nil
	}
	high, low, ok := strings.Cut(string(row[6:6+length]), "/")
	upper, err1 := strconv.ParseUint(high, 16, 32)
	lower, err2 := strconv.ParseUint(low, 16, 32)
	if !ok || err1 != nil || err2 != nil {
		return 0, fmt.Errorf("no position in the log: %q", row[6:])
	}
	return upper<<32 | lower, nil
}
