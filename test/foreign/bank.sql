-- The tables of pgbench at a fifth of its scale 1, made by hand: the server of the tests need not have pgbench.
CREATE EXTENSION pg_stat_statements;
CREATE TABLE pgbench_branches (bid int PRIMARY KEY, bbalance int, filler char(88)) WITH (fillfactor = 100);
CREATE TABLE pgbench_tellers (tid int PRIMARY KEY, bid int, tbalance int, filler char(84)) WITH (fillfactor = 100);
CREATE TABLE pgbench_accounts (aid int PRIMARY KEY, bid int, abalance int, filler char(84)) WITH (fillfactor = 100);
CREATE TABLE pgbench_history (tid int, bid int, aid int, delta int, mtime timestamp, filler char(22));
INSERT INTO pgbench_branches VALUES (1, 0);
INSERT INTO pgbench_tellers SELECT n, 1, 0 FROM generate_series(1, 10) AS n;
INSERT INTO pgbench_accounts SELECT n, 1, n % 1000, '' FROM generate_series(1, 20000) AS n;
INSERT INTO pgbench_history SELECT 1 + n % 10, 1, n, n % 7, timestamp '2026-01-01' FROM generate_series(1, 500) AS n;
ANALYZE;
