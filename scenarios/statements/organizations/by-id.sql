-- name: organizations/by-id
-- what: the tenant itself with its plan and settings: read at the start of a request
-- params: organization_id = tenant.id
-- expects: index scan on organizations; at most 10 ms; rows of one tenant
-- weight: 4
SELECT id AS organization_id, name, slug, settings, subscription_plan, subscription_status, status, version
FROM core.organizations
WHERE id = $1 AND deleted_at IS NULL
