-- name: products/with-variants
-- what: newest 20 products with their variants in one statement (B5, 2: what replaces N+1 statements)
-- params: organization_id = tenant.id
-- expects: index scan on products; index scan on product_variants; at most 10 ms; rows of one tenant
-- weight: 6
SELECT p.organization_id, p.id, p.name, p.price_cents, coalesce(v.variants, '[]') AS variants
FROM (
  SELECT organization_id, id, name, price_cents, created_at
  FROM core.products
  WHERE organization_id = $1 AND status = 'active' AND deleted_at IS NULL
  ORDER BY created_at DESC, id DESC
  LIMIT 20
) AS p
LEFT JOIN LATERAL (
  SELECT json_agg(json_build_object('id', id, 'name', name, 'price_cents', price_cents,
                                    'inventory_quantity', inventory_quantity) ORDER BY position) AS variants
  FROM core.product_variants
  WHERE organization_id = p.organization_id AND product_id = p.id AND status = 'active'
) AS v ON true
ORDER BY p.created_at DESC, p.id DESC
