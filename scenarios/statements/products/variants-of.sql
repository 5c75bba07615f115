-- name: products/variants-of
-- what: the variants of one product: the statement that N+1 repeats (B5, 2)
-- params: organization_id = tenant.id, product_id = product.id
-- expects: index scan on product_variants; at most 10 ms; rows of one tenant
-- weight: 4
SELECT organization_id, id, name, price_cents, inventory_quantity
FROM core.product_variants
WHERE organization_id = $1 AND product_id = $2 AND status = 'active'
ORDER BY position
