package engine

// The identity of a request is set inside its own transaction and ends with it: a pooler in transaction mode may give
// the connection to another tenant right after (specification, finding D22).
var identityCommand = mustCommand("olympus_identity",
	"SELECT set_config('request.jwt.claim.sub', $1, true), set_config('app.org_id', $2, true)")
