-- A share of the orders is refused as a serialization failure is, so that the load repeats them.
CREATE FUNCTION bench.olympus_self_repeated() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF random() < 0.15 THEN
    RAISE EXCEPTION 'to be repeated' USING ERRCODE = 'serialization_failure';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER olympus_self_repeated BEFORE INSERT ON core.orders
  FOR EACH ROW EXECUTE FUNCTION bench.olympus_self_repeated();
