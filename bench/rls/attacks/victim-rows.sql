-- One text that differs when any row of the attacked tenant, or of one of its users, does.
SELECT md5(string_agg(part, ',' ORDER BY part)) AS digest FROM (
  SELECT 'o' || t::text AS part FROM core.organizations AS t WHERE id = $1
  UNION ALL SELECT 'u' || t::text FROM core.users AS t WHERE email LIKE 'victimsecret%'
  UNION ALL SELECT 'm' || t::text FROM core.organization_members AS t WHERE organization_id = $1 OR user_id IN (SELECT id FROM core.users WHERE email LIKE 'victimsecret%')
  UNION ALL SELECT 'i' || t::text FROM core.invitations AS t WHERE organization_id = $1
  UNION ALL SELECT 'c' || t::text FROM core.categories AS t WHERE organization_id = $1
  UNION ALL SELECT 'p' || t::text FROM core.products AS t WHERE organization_id = $1
  UNION ALL SELECT 'v' || t::text FROM core.product_variants AS t WHERE organization_id = $1
  UNION ALL SELECT 'r' || t::text FROM core.orders AS t WHERE organization_id = $1
  UNION ALL SELECT 'n' || t::text FROM core.order_counters AS t WHERE organization_id = $1
  UNION ALL SELECT 't' || t::text FROM core.order_items AS t WHERE organization_id = $1
  UNION ALL SELECT 'l' || t::text FROM core.inventory_locations AS t WHERE organization_id = $1
  UNION ALL SELECT 's' || t::text FROM core.inventory_levels AS t WHERE organization_id = $1
  UNION ALL SELECT 'w' || t::text FROM core.inventory_movements AS t WHERE organization_id = $1
  UNION ALL SELECT 'a' || t::text FROM audit.logs AS t WHERE organization_id = $1
  UNION ALL SELECT 'x' || t::text FROM archive.orders AS t WHERE organization_id = $1
  UNION ALL SELECT 'y' || t::text FROM archive.order_items AS t WHERE organization_id = $1
) AS rows
