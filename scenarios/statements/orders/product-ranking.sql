-- name: orders/product-ranking
-- what: the ten products with the highest revenue over thirty days, ranked by revenue and by volume (B5, 5)
-- params: organization_id = tenant.id, from = period.from, to = period.to
-- expects: rows of one tenant
-- weight: 1
WITH sales AS (
  SELECT i.organization_id, i.product_id, sum(i.quantity) AS sold, sum(i.total_cents) AS revenue_cents
  FROM core.orders AS o
  JOIN core.order_items AS i
    ON i.organization_id = o.organization_id AND i.order_created_at = o.created_at AND i.order_id = o.id
  WHERE o.organization_id = $1 AND o.created_at >= $2 AND o.created_at < $3
    AND i.order_created_at >= $2 AND i.order_created_at < $3 AND o.status IN ('delivered', 'completed')
  GROUP BY i.organization_id, i.product_id
), ranked AS (
  SELECT organization_id, product_id, sold, revenue_cents,
         rank() OVER (ORDER BY revenue_cents DESC) AS revenue_rank,
         rank() OVER (ORDER BY sold DESC) AS volume_rank
  FROM sales
)
SELECT r.organization_id, p.id, p.name, r.sold, r.revenue_cents, r.revenue_rank, r.volume_rank
FROM ranked AS r
JOIN core.products AS p ON p.organization_id = r.organization_id AND p.id = r.product_id
ORDER BY r.revenue_rank, p.id
LIMIT 10
