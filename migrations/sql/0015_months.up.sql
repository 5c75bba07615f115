-- what: partitions from January 2025 to six months ahead
SET LOCAL ROLE olympus_owner;
SELECT ops.ensure_partitions('2025-01-01', ((now() AT TIME ZONE 'UTC') + interval '6 months')::date);
