-- name: users/by-name-part
-- what: people whose name contains what was typed, whatever its case (B4: trigram): the platform's support. Measured as
--   the owner: it crosses tenants, and ILIKE is not leakproof, so under row-level security the index cannot be used (D19)
-- params: part = person.part
-- expects: index scan on users
-- weight: 0
-- role: owner
SELECT id AS user_id, email, full_name
FROM core.users
WHERE full_name ILIKE '%' || $1 || '%' AND deleted_at IS NULL
ORDER BY full_name, id
LIMIT 20
