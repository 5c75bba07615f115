-- name: users/unverified
-- what: who has waited longest to confirm an address: 20 people to remind. Measured as the owner: a job of the
--   platform's, across tenants
-- expects: at most 200 buffers
-- weight: 0
-- role: owner
SELECT id AS user_id, email, full_name, created_at
FROM core.users
WHERE email_verified_at IS NULL AND deleted_at IS NULL
ORDER BY created_at
LIMIT 20
