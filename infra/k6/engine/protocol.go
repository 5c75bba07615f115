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
	statements [][][][]byte // by statement, tenant, draw
	// prepare is what a connection sends once at its start; prepared counts the statements in it.
	prepare  []byte
	prepared int
	// commands a request completes, and which of them is the statement.
	commands, main int
}

// Encode renders a plan. With identified, every request is one transaction that sets the tenant's identity locally.
func Encode(plan *Plan, protocol Protocol, identified bool) (*Encoding, error) {
	e := &Encoding{protocol: protocol, identified: identified, commands: 1}
	if identified {
		e.commands, e.main = 4, 2
		e.transaction()
		for _, tenant := range plan.Tenants {
			e.identity = append(e.identity, e.command(identityName, identitySQL, Draw{&tenant.UserID, &tenant.ID}))
		}
	} else if protocol != Simple {
		e.tail = appendSync(nil)
	}
	for number, statement := range plan.Statements {
		name := e.define(statementName(number), statement.SQL)
		template, err := literalTemplate(statement.SQL)
		if err != nil {
			return nil, fmt.Errorf("statement %q: %w", statement.Name, err)
		}
		byTenant := make([][][]byte, len(plan.Tenants))
		for tenant := range plan.Tenants {
			for _, draw := range plan.Draws[statement.Name][strconv.Itoa(tenant)] {
				if len(draw) != template.parameters {
					return nil, fmt.Errorf("statement %q takes %d parameters, a draw has %d", statement.Name, template.parameters, len(draw))
				}
				byTenant[tenant] = append(byTenant[tenant], e.command(name, statement.SQL, draw))
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
		out = append(out, e.tail...)
		return end(append(out, 0), at)
	}
	out = append(out, e.head...)
	if e.identified {
		out = append(out, e.identity[r.Tenant]...)
	}
	out = append(out, statement...)
	return append(out, e.tail...)
}

// transaction sets head and tail to BEGIN and COMMIT (and Sync).
func (e *Encoding) transaction() {
	e.define(identityName, identitySQL)
	if e.protocol == Simple {
		e.head, e.tail = []byte("BEGIN;"), []byte("COMMIT")
		return
	}
	e.define(beginName, "BEGIN")
	e.define(commitName, "COMMIT")
	e.head = e.command(beginName, "BEGIN", nil)
	e.tail = appendSync(e.command(commitName, "COMMIT", nil))
}

// define adds a statement to what connections prepare, where the protocol prepares.
func (e *Encoding) define(name, sql string) string {
	if e.protocol == Prepared {
		e.prepare = appendParse(e.prepare, name, sql)
		e.prepared++
	}
	return name
}

// command renders one command with its parameters.
func (e *Encoding) command(name, sql string, parameters Draw) []byte {
	switch e.protocol {
	case Simple:
		template, err := literalTemplate(sql)
		if err != nil {
			panic(err) // checked before
		}
		out := template.render(nil, parameters)
		if e.identified {
			out = append(out, '\n', ';') // a newline first: the text may end in a comment
		}
		return out
	case Extended:
		return appendExecute(appendBind(appendParse(nil, "", sql), "", parameters))
	default:
		return appendExecute(appendBind(nil, name, parameters))
	}
}

func statementName(number int) string { return "olympus_" + strconv.Itoa(number) }

const (
	beginName  = "olympus_begin"
	commitName = "olympus_commit"
)
