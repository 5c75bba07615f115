-- name: orders/by-status
-- what: newest 20 orders of a tenant in one status (B4, 3)
-- params: organization_id = tenant.id, status = order.status
-- expects: index scan on orders; at most 10 ms; rows of one tenant
-- weight: 5
SELECT organization_id, id, order_number, status, total_cents, customer_name, created_at
FROM core.orders
WHERE organization_id = $1 AND status = $2
ORDER BY created_at DESC
LIMIT 20
