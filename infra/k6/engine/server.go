package engine

import (
	"context"
	"errors"
	"fmt"
	"net"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
)

// Server is a PostgreSQL server, or a pooler that speaks for one.
type Server struct {
	config   *pgconn.Config
	deadline time.Duration
}

// NewServer reads a connection string. deadline is how long an answer may take; 0 is for ever.
func NewServer(url string, deadline time.Duration) (*Server, error) {
	config, err := pgconn.ParseConfig(url)
	if err != nil {
		return nil, err // pgconn leaves the password out
	}
	if config.RuntimeParams["application_name"] == "" {
		config.RuntimeParams["application_name"] = "olympus-load"
	}
	if config.ConnectTimeout == 0 {
		config.ConnectTimeout = 10 * time.Second
	}
	return &Server{config: config, deadline: deadline}, nil
}

func (s *Server) Name() string { return fmt.Sprintf("%s:%d", s.config.Host, s.config.Port) }

// Connect authenticates with pgconn and then takes the socket over: one write and (mostly) one read a request.
func (s *Server) Connect(ctx context.Context, encoding *Encoding) (Link, error) {
	session, err := pgconn.ConnectConfig(ctx, s.config)
	if err != nil {
		return nil, err
	}
	if err := startupOf(s.config.RuntimeParams["options"]).verify(ctx, session); err != nil {
		session.Close(context.Background())
		return nil, err
	}
	// pgconn reads in the background when a write takes long; that reader must not take our answers.
	if err := session.SyncConn(ctx); err != nil {
		return nil, err
	}
	raw, err := session.Hijack()
	if err != nil {
		return nil, err
	}
	if encoding.protocol == Simple && raw.ParameterStatuses["standard_conforming_strings"] == "off" {
		raw.Conn.Close()
		return nil, errors.New("the simple protocol needs standard_conforming_strings = on")
	}
	link := &serverLink{
		socket: raw.Conn, exchange: newExchange(raw.Conn), reader: newReader(raw.Conn),
		encoding: encoding, deadline: s.deadline,
	}
	if encoding.tracked {
		link.reader.position = positionOf
	}
	if encoding.prepared > 0 {
		if err := link.sendPrepare(encoding.prepare); err != nil {
			link.Close()
			return nil, err
		}
	}
	return link, nil
}

// Check parses every statement without executing it.
func (s *Server) Check(ctx context.Context, plan *Plan) error {
	session, err := pgconn.ConnectConfig(ctx, s.config)
	if err != nil {
		return err
	}
	defer session.Close(context.Background())
	for _, statement := range plan.Statements {
		if _, err := session.Prepare(ctx, "", statement.SQL, nil); err != nil {
			return fmt.Errorf("statement %q cannot be executed on %s: %w", statement.Name, s.Name(), err)
		}
	}
	return nil
}

type serverLink struct {
	socket   net.Conn
	exchange *exchange // nil where the socket is wrapped
	reader   *reader
	encoding *Encoding
	out      []byte
	deadline time.Duration
	set      time.Time // when the socket's deadline was set
}

func (l *serverLink) Execute(request Request, reply *Reply) bool {
	l.out = l.encoding.Append(l.out[:0], request)
	return l.roundTrip(l.encoding.main, reply)
}

// setDeadline lets an answer take the deadline, or up to 1/64 more: setting a socket's deadline for every request costs
// 3 % of the CPU time of a short one.
func (l *serverLink) setDeadline() {
	if l.deadline == 0 {
		return
	}
	slack := l.deadline / 64
	if now := time.Now(); now.Sub(l.set) >= slack {
		l.set = now
		_ = l.socket.SetDeadline(now.Add(l.deadline + slack))
	}
}

// Replayed asks how far this server has replayed the log.
func (l *serverLink) Replayed() (uint64, error) {
	l.setDeadline()
	l.out = appendQuery(l.out[:0], replayedQuery)
	if err := l.send(); err != nil {
		return 0, err
	}
	usual := l.reader.position
	l.reader.position = 0
	defer func() { l.reader.position = usual }()
	var reply Reply
	if _, err := l.reader.untilReady(-1, &reply); err != nil {
		return 0, err
	}
	if reply.SQLState != "" {
		return 0, serverError(reply)
	}
	return reply.Position, nil
}

func (l *serverLink) roundTrip(main int, reply *Reply) bool {
	l.setDeadline()
	if err := l.send(); err != nil {
		return l.lost(err, reply)
	}
	status, err := l.reader.untilReady(main, reply)
	if err != nil {
		return l.lost(err, reply)
	}
	if status == 'I' {
		return true
	}
	return l.rollback()
}

// send writes the request and, where it can, waits for the first bytes of the answer too.
func (l *serverLink) send() error {
	sent := 0
	if l.exchange != nil && l.reader.empty() {
		var got int
		var err error
		if sent, got, err = l.exchange.do(l.out, l.reader.buffer); err != nil {
			return err
		}
		l.reader.end = got
	}
	if sent == len(l.out) {
		return nil
	}
	_, err := l.socket.Write(l.out[sent:])
	return err
}

// lost keeps the server's own reason where it gave one before it closed the connection.
func (l *serverLink) lost(err error, reply *Reply) bool {
	if reply.SQLState == "" {
		reply.SQLState, reply.Message = stateOf(err), err.Error()
	}
	return false
}

// rollback ends a transaction whose COMMIT was skipped by an error.
func (l *serverLink) rollback() bool {
	var ignored Reply
	l.out = appendQuery(l.out[:0], "ROLLBACK")
	if _, err := l.socket.Write(l.out); err != nil {
		return false
	}
	status, err := l.reader.untilReady(0, &ignored)
	return err == nil && status == 'I'
}

func (l *serverLink) sendPrepare(messages []byte) error {
	var reply Reply
	_ = l.socket.SetDeadline(time.Now().Add(30 * time.Second))
	defer func() { _ = l.socket.SetDeadline(time.Time{}) }()
	l.set = time.Time{}
	if _, err := l.socket.Write(messages); err != nil {
		return err
	}
	if _, err := l.reader.untilReady(0, &reply); err != nil {
		return err
	}
	if reply.SQLState != "" {
		return serverError(reply)
	}
	return nil
}

func (l *serverLink) Interrupt() { _ = l.socket.SetDeadline(time.Unix(1, 0)) }

func (l *serverLink) Close() {
	_ = l.socket.SetDeadline(time.Now().Add(100 * time.Millisecond))
	_, _ = l.socket.Write([]byte{'X', 0, 0, 0, 4})
	_ = l.socket.Close()
}
