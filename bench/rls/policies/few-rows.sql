-- A few rows of every tenant in every table that has policies: without a row a policy guards nothing, and of many each
-- attempt writes all. Triggers and foreign keys are set aside.
DO $$
DECLARE
  target record;
BEGIN
  FOR target IN
    SELECT DISTINCT p.schemaname, p.tablename FROM pg_policies AS p
    JOIN pg_attribute AS a ON a.attrelid = format('%I.%I', p.schemaname, p.tablename)::regclass AND a.attname = 'organization_id'
    WHERE p.tablename <> 'organization_members' -- they say who is who
  LOOP
    EXECUTE format(
      'DELETE FROM %1$I.%2$I AS t USING (SELECT tableoid AS part, ctid AS place,
         row_number() OVER (PARTITION BY organization_id ORDER BY id) AS n FROM %1$I.%2$I) AS d
       WHERE t.tableoid = d.part AND t.ctid = d.place AND n > 5', target.schemaname, target.tablename);
  END LOOP;
END $$;

-- What only a database in use has.
INSERT INTO audit.logs (organization_id, action, table_name, record_id)
SELECT id, 'UPDATE', 'core.organizations', id FROM core.organizations;
INSERT INTO archive.orders
SELECT DISTINCT ON (organization_id) * FROM core.orders ORDER BY organization_id, created_at, id;
INSERT INTO archive.order_items
SELECT DISTINCT ON (organization_id) * FROM core.order_items ORDER BY organization_id, order_created_at, id;
INSERT INTO core.invitations (organization_id, email, token_hash, expires_at)
SELECT id, 'guest@example.com', sha256(uuid_send(id)), now() FROM core.organizations;
