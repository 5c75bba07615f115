-- name: tenant
-- what: the tenant itself, with one of its active, accepted members
-- columns: id, user_id
SELECT organization_id AS id, user_id
FROM core.organization_members
WHERE organization_id = $1 AND status = 'active' AND accepted_at IS NOT NULL
ORDER BY uuid_hash_extended(user_id, $3), user_id
LIMIT $2
