-- name: users/by-id
-- what: a member by his id, with his role in the tenant
-- params: organization_id = tenant.id, id = member.user_id
-- expects: index scan on users; index scan on organization_members; at most 10 ms; rows of one tenant
-- weight: 4
SELECT m.organization_id, u.id, u.email, u.full_name, u.display_name, m.role, u.status, u.version
FROM core.organization_members AS m
JOIN core.users AS u ON u.id = m.user_id
WHERE m.organization_id = $1 AND m.user_id = $2 AND u.deleted_at IS NULL
