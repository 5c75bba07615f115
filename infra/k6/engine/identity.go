package engine

import (
	"fmt"
	"strings"
)

// The identity of a request is set inside its own transaction and ends with it: a pooler in transaction mode may give
// the connection to another tenant right after (specification, finding D22).
var identityCommand = mustCommand("olympus_identity",
	"SELECT set_config('request.jwt.claim.sub', $1, true), set_config('app.org_id', $2, true)")

// identityCommandOf makes the settings of a plan; nil where it has none.
func identityCommandOf(plan *Plan) (*command, error) {
	if plan.Settings == nil {
		return identityCommand, nil
	}
	if len(plan.Settings) == 0 {
		return nil, nil
	}
	calls := make([]string, len(plan.Settings))
	for i, setting := range plan.Settings {
		calls[i] = fmt.Sprintf("set_config('%s', $%d, true)", strings.ReplaceAll(setting, "'", "''"), i+1)
	}
	return newCommand("olympus_identity", "SELECT "+strings.Join(calls, ", "))
}

// identityDraw has the tenant's values: those of the plan's settings, or the shop's two.
func identityDraw(identify *command, tenant *Tenant) Draw {
	if identify == identityCommand {
		return Draw{&tenant.UserID, &tenant.ID}
	}
	draw := make(Draw, len(tenant.Identity))
	for i := range tenant.Identity {
		draw[i] = &tenant.Identity[i]
	}
	return draw
}
