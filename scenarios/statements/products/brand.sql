-- name: products/brand
-- what: products of a brand by an expression index on metadata (B4, 4). Measured as the owner: ->> is not leakproof,
--   so under row-level security the expression is no index condition
-- params: organization_id = tenant.id, brand = brand.brand
-- expects: index scan on products; rows of one tenant
-- weight: 3
-- role: owner
SELECT organization_id, id, name, price_cents
FROM core.products
WHERE organization_id = $1 AND metadata ->> 'brand' = $2 AND deleted_at IS NULL
ORDER BY created_at DESC, id DESC
LIMIT 20
