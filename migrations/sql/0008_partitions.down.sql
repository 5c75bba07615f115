SET LOCAL ROLE olympus_owner;
DROP FUNCTION ops.ensure_partitions(date, date), ops.partitioned_tables(), ops.ensure_month(regclass, date);
