-- what: GIN indexes over texts, arrays and documents
-- transaction: off
--
-- Built CONCURRENTLY: on a table that is in use this takes no lock against writers. A build that fails leaves an
-- invalid index; the next run rebuilds it, and IF NOT EXISTS steps over it.
-- D19: @@, @>, LIKE are not leakproof: behind a policy these are reached by definer functions and by the owner only.
CREATE INDEX CONCURRENTLY IF NOT EXISTS idx_products_search ON core.products USING gin (organization_id, search_vector);
CREATE INDEX CONCURRENTLY IF NOT EXISTS idx_products_tags ON core.products USING gin (organization_id, tags) WHERE deleted_at IS NULL;
CREATE INDEX CONCURRENTLY IF NOT EXISTS idx_products_metadata ON core.products USING gin (metadata jsonb_path_ops) WHERE deleted_at IS NULL;
CREATE INDEX CONCURRENTLY IF NOT EXISTS idx_users_search ON core.users USING gin (search_vector);
CREATE INDEX CONCURRENTLY IF NOT EXISTS idx_users_full_name_trgm ON core.users USING gin (full_name public.gin_trgm_ops);
COMMENT ON INDEX core.idx_products_search IS 'serves products/search, products/search-function';
COMMENT ON INDEX core.idx_products_tags IS 'serves products/tags';
COMMENT ON INDEX core.idx_products_metadata IS 'serves products/metadata';
COMMENT ON INDEX core.idx_users_search IS 'serves users/search';
COMMENT ON INDEX core.idx_users_full_name_trgm IS 'serves users/by-name-part';
