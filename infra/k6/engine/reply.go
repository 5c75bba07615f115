package engine

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
)

// Reply is what the server answered to one request.
type Reply struct {
	Rows  int64 // of the statement: returned, or affected where it returns none
	Bytes int64 // of the statement's result rows
	// SQLState is empty on success. Beside the server's own codes there are Deadline, and the class 08 for connections.
	SQLState string
	Message  string
	// Position in the write-ahead log, where the request asked for it.
	Position uint64
}

// Deadline stands in the place of an SQLSTATE when no answer came in time. A timeout is no cancel: the server may
// still execute the statement.
const Deadline = "deadline"

const (
	cannotConnect  = "08001"
	connectionLost = "08006"
)

// reader cuts a byte stream into backend messages without decoding more than it counts.
type reader struct {
	source     io.Reader
	buffer     []byte
	start, end int
	position   int // the command (from 0) whose row is a position in the log; -1 for none
}

func newReader(source io.Reader) *reader {
	return &reader{source: source, buffer: make([]byte, 16<<10), position: -1}
}

// untilReady reads up to ReadyForQuery and returns the transaction status (I, T or E).
// main is the number (from 0) of the command whose rows and bytes count.
func (r *reader) untilReady(main int, reply *Reply) (byte, error) {
	command := 0
	for {
		kind, length, err := r.header()
		if err != nil {
			return 0, err
		}
		switch kind {
		case 'D':
			if command == r.position {
				if err := r.takePosition(length, reply); err != nil {
					return 0, err
				}
				continue
			}
			if command == main {
				reply.Bytes += int64(length)
			}
		case 'C':
			body, err := r.body(length)
			if err != nil {
				return 0, err
			}
			if command == main {
				reply.Rows = rowsOfTag(body)
			}
			command++
			continue
		case 'I':
			command++
		case 'E':
			body, err := r.body(length)
			if err != nil {
				return 0, err
			}
			if reply.SQLState == "" {
				reply.SQLState, reply.Message = errorFields(body)
			}
			continue
		case 'Z':
			body, err := r.body(length)
			if err != nil {
				return 0, err
			}
			return body[0], nil
		}
		if err := r.skip(length); err != nil {
			return 0, err
		}
	}
}

func (r *reader) takePosition(length int, reply *Reply) error {
	row, err := r.body(length)
	if err == nil {
		reply.Position, err = parsePosition(row)
	}
	return err
}

func (r *reader) header() (kind byte, length int, err error) {
	for r.end-r.start < 5 {
		if err := r.fill(); err != nil {
			return 0, 0, err
		}
	}
	length = int(binary.BigEndian.Uint32(r.buffer[r.start+1:])) - 4
	if length < 0 {
		return 0, 0, errors.New("malformed message")
	}
	kind = r.buffer[r.start]
	r.start += 5
	return kind, length, nil
}

// body is valid until the next read.
func (r *reader) body(length int) ([]byte, error) {
	if length > len(r.buffer) {
		grown := make([]byte, length+1024)
		r.end = copy(grown, r.buffer[r.start:r.end])
		r.start, r.buffer = 0, grown
	}
	for r.end-r.start < length {
		if err := r.fill(); err != nil {
			return nil, err
		}
	}
	body := r.buffer[r.start : r.start+length]
	r.start += length
	return body, nil
}

func (r *reader) skip(length int) error {
	for r.end-r.start < length {
		length -= r.end - r.start
		r.start, r.end = 0, 0
		if err := r.fill(); err != nil {
			return err
		}
	}
	r.start += length
	return nil
}

// empty makes room from the buffer's start on; false when an answer is still in it.
func (r *reader) empty() bool {
	if r.start != r.end {
		return false
	}
	r.start, r.end = 0, 0
	return true
}

func (r *reader) fill() error {
	if r.start == r.end {
		r.start, r.end = 0, 0
	} else if r.end == len(r.buffer) {
		r.end = copy(r.buffer, r.buffer[r.start:r.end])
		r.start = 0
	}
	n, err := r.source.Read(r.buffer[r.end:])
	r.end += n
	if n > 0 {
		return nil
	}
	return err
}

// rowsOfTag is the last number of a command tag: "SELECT 20", "INSERT 0 1"; 0 where there is none.
func rowsOfTag(tag []byte) int64 {
	var rows, unit int64 = 0, 1
	for i := len(tag) - 2; i >= 0 && tag[i] >= '0' && tag[i] <= '9'; i-- { // the last byte is the terminator
		rows += unit * int64(tag[i]-'0')
		unit *= 10
	}
	return rows
}

// errorFields reads code and message of an ErrorResponse.
func errorFields(body []byte) (code, message string) {
	for len(body) > 1 {
		kind := body[0]
		length := 1
		for length < len(body) && body[length] != 0 {
			length++
		}
		switch kind {
		case 'C':
			code = string(body[1:length])
		case 'M':
			message = string(body[1:length])
		}
		body = body[min(length+1, len(body)):]
	}
	return code, message
}

// stateOf names a failure of the connection itself.
func stateOf(err error) string {
	var timeout net.Error
	if errors.As(err, &timeout) && timeout.Timeout() {
		return Deadline
	}
	return connectionLost
}

// serverError is an error reply as a Go error.
func serverError(reply Reply) error {
	return fmt.Errorf("%s (SQLSTATE %s)", reply.Message, reply.SQLState)
}
