-- What a session's plans depend on, as it is in force for this login in this database.
SELECT name, setting AS value
FROM pg_settings
WHERE context IN ('user', 'superuser')
  AND (category LIKE 'Query Tuning%'
       OR name IN ('work_mem', 'hash_mem_multiplier', 'max_parallel_workers', 'max_parallel_workers_per_gather',
                   'max_parallel_maintenance_workers', 'effective_io_concurrency', 'search_path', 'TimeZone', 'DateStyle',
                   'IntervalStyle', 'default_text_search_config', 'default_statistics_target', 'extra_float_digits',
                   'array_nulls', 'transform_null_equals', 'standard_conforming_strings', 'lc_monetary', 'lc_numeric',
                   'lc_time', 'jit_above_cost', 'jit'))
  AND setting IS NOT NULL
ORDER BY name
