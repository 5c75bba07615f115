-- name: orders/offset
-- what: the same page by its number: reads and throws away every row before it (B5, 3)
-- params: organization_id = tenant.id, skip = order_page.skip
-- expects: rows of one tenant
-- weight: 1
SELECT organization_id, id, order_number, status, total_cents, created_at
FROM core.orders
WHERE organization_id = $1
ORDER BY created_at DESC, id DESC
LIMIT 20 OFFSET $2
