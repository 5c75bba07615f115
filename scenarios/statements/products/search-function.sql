-- name: products/search-function
-- what: full-text search as the application does it: a definer function that verifies the tenant and reaches the
--   GIN index (B4, 5); its tenant is the identity of the request
-- params: word = word.word
-- expects: rows of one tenant
-- weight: 10
SELECT id, name, price_cents, rank
FROM core.search_products($1, 20)
