/** What is expected of a statement's plan: read from its `-- expects:` and checked on every measured plan. */
export type Expectation =
  | { readonly kind: 'index-scan'; readonly table: string } // no sequential scan of it or its partitions, at least one index scan
  | { readonly kind: 'index-only-scan'; readonly table: string }
  | { readonly kind: 'index'; readonly index: string } // this index (or its partitions' children) is used
  | { readonly kind: 'no-sort' }
  | { readonly kind: 'at-most-ms'; readonly limit: number }
  | { readonly kind: 'at-most-buffers'; readonly limit: number }
  | { readonly kind: 'one-tenant' }; // every returned organization_id is the caller's
