-- name: orders/of-product
-- what: who ordered a product within thirty days: whom a recall must reach
-- params: organization_id = tenant.id, product_id = sold.product_id, from = sold.from, to = sold.to
-- expects: index scan on orders; index scan on order_items; rows of one tenant
-- weight: 0
SELECT o.organization_id, o.id, o.order_number, o.customer_email, o.created_at, i.quantity
FROM core.order_items AS i
JOIN core.orders AS o
  ON o.organization_id = i.organization_id AND o.created_at = i.order_created_at AND o.id = i.order_id
WHERE i.organization_id = $1 AND i.product_id = $2 AND i.order_created_at >= $3 AND i.order_created_at < $4
  AND o.created_at >= $3 AND o.created_at < $4
