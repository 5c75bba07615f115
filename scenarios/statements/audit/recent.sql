-- name: audit/recent
-- what: what happened last in the tenant: its newest 50 entries.
-- params: organization_id = tenant.id
-- expects: rows of one tenant
-- weight: 0
SELECT organization_id, id, user_id, action, table_name, record_id, created_at
FROM audit.logs
WHERE organization_id = $1
ORDER BY created_at DESC
LIMIT 50
