package engine

import (
	"runtime"
	"time"
)

// Report is the result of a run as one JSON document. Histograms are nanoseconds in the standard V2 compressed
// encoding, base64; "" stands for an empty one.
type Report struct {
	Scenario    string  `json:"scenario"`
	Target      string  `json:"target"`
	Model       Model   `json:"model"`
	Protocol    string  `json:"protocol"`
	Identified  bool    `json:"identified"`
	Connections int     `json:"connections"`
	Workers     int     `json:"workers"`
	Seed        uint64  `json:"seed"`
	Lane        uint64  `json:"lane"`
	Lanes       uint64  `json:"lanes"`
	StartedAt   string  `json:"startedAt"`
	Duration    float64 `json:"durationSeconds"`
	Warmup      float64 `json:"warmupSeconds"`
	// Seconds runs from the start of the measured window to its end, or to the last answer if that was later.
	Seconds        float64 `json:"seconds"`
	ConnectSeconds float64 `json:"connectSeconds"`
	// Complete is false when the run was cut short from outside.
	Complete bool `json:"complete"`
	// Rate is what was asked for (0: closed model); Offered the arrivals that came of it; Dropped those never started.
	Rate    float64 `json:"rate"`
	Offered uint64  `json:"offered"`
	Dropped uint64  `json:"dropped"`
	// Due counts the requests by the second in which they were due; of the open model.
	Due      []int64          `json:"due,omitempty"`
	Requests int64            `json:"requests"`
	Errors   map[string]int64 `json:"errors"`
	Retries  int64            `json:"retries"`
	Rows     int64            `json:"rows"`
	Bytes    int64            `json:"bytes"`
	Usage    Usage            `json:"usage"`
	Cores    int              `json:"cores"`
	Procs    int              `json:"procs"`
	// Scheduling is the class in which the generator ran to the end.
	Scheduling Scheduling `json:"scheduling"`

	// Gaps are times without an answer, Outages times without a server; Sessions and Routed are there where asked for.
	Gaps     []Gap     `json:"gaps"`
	Outages  []Outage  `json:"outages"`
	Sessions *Sessions `json:"sessions,omitempty"`
	Routed   *Routed   `json:"routed,omitempty"`

	Response string `json:"response"`
	Service  string `json:"service"`
	StartLag string `json:"startLag"`
	Wait     string `json:"wait"`

	Statements []StatementReport `json:"statements"`
	Series     []SecondReport    `json:"series"`
	groups     []Group
}

// StatementReport sums up one statement for one class of tenants.
type StatementReport struct {
	Name        string `json:"name"`
	TenantClass string `json:"tenantClass"`
	Counts
}

// SecondReport sums up one second, numbered from 0; requests belong to the second in which they ended.
type SecondReport struct {
	Second int `json:"s"`
	Counts
}

// Counts are the figures of a group of requests.
type Counts struct {
	Requests int64  `json:"requests"`
	Errors   int64  `json:"errors"`
	Rows     int64  `json:"rows"`
	Bytes    int64  `json:"bytes"`
	Response string `json:"response"`
	Service  string `json:"service"`
}

func newReport(o *Options, choice *Choice) *Report {
	return &Report{
		Scenario: o.Scenario, Target: o.Target.Name(), Model: o.Model, Protocol: string(o.Protocol),
		Identified: o.Identified, Connections: o.Connections, Workers: o.Workers, Seed: o.Seed,
		Lane: o.Lane.Number, Lanes: max(o.Lane.Of, 1),
		Duration: o.Duration.Seconds(), Warmup: o.Warmup.Seconds(), Rate: o.Rate,
		Cores: runtime.NumCPU(), Procs: runtime.GOMAXPROCS(0), groups: choice.Groups,
		Statements: []StatementReport{}, Series: []SecondReport{},
	}
}

func (r *Report) addSecond(second *Second) error {
	counts, err := countsOf(&second.All)
	r.Series = append(r.Series, SecondReport{second.Number, counts})
	return err
}

func (r *Report) finish(record *Record, done outcome, complete bool) (err error) {
	r.Complete = complete
	r.Offered, r.Dropped = done.offered, done.dropped
	r.Seconds = max(r.Duration, record.Last.Seconds())
	if !complete {
		r.Seconds = done.elapsed.Seconds()
	}
	r.Errors, r.Retries = record.Errors, record.Retries
	if r.Model == Open {
		r.Due = record.Due
	}
	r.Gaps = record.answers.gaps(time.Duration(r.Seconds * float64(time.Second)))
	r.Outages, r.Sessions, r.Routed = done.outages, done.sessions, done.routed
	total, err := countsOf(&record.Total)
	if err != nil {
		return err
	}
	r.Requests, r.Rows, r.Bytes = total.Requests, total.Rows, total.Bytes
	r.Response, r.Service = total.Response, total.Service
	if r.Routed != nil {
		if r.Routed.Wait, err = record.Replica.Encode(); err != nil {
			return err
		}
	}
	for _, named := range []struct {
		into *string
		from *Sketch
	}{{&r.StartLag, &record.Lag}, {&r.Wait, &record.Wait}} {
		if *named.into, err = named.from.Encode(); err != nil {
			return err
		}
	}
	for i := range record.Groups {
		counts, err := countsOf(&record.Groups[i])
		if err != nil {
			return err
		}
		r.Statements = append(r.Statements, StatementReport{r.groups[i].Statement, r.groups[i].Class, counts})
	}
	return nil
}

func countsOf(g *GroupRecord) (c Counts, err error) {
	c = Counts{Requests: g.Requests, Errors: g.Errors, Rows: g.Rows, Bytes: g.Bytes}
	if c.Response, err = g.Response.Encode(); err != nil {
		return c, err
	}
	c.Service, err = g.Service.Encode()
	return c, err
}
