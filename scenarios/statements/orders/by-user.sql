-- name: orders/by-user
-- what: newest 10 orders of a customer with the tenant
-- params: organization_id = tenant.id, user_id = buyer.user_id
-- expects: index scan on orders; rows of one tenant
-- weight: 4
SELECT organization_id, id, order_number, status, total_cents, created_at
FROM core.orders
WHERE organization_id = $1 AND user_id = $2
ORDER BY created_at DESC
LIMIT 10
