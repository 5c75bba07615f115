-- transaction: off
DROP INDEX CONCURRENTLY IF EXISTS core.idx_products_search;
DROP INDEX CONCURRENTLY IF EXISTS core.idx_products_tags;
DROP INDEX CONCURRENTLY IF EXISTS core.idx_products_metadata;
DROP INDEX CONCURRENTLY IF EXISTS core.idx_users_search;
DROP INDEX CONCURRENTLY IF EXISTS core.idx_users_full_name_trgm;
