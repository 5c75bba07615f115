-- name: orders/pending
-- what: what is still to be done: the 50 oldest orders that are neither shipped nor ended (B4, 1: partial index)
-- params: organization_id = tenant.id
-- expects: index scan on orders; rows of one tenant
-- weight: 0
SELECT organization_id, id, order_number, status, total_cents, created_at
FROM core.orders
WHERE organization_id = $1 AND status IN ('pending', 'confirmed', 'processing')
ORDER BY created_at
LIMIT 50
