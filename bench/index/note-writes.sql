-- On a copy: every row of the table that is written is noted, with the columns that an update changes.
CREATE SCHEMA IF NOT EXISTS bench;
GRANT USAGE ON SCHEMA bench TO PUBLIC;
CREATE TABLE bench.written (inserted boolean NOT NULL, columns text[] NOT NULL);
GRANT SELECT ON bench.written TO PUBLIC;
CREATE FUNCTION bench.note_write() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    INSERT INTO bench.written VALUES (true, '{}');
  ELSE
    INSERT INTO bench.written
    SELECT false, coalesce(array_agg(o.key), '{}')
    FROM jsonb_each(to_jsonb(OLD)) AS o JOIN jsonb_each(to_jsonb(NEW)) AS n USING (key)
    WHERE o.value IS DISTINCT FROM n.value;
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER olympus_note_write AFTER INSERT OR UPDATE ON :table FOR EACH ROW EXECUTE FUNCTION bench.note_write();
