-- name: members/by-role
-- what: who administers the tenant
-- params: organization_id = tenant.id
-- expects: index scan on organization_members; rows of one tenant
-- weight: 0
SELECT organization_id, id, user_id, role, status
FROM core.organization_members
WHERE organization_id = $1 AND role IN ('owner', 'admin')
