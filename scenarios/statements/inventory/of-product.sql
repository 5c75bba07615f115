-- name: inventory/of-product
-- what: the stock of one product at each location
-- params: organization_id = tenant.id, product_id = stocked_product.product_id
-- expects: index scan on inventory_levels; at most 10 ms; rows of one tenant
-- weight: 0
SELECT organization_id, location_id, available, reserved, incoming
FROM core.inventory_levels
WHERE organization_id = $1 AND product_id = $2
