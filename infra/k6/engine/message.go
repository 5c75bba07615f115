package engine

import "encoding/binary"

// Frontend messages of the PostgreSQL protocol 3.0 (documentation, "Message Formats"), appended to a buffer.
// Parameters and results travel as text. Everything is encoded before the clock runs; a request is a copy of bytes.

func begin(out []byte, kind byte) ([]byte, int) {
	out = append(out, kind, 0, 0, 0, 0)
	return out, len(out) - 4
}

func end(out []byte, at int) []byte {
	binary.BigEndian.PutUint32(out[at:], uint32(len(out)-at))
	return out
}

func text(out []byte, s string) []byte { return append(append(out, s...), 0) }

func appendQuery(out []byte, sql string) []byte {
	out, at := begin(out, 'Q')
	return end(text(out, sql), at)
}

func appendParse(out []byte, name, sql string) []byte {
	out, at := begin(out, 'P')
	out = text(out, name)
	out = text(out, sql)
	return end(append(out, 0, 0), at) // no parameter types: the server infers them
}

// appendBind binds the unnamed portal to a statement.
func appendBind(out []byte, name string, parameters Draw) []byte {
	out, at := begin(out, 'B')
	out = append(out, 0)
	out = text(out, name)
	out = append(out, 0, 0) // all parameters are text
	out = binary.BigEndian.AppendUint16(out, uint16(len(parameters)))
	for _, parameter := range parameters {
		if parameter == nil {
			out = append(out, 0xff, 0xff, 0xff, 0xff)
			continue
		}
		out = binary.BigEndian.AppendUint32(out, uint32(len(*parameter)))
		out = append(out, *parameter...)
	}
	return end(append(out, 0, 0), at) // all results as text
}

func appendExecute(out []byte) []byte { return append(out, 'E', 0, 0, 0, 9, 0, 0, 0, 0, 0) }

func appendSync(out []byte) []byte { return append(out, 'S', 0, 0, 0, 4) }
