-- name: member
-- what: a user who is a member of the tenant, and his e-mail address
-- columns: user_id, email
SELECT u.id AS user_id, u.email
FROM core.organization_members AS m
JOIN core.users AS u ON u.id = m.user_id
WHERE m.organization_id = $1 AND u.deleted_at IS NULL AND m.status = 'active' AND m.accepted_at IS NOT NULL
ORDER BY uuid_hash_extended(u.id, $3), u.id
LIMIT $2
