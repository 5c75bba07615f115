package engine

import (
	"fmt"
	"strconv"
)

// Protocol is how a statement reaches the server.
type Protocol string

const (
	// Simple sends one text with the parameters as literals.
	Simple Protocol = "simple"
	// Extended parses, binds and executes the unnamed statement in one round trip. It keeps nothing on the server
	// between transactions, so it is safe through a pooler in transaction mode that knows no prepared statements
	// (PgBouncer before 1.21).
	Extended Protocol = "extended"
	// Prepared binds and executes statements that each connection prepared at its start.
	Prepared Protocol = "prepared"
)

// ParseProtocol checks a protocol's name.
func ParseProtocol(name string) (Protocol, error) {
	switch p := Protocol(name); p {
	case Simple, Extended, Prepared:
		return p, nil
	}
	return "", fmt.Errorf("protocol %q is not one of simple, extended, prepared", name)
}

// Encoding holds the bytes of every request of a plan, ready to be copied.
// A request is head, identity of the tenant, statement with its parameters, tail; without an identity only the
// statement and a Sync.
type Encoding struct {
	protocol   Protocol
	identified bool
	head, tail []byte
	identity   [][]byte     // by tenant
	identify   *command     // sets it
	statements [][][][]byte // by statement, tenant, draw
	// prepare is what a connection sends once at its start; prepared counts the statements in it.
	prepare  []byte
	prepared int
	// main is which of a request's commands (from 0) is the statement.
	main int
	// tracked: writes ask for their position in the log behind the COMMIT.
	tracked  bool
	position []byte
	writes   []bool
}

// Encode renders a plan. With identified, every request is one transaction that sets the tenant's identity locally.
func Encode(plan *Plan, protocol Protocol, identified bool) (*Encoding, error) {
	return encodePlan(plan, protocol, identified, false)
}

// positionOf is the command (from 0) that answers with a position in the log: behind BEGIN, identity, statement, COMMIT.
const positionOf = 4

func encodePlan(plan *Plan, protocol Protocol, identified, tracked bool) (*Encoding, error) {
	identify, err := identityCommandOf(plan)
	if err != nil {
		return nil, err
	}
	identified = identified && identify != nil
	e := &Encoding{protocol: protocol, identified: identified, identify: identify, tracked: tracked}
	if identified {
		e.main = 2
		e.transaction()
		for _, tenant := range plan.Tenants {
			e.identity = append(e.identity, e.appendIdentity(nil, &tenant))
		}
	} else if protocol != Simple {
		e.tail = appendSync(nil)
	}
	for number, statement := range plan.Statements {
		command, err := newCommand(statementName(number), statement.SQL)
		if err != nil {
			return nil, fmt.Errorf("statement %q: %w", statement.Name, err)
		}
		e.define(command)
		e.writes = append(e.writes, statement.Kind == "write")
		byTenant := make([][][]byte, len(plan.Tenants))
		for tenant := range plan.Tenants {
			for _, draw := range plan.Draws[statement.Name][strconv.Itoa(tenant)] {
				if err := command.takes(draw); err != nil {
					return nil, fmt.Errorf("statement %q: %w", statement.Name, err)
				}
				byTenant[tenant] = append(byTenant[tenant], e.appendCommand(nil, command, draw))
			}
		}
		e.statements = append(e.statements, byTenant)
	}
	if e.prepared > 0 {
		e.prepare = appendSync(e.prepare)
	}
	return e, nil
}

// Append copies one request's bytes to out.
func (e *Encoding) Append(out []byte, r Request) []byte {
	statement := e.statements[r.Statement][r.Tenant][r.Draw]
	if e.protocol == Simple {
		out, at := begin(out, 'Q')
		out = append(out, e.head...)
		if e.identified {
			out = append(out, e.identity[r.Tenant]...)
		}
		out = append(out, statement...)
		out = append(out, e.tailOf(r)...)
		return end(append(out, 0), at)
	}
	out = append(out, e.head...)
	if e.identified {
		out = append(out, e.identity[r.Tenant]...)
	}
	out = append(out, statement...)
	return append(out, e.tailOf(r)...)
}

func (e *Encoding) tailOf(r Request) []byte {
	if e.tracked && e.writes[r.Statement] {
		return e.position
	}
	return e.tail
}

// transaction sets head and tail to BEGIN and COMMIT (and Sync).
func (e *Encoding) transaction() {
	for _, command := range []*command{beginCommand, e.identify, commitCommand} {
		e.define(command)
	}
	if e.protocol == Simple {
		e.head, e.tail = []byte("BEGIN;"), []byte("COMMIT")
		e.position = []byte("COMMIT;" + positionCommand.sql)
		return
	}
	e.head = e.appendCommand(nil, beginCommand, nil)
	e.tail = appendSync(e.appendCommand(nil, commitCommand, nil))
	if e.tracked {
		e.define(positionCommand)
		e.position = appendSync(e.appendCommand(e.appendCommand(nil, commitCommand, nil), positionCommand, nil))
	}
}

// define adds a command to what connections prepare, where the protocol prepares.
func (e *Encoding) define(c *command) {
	if e.protocol == Prepared {
		e.prepare = appendParse(e.prepare, c.name, c.sql)
		e.prepared++
	}
}

func (e *Encoding) appendIdentity(out []byte, tenant *Tenant) []byte {
	return e.appendCommand(out, e.identify, identityDraw(e.identify, tenant))
}

// appendCommand renders one command with its parameters.
func (e *Encoding) appendCommand(out []byte, c *command, parameters Draw) []byte {
	switch e.protocol {
	case Simple:
		out = c.template.render(out, parameters)
		if e.identified {
			out = append(out, '\n', ';') // a newline first: the text may end in a comment
		}
		return out
	case Extended:
		return appendExecute(appendBind(appendParse(out, "", c.sql), "", parameters))
	default:
		return appendExecute(appendBind(out, c.name, parameters))
	}
}

func statementName(number int) string { return "olympus_" + strconv.Itoa(number) }
