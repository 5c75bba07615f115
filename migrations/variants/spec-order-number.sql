-- what: the specification's order numbers (B7, 6): MAX over the digits of every number of the tenant
--
-- D6: the digits of the month are folded into the maximum, and LPAD() cuts the result to five characters, so numbers
-- repeat. The base's unique indexes and its check of the month would refuse them; the specification's own
-- UNIQUE (organization_id, order_number) must contain created_at on a partitioned table and then refuses nothing.
-- So they go, and a comparison shows the duplicates.
DO $$
DECLARE
  number_key regclass;
BEGIN
  FOR number_key IN
    SELECT i.indexrelid FROM pg_index i JOIN pg_inherits h ON h.inhrelid = i.indrelid
     WHERE h.inhparent = 'core.orders'::regclass AND i.indexrelid::regclass::text ~ '_number_key$'
  LOOP
    EXECUTE format('DROP INDEX %s', number_key);
  END LOOP;
END $$;
ALTER TABLE core.orders DROP CONSTRAINT orders_number_month;
ALTER TABLE core.orders ADD CONSTRAINT orders_number_unique UNIQUE (organization_id, order_number, created_at);

CREATE FUNCTION ops.spec_generate_order_number(org_id uuid) RETURNS text LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  prefix text;
  seq_num bigint;
BEGIN
  SELECT upper(left(slug, 3)) INTO prefix FROM core.organizations WHERE id = org_id;
  SELECT coalesce(max(CAST(nullif(regexp_replace(order_number, '[^0-9]', '', 'g'), '') AS bigint)), 0) + 1 INTO seq_num
    FROM core.orders WHERE organization_id = org_id;
  RETURN prefix || '-' || to_char(now(), 'YYYYMM') || '-' || lpad(seq_num::text, 5, '0');
END $$;
CREATE OR REPLACE FUNCTION ops.number_order() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  NEW.order_number := ops.spec_generate_order_number(NEW.organization_id);
  RETURN NEW;
END $$;
ALTER FUNCTION ops.spec_generate_order_number(uuid) OWNER TO olympus_owner;
