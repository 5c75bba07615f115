-- name: orders/recent
-- what: newest 20 orders of a tenant (B4, 2: covering index)
-- params: organization_id = tenant.id
-- expects: index scan on orders; at most 200 buffers; at most 10 ms; rows of one tenant
-- weight: 10
SELECT organization_id, id, order_number, status, total_cents, customer_name, created_at
FROM core.orders
WHERE organization_id = $1
ORDER BY created_at DESC, id DESC
LIMIT 20
