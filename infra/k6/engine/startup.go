package engine

import (
	"context"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
)

// startup is what a session was asked to begin with by the startup parameter "options".
type startup struct {
	readOnly bool
	role     string
}

// startupOf reads the two settings on which safety rests; -c name=value is how they are written.
func startupOf(options string) startup {
	var asked startup
	for _, word := range strings.Fields(options) {
		name, value, _ := strings.Cut(strings.TrimPrefix(word, "--"), "=")
		switch name {
		case "default_transaction_read_only":
			asked.readOnly = value == "on"
		case "role":
			asked.role = value
		}
	}
	return asked
}

// verify reads the settings back: a pooler may drop "options" without a word, and then a load that is called read-only
// writes, and one that is to act as a role acts as its login.
func (s startup) verify(ctx context.Context, session *pgconn.PgConn) error {
	if !s.readOnly && s.role == "" {
		return nil
	}
	result := session.ExecParams(ctx,
		"SELECT current_setting('default_transaction_read_only'), current_user::text", nil, nil, nil, nil).Read()
	if result.Err != nil {
		return result.Err
	}
	readOnly, role := string(result.Rows[0][0]), string(result.Rows[0][1])
	if s.readOnly && readOnly != "on" {
		return fmt.Errorf("the session could write: default_transaction_read_only is %s, because something drops the startup parameter \"options\"", readOnly)
	}
	if s.role != "" && role != s.role {
		return fmt.Errorf("the session acts as %s and not as %s, because something drops the startup parameter \"options\"", role, s.role)
	}
	return nil
}
