-- name: products/low-stock
-- what: the 50 products that run out first: fewer than ten pieces in all places together
-- params: organization_id = tenant.id
-- expects: index scan on products; rows of one tenant
-- weight: 0
SELECT organization_id, id, name, sku, inventory_quantity, low_stock_threshold
FROM core.products
WHERE organization_id = $1 AND track_inventory AND inventory_quantity < 10 AND deleted_at IS NULL
ORDER BY inventory_quantity
LIMIT 50
