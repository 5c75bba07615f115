-- name: users/search
-- what: full-text search over people, best matches first (B4, 5): the platform's support. Measured as the owner: it
--   crosses tenants, and @@ is not leakproof, so under row-level security the GIN index cannot be used (D19)
-- params: word = person.surname
-- expects: index scan on users
-- weight: 0
-- role: owner
SELECT id AS user_id, email, full_name, ts_rank(search_vector, websearch_to_tsquery('english', $1)) AS rank
FROM core.users
WHERE search_vector @@ websearch_to_tsquery('english', $1) AND deleted_at IS NULL
ORDER BY rank DESC, id
LIMIT 20
