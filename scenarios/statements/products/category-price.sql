-- name: products/category-price
-- what: cheapest 20 active products of a category in a price range (B4, 3)
-- params: organization_id = tenant.id, category_id = shelf.category_id, low = shelf.price_low, high = shelf.price_high
-- expects: index scan on products; at most 10 ms; rows of one tenant
-- weight: 6
SELECT organization_id, id, name, price_cents
FROM core.products
WHERE organization_id = $1 AND category_id = $2 AND price_cents BETWEEN $3 AND $4
  AND status = 'active' AND deleted_at IS NULL
ORDER BY price_cents
LIMIT 20
