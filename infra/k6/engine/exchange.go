package engine

import (
	"io"
	"net"
	"syscall"
)

// exchange sends a request and receives the first part of its answer.
//
// A net.Conn would try to read at once, find nothing, and only then wait: one system call in four for nothing. Here the
// request is written inside the wait for readability: the runtime forgets earlier readiness before it, so an answer
// that comes however fast is noticed, and the first read finds it.
type exchange struct {
	raw  syscall.RawConn
	step func(fd uintptr) bool // bound once: a closure a request would be garbage
	out  []byte
	in   []byte
	sent int
	got  int
	err  error
	wait bool
}

// newExchange returns nil for connections that are no plain sockets (TLS).
func newExchange(conn net.Conn) *exchange {
	plain, ok := conn.(syscall.Conn)
	if !ok {
		return nil
	}
	raw, err := plain.SyscallConn()
	if err != nil {
		return nil
	}
	e := &exchange{raw: raw}
	e.step = e.advance
	return e
}

// do returns how many bytes of the answer are in `in`. When the kernel did not take the whole request at once, it
// returns with sent < len(out), and the caller goes on in the ordinary way.
func (e *exchange) do(out, in []byte) (sent, got int, err error) {
	e.out, e.in, e.sent, e.got, e.err, e.wait = out, in, 0, 0, nil, false
	if err := e.raw.Read(e.step); err != nil {
		return e.sent, 0, err
	}
	return e.sent, e.got, e.err
}

// advance writes first, and reads when it is called again. The socket never blocks, so the scheduler need not know of
// these system calls (RawSyscall).
func (e *exchange) advance(fd uintptr) bool {
	if !e.wait {
		n, errno := rawWrite(fd, e.out)
		switch {
		case errno == syscall.EAGAIN:
			return true
		case errno != 0:
			e.err = errno
			return true
		}
		e.sent = n
		e.wait = true
		return n < len(e.out)
	}
	n, errno := rawRead(fd, e.in)
	switch {
	case errno == syscall.EAGAIN:
		return false
	case errno != 0:
		e.err = errno
	case n == 0:
		e.err = io.EOF
	}
	e.got = n
	return true
}
