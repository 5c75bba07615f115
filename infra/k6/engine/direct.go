package engine

import (
	"context"
	"fmt"
	"strconv"
)

// Direct executes statements that a script names one at a time, on one connection.
type Direct struct {
	link   *serverLink
	known  map[string]*command
	single *Encoding // a statement by itself
	whole  *Encoding // a transaction with an identity
}

// NewDirect connects to a server.
func NewDirect(ctx context.Context, server *Server, protocol Protocol) (*Direct, error) {
	single, err := Encode(&Plan{}, protocol, false)
	if err != nil {
		return nil, err
	}
	whole, err := Encode(&Plan{}, protocol, true)
	if err != nil {
		return nil, err
	}
	link, err := server.Connect(ctx, whole)
	if err != nil {
		return nil, err
	}
	return &Direct{link: link.(*serverLink), known: map[string]*command{}, single: single, whole: whole}, nil
}

// Execute sends one statement; with an identity, as one transaction in one round trip. An error of the server is in
// the reply; false: the connection can no longer be used.
func (d *Direct) Execute(identity *Tenant, sql string, parameters Draw, reply *Reply) (bool, error) {
	c, err := d.command(sql)
	if err != nil {
		return true, err
	}
	if err := c.takes(parameters); err != nil {
		return true, err
	}
	out := d.link.out[:0]
	main := 0
	switch {
	case identity == nil && d.single.protocol == Simple:
		var at int
		out, at = begin(out, 'Q')
		out = end(append(d.single.appendCommand(out, c, parameters), 0), at)
	case identity == nil:
		out = appendSync(d.single.appendCommand(out, c, parameters))
	default:
		out, main = d.appendTransaction(out, identity, c, parameters), d.whole.main
	}
	d.link.out = out
	return d.link.roundTrip(main, reply), nil
}

func (d *Direct) appendTransaction(out []byte, identity *Tenant, c *command, parameters Draw) []byte {
	at := 0
	if d.whole.protocol == Simple {
		out, at = begin(out, 'Q')
	}
	out = append(out, d.whole.head...)
	out = d.whole.appendIdentity(out, identity)
	out = d.whole.appendCommand(out, c, parameters)
	out = append(out, d.whole.tail...)
	if d.whole.protocol == Simple {
		out = end(append(out, 0), at)
	}
	return out
}

// command looks a text up, and prepares it at its first use where the protocol prepares.
func (d *Direct) command(sql string) (*command, error) {
	if c := d.known[sql]; c != nil {
		return c, nil
	}
	c, err := newCommand("olympus_script_"+strconv.Itoa(len(d.known)), sql)
	if err != nil {
		return nil, err
	}
	if d.single.protocol == Prepared {
		if err := d.link.sendPrepare(appendSync(appendParse(nil, c.name, c.sql))); err != nil {
			return nil, fmt.Errorf("cannot prepare %q: %w", sql, err)
		}
	}
	d.known[sql] = c
	return c, nil
}

// Close ends the connection.
func (d *Direct) Close() { d.link.Close() }
