-- name: products/keyset-or
-- what: the same page with the comparison written out with OR: looks like a keyset, reads like an offset
-- params: organization_id = tenant.id, created_at = product_page.created_at, id = product_page.id
-- expects: index scan on products; rows of one tenant
-- weight: 0
SELECT organization_id, id, name, price_cents, created_at
FROM core.products
WHERE organization_id = $1 AND deleted_at IS NULL AND (created_at < $2 OR (created_at = $2 AND id < $3))
ORDER BY created_at DESC, id DESC
LIMIT 20
