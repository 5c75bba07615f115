import type { Relation } from './catalogue.ts';

/** A partitioned table has none itself: its partitions do. */
export const holdsRows = ({ kind }: Relation): boolean => kind === 'table' || kind === 'materialized view';
