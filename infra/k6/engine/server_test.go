package engine

import (
	"context"
	"encoding/binary"
	"io"
	"net"
	"sync"
	"testing"
	"time"
)

// fakeBackend accepts one connection without a password and answers every Sync with one row and
// every query with none. It is here for what a real server cannot be made to do on purpose: see the test.
func fakeBackend(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	go func() {
		conn, err := listener.Accept()
		if err != nil {
			return
		}
		defer conn.Close()
		var length [4]byte
		if _, err := io.ReadFull(conn, length[:]); err != nil {
			return
		}
		io.CopyN(io.Discard, conn, int64(binary.BigEndian.Uint32(length[:]))-4)
		conn.Write(append(message('R', "\x00\x00\x00\x00"), message('Z', "I")...))
		var head [5]byte
		for {
			if _, err := io.ReadFull(conn, head[:]); err != nil {
				return
			}
			io.CopyN(io.Discard, conn, int64(binary.BigEndian.Uint32(head[1:]))-4)
			switch head[0] {
			case 'Q': // a ping
				conn.Write(append(message('I', ""), message('Z', "I")...))
			case 'S':
				conn.Write(append(message('C', "SELECT 1\x00"), message('Z', "I")...))
			}
		}
	}()
	return listener.Addr().String()
}

// lingering returns from its first write long after the bytes were sent, as on a machine that is busy.
type lingering struct {
	net.Conn
	once sync.Once
}

func (c *lingering) Write(p []byte) (int, error) {
	n, err := c.Conn.Write(p)
	c.once.Do(func() { time.Sleep(60 * time.Millisecond) })
	return n, err
}

func TestAConnectionThatWasSlowToOpenLosesNoAnswer(t *testing.T) {
	// A write that takes long makes pgconn read in the background; that reader once took the first answer of ours.
	server, err := NewServer("postgres://someone@"+fakeBackend(t)+"/none?sslmode=disable", 2*time.Second)
	if err != nil {
		t.Fatal(err)
	}
	dial := server.config.DialFunc
	server.config.DialFunc = func(ctx context.Context, network, address string) (net.Conn, error) {
		conn, err := dial(ctx, network, address)
		return &lingering{Conn: conn}, err
	}
	encoding, err := Encode(testPlan(t), Extended, false)
	if err != nil {
		t.Fatal(err)
	}
	link, err := server.Connect(context.Background(), encoding)
	if err != nil {
		t.Fatal(err)
	}
	defer link.Close()
	var reply Reply
	if usable := link.Execute(Request{}, &reply); !usable || reply.SQLState != "" || reply.Rows != 1 {
		t.Errorf("usable %t, %+v", usable, reply)
	}
}
