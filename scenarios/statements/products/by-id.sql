-- name: products/by-id
-- what: one product by its id, the page of a shop
-- params: organization_id = tenant.id, id = product.id
-- expects: index scan on products; at most 10 ms; rows of one tenant
-- weight: 20
SELECT organization_id, id, name, description, price_cents, images, attributes, metadata, version
FROM core.products
WHERE organization_id = $1 AND id = $2 AND deleted_at IS NULL
