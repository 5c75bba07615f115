-- name: audit/of-record
-- what: what happened to a product: its newest 50 entries.
-- params: organization_id = tenant.id, record_id = product.id
-- expects: rows of one tenant
-- weight: 0
SELECT organization_id, id, user_id, action, table_name, old_values, new_values, created_at
FROM audit.logs
WHERE organization_id = $1 AND record_id = $2
ORDER BY created_at DESC
LIMIT 50
