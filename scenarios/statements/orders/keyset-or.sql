-- name: orders/keyset-or
-- what: the same page with the comparison written out with OR: looks like a keyset, reads like an offset
-- params: organization_id = tenant.id, created_at = order_page.created_at, id = order_page.id
-- expects: index scan on orders; rows of one tenant
-- weight: 0
SELECT organization_id, id, order_number, status, total_cents, created_at
FROM core.orders
WHERE organization_id = $1 AND (created_at < $2 OR (created_at = $2 AND id < $3))
ORDER BY created_at DESC, id DESC
LIMIT 20
