package olympus

import (
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/grafana/sobek"
	"go.k6.io/k6/v2/js/common"

	"olympus-bench/k6/engine"
)

// client is a connection of one VU, for scripts in which k6's iterations are the schedule.
type client struct {
	*instance
	endpoint *endpoint
	warmup   time.Duration
	length   time.Duration
	direct   *engine.Direct
	record   func(time.Time, *engine.Reply)
	reply    engine.Reply
	draw     engine.Draw
	texts    []string
}

// client makes the script's object. Its methods take the call as it is: reflection would cost more than the query's
// own encoding.
func (i *instance) client(where *endpoint, options sobek.Value) (*sobek.Object, error) {
	if where == nil {
		return nil, errors.New("client() needs an endpoint, made by endpoint()")
	}
	read := newFields(i.vu.Runtime(), options)
	c := &client{instance: i, endpoint: where, warmup: read.duration("warmup", 0), length: read.duration("duration", 0)}
	if err := read.finish(); err != nil {
		return nil, err
	}
	object := i.vu.Runtime().NewObject()
	for name, method := range map[string]func(sobek.FunctionCall) sobek.Value{"query": c.query, "tx": c.tx, "close": c.close} {
		if err := object.Set(name, method); err != nil {
			return nil, err
		}
	}
	return object, nil
}

// query(sql, ...parameters) returns the number of rows.
func (c *client) query(call sobek.FunctionCall) sobek.Value {
	return c.execute(nil, call.Argument(0).String(), call.Arguments[min(1, len(call.Arguments)):])
}

// tx({organization, user}, sql, ...parameters) is one transaction under an identity, in one round trip.
func (c *client) tx(call sobek.FunctionCall) sobek.Value {
	identity := newFields(c.vu.Runtime(), call.Argument(0))
	tenant := engine.Tenant{ID: identity.text("organization", ""), UserID: identity.text("user", "")}
	if err := identity.finish(); err != nil {
		common.Throw(c.vu.Runtime(), err)
	}
	return c.execute(&tenant, call.Argument(1).String(), call.Arguments[min(2, len(call.Arguments)):])
}

func (c *client) close(sobek.FunctionCall) sobek.Value {
	if c.direct != nil {
		c.direct.Close()
		c.direct = nil
	}
	return sobek.Undefined()
}

func (c *client) execute(identity *engine.Tenant, sql string, arguments []sobek.Value) sobek.Value {
	if err := c.connect(); err != nil {
		common.Throw(c.vu.Runtime(), err)
	}
	c.draw, c.texts = c.draw[:0], c.texts[:0]
	for _, argument := range arguments {
		c.texts = append(c.texts, argument.String())
	}
	for k, argument := range arguments {
		if sobek.IsNull(argument) || sobek.IsUndefined(argument) {
			c.draw = append(c.draw, nil)
		} else {
			c.draw = append(c.draw, &c.texts[k])
		}
	}
	c.reply = engine.Reply{}
	sent := time.Now()
	usable, err := c.direct.Execute(identity, sql, c.draw, &c.reply)
	if err != nil {
		common.Throw(c.vu.Runtime(), err)
	}
	c.record(sent, &c.reply)
	if !usable {
		c.close(sobek.FunctionCall{})
	}
	if c.reply.SQLState != "" {
		common.Throw(c.vu.Runtime(), fmt.Errorf("%s (SQLSTATE %s)", c.reply.Message, c.reply.SQLState))
	}
	return c.vu.Runtime().ToValue(c.reply.Rows)
}

func (c *client) connect() error {
	if c.direct != nil {
		return nil
	}
	if c.vu.State() == nil {
		return errors.New("a client can be used in a scenario's function only: there is nothing to run in the init stage")
	}
	target, err := c.endpoint.target(30 * time.Second)
	if err != nil {
		return err
	}
	server, ok := target.(*engine.Server)
	if !ok {
		return errors.New("a client needs a server: null: is for run()")
	}
	if c.direct, err = engine.NewDirect(c.vu.Context(), server, c.endpoint.protocol); err != nil {
		return err
	}
	if c.record == nil {
		c.record = c.root.scripts.recorder(c, target)
	}
	return nil
}

// scripts is the record of all clients of a process.
type scripts struct {
	once     sync.Once
	scripted *engine.Scripted
	report   *engine.Report
}

func (s *scripts) recorder(c *client, target engine.Target) func(time.Time, *engine.Reply) {
	s.once.Do(func() {
		tune(0, engine.Closed) // for the rest of the process
		emitter := scriptEmitter(c.instance, target)
		s.scripted = engine.NewScripted(target.Name(), string(c.endpoint.protocol), c.warmup, c.length, func(second *engine.Second) error {
			emitter.second(second)
			return nil
		})
	})
	return s.scripted.Recorder()
}

func (s *scripts) finish() (*engine.Report, error) {
	if s.scripted == nil || s.report != nil {
		return s.report, nil
	}
	var err error
	s.report, err = s.scripted.Finish()
	return s.report, err
}
