-- name: orders/archived
-- what: the newest 20 orders that left core.orders, with the number of their items
-- params: organization_id = tenant.id
-- expects: rows of one tenant
-- weight: 0
SELECT o.organization_id, o.id, o.order_number, o.status, o.total_cents, o.created_at, o.archived_at,
       (SELECT count(*) FROM archive.order_items AS i
        WHERE i.organization_id = o.organization_id AND i.order_created_at = o.created_at AND i.order_id = o.id) AS items
FROM archive.orders AS o
WHERE o.organization_id = $1
ORDER BY o.created_at DESC, o.id DESC
LIMIT 20
