-- name: users/by-email
-- what: a member by e-mail address, whatever its case: the login (B4, 4). Measured as the owner: it runs before there
--   is an identity, and lower() is not leakproof, so under row-level security the index cannot be used
-- params: organization_id = tenant.id, email = member.email
-- expects: index scan on users; at most 10 ms; rows of one tenant
-- weight: 2
-- role: owner
SELECT m.organization_id, u.id, u.email, u.full_name, m.role
FROM core.users AS u
JOIN core.organization_members AS m ON m.organization_id = $1 AND m.user_id = u.id
WHERE lower(u.email) = lower($2) AND u.deleted_at IS NULL
