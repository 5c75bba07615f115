-- name: products/active-name
-- what: active products whose name begins with what was typed (B4, 1: partial index). A range of text and not LIKE,
--   which is not leakproof
-- params: organization_id = tenant.id, prefix = product.prefix, prefix_end = product.prefix_end
-- expects: index scan on products; at most 10 ms; rows of one tenant
-- weight: 4
SELECT organization_id, id, name, price_cents
FROM core.products
WHERE organization_id = $1 AND name >= $2 AND name < $3 AND status = 'active' AND deleted_at IS NULL
ORDER BY name
LIMIT 10
