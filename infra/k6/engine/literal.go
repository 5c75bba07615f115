package engine

import (
	"fmt"
	"strconv"
	"strings"
)

// template is a statement cut at its parameters, for the simple protocol.
type template struct {
	pieces     []string // one more than uses
	uses       []int    // which parameter (from 0) stands between pieces
	parameters int
}

// literalTemplate finds $1..$n outside of quotes, comments and dollar quotes.
func literalTemplate(sql string) (template, error) {
	var t template
	from := 0
	for i := 0; i < len(sql); {
		if next := skipQuoted(sql, i); next > i {
			i = next
			continue
		}
		if sql[i] != '$' || (i > 0 && isWord(sql[i-1])) {
			i++
			continue
		}
		to := i + 1
		for to < len(sql) && sql[to] >= '0' && sql[to] <= '9' {
			to++
		}
		number, err := strconv.Atoi(sql[i+1 : to])
		if err != nil || number < 1 {
			return t, fmt.Errorf("unexpected %q at offset %d", sql[i:min(to+1, len(sql))], i)
		}
		t.pieces = append(t.pieces, sql[from:i])
		t.uses = append(t.uses, number-1)
		t.parameters = max(t.parameters, number)
		from, i = to, to
	}
	t.pieces = append(t.pieces, strings.TrimRight(sql[from:], "; \n\t"))
	return t, nil
}

// render needs standard_conforming_strings = on, which a connection checks at its start.
func (t template) render(out []byte, parameters Draw) []byte {
	for i, use := range t.uses {
		out = append(out, t.pieces[i]...)
		if value := parameters[use]; value == nil {
			out = append(out, "NULL"...)
		} else {
			out = append(out, '\'')
			out = append(out, strings.ReplaceAll(*value, "'", "''")...)
			out = append(out, '\'')
		}
	}
	return append(out, t.pieces[len(t.pieces)-1]...)
}

// skipQuoted is the offset behind the quoted text or comment that starts at i, or i if none does.
func skipQuoted(sql string, i int) int {
	rest := sql[i:]
	switch {
	case rest[0] == '\'' && isEscapePrefix(sql, i):
		return behindEscapes(sql, i+1)
	case rest[0] == '\'' || rest[0] == '"':
		return behind(sql, i+1, rest[:1])
	case strings.HasPrefix(rest, "--"):
		return behind(sql, i+2, "\n")
	case strings.HasPrefix(rest, "/*"):
		return behindComment(sql, i+2)
	case rest[0] == '$' && (i == 0 || !isWord(sql[i-1])):
		tag := strings.IndexByte(rest[1:], '$')
		if tag < 0 || strings.ContainsFunc(rest[1:1+tag], func(r rune) bool { return r < 128 && !isWord(byte(r)) }) ||
			(tag > 0 && rest[1] >= '0' && rest[1] <= '9') {
			return i
		}
		return behind(sql, i+tag+2, rest[:tag+2])
	}
	return i
}

// isEscapePrefix: the quote at i begins a string like E'it\'s', in which a backslash keeps the character after it.
func isEscapePrefix(sql string, i int) bool {
	return i > 0 && (sql[i-1] == 'E' || sql[i-1] == 'e') && (i == 1 || !isWord(sql[i-2]))
}

func behindEscapes(sql string, from int) int {
	for i := from; i < len(sql); i++ {
		switch sql[i] {
		case '\\':
			i++
		case '\'':
			if i+1 == len(sql) || sql[i+1] != '\'' {
				return i + 1
			}
			i++
		}
	}
	return len(sql)
}

// behindComment knows that comments nest, as in PostgreSQL and not in C.
func behindComment(sql string, from int) int {
	for i, depth := from, 1; i < len(sql); i++ {
		switch {
		case strings.HasPrefix(sql[i:], "/*"):
			depth, i = depth+1, i+1
		case strings.HasPrefix(sql[i:], "*/"):
			if depth--; depth == 0 {
				return i + 2
			}
			i++
		}
	}
	return len(sql)
}

func behind(sql string, from int, mark string) int {
	if at := strings.Index(sql[from:], mark); at >= 0 {
		return from + at + len(mark)
	}
	return len(sql)
}

func isWord(c byte) bool {
	return c == '_' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= 0x80
}
