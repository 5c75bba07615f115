-- name: products/keyset
-- what: a page of products after the last row seen, by row comparison (B5, 3)
-- params: organization_id = tenant.id, created_at = product_page.created_at, id = product_page.id
-- expects: index scan on products; at most 200 buffers; at most 10 ms; rows of one tenant
-- weight: 4
SELECT organization_id, id, name, price_cents, created_at
FROM core.products
WHERE organization_id = $1 AND deleted_at IS NULL AND (created_at, id) < ($2, $3)
ORDER BY created_at DESC, id DESC
LIMIT 20
