-- name: orders/with-items
-- what: an order with its items and their products' names; both partitions are named by created_at
-- params: organization_id = tenant.id, id = order.id, created_at = order.created_at
-- expects: index scan on orders; index scan on order_items; at most 10 ms; rows of one tenant
-- weight: 6
SELECT o.organization_id, o.id, o.order_number, o.status, o.total_cents,
       i.id AS item_id, i.quantity, i.unit_price_cents, i.total_cents AS item_total_cents, p.name AS product_name
FROM core.orders AS o
JOIN core.order_items AS i
  ON i.organization_id = o.organization_id AND i.order_created_at = o.created_at AND i.order_id = o.id
LEFT JOIN core.products AS p ON p.organization_id = i.organization_id AND p.id = i.product_id
WHERE o.organization_id = $1 AND o.created_at = $3 AND o.id = $2
