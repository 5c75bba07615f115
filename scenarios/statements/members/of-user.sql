-- name: members/of-user
-- what: is this user a member of the tenant, and in which role: asked at the start of every request
-- params: organization_id = tenant.id, user_id = member.user_id
-- expects: index scan on organization_members; at most 10 ms; rows of one tenant
-- weight: 10
SELECT organization_id, id, user_id, role, status, accepted_at
FROM core.organization_members
WHERE organization_id = $1 AND user_id = $2
