package engine

import (
	"bytes"
	"testing"
	"testing/iotest"
)

func message(kind byte, body string) []byte {
	out, at := begin(nil, kind)
	return end(append(out, body...), at)
}

func TestRowsAndBytesOfTheStatementAreCountedWhateverTheReadsAreCutInto(t *testing.T) {
	large := string(bytes.Repeat([]byte("x"), 40_000))
	stream := bytes.Join([][]byte{
		message('2', ""), message('C', "BEGIN\x00"),
		message('D', "identity"), message('C', "SELECT 1\x00"),
		message('N', "a notice"), message('D', large), message('D', "y"), message('C', "SELECT 2\x00"),
		message('C', "COMMIT\x00"), message('Z', "I"),
	}, nil)
	for name, source := range map[string]*reader{
		"whole":        newReader(bytes.NewReader(stream)),
		"byte by byte": newReader(iotest.OneByteReader(bytes.NewReader(stream))),
		"halves":       newReader(iotest.HalfReader(bytes.NewReader(stream))),
	} {
		var reply Reply
		status, err := source.untilReady(2, &reply)
		if err != nil || status != 'I' || reply.Rows != 2 || reply.Bytes != 40_001 {
			t.Errorf("%s: status %c, error %v, %+v", name, status, err, reply)
		}
	}
}

func TestTheFirstErrorOfARequestIsKept(t *testing.T) {
	stream := append(message('E', "SERROR\x00C23505\x00Mduplicate key\x00\x00"), message('Z', "E")...)
	var reply Reply
	status, err := newReader(bytes.NewReader(stream)).untilReady(0, &reply)
	if err != nil || status != 'E' || reply.SQLState != "23505" || reply.Message != "duplicate key" {
		t.Errorf("status %c, error %v, %+v", status, err, reply)
	}
}
