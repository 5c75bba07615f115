/** Figures of one target, which says itself where they were taken. */
export type Figures<Row> = Omit<Row, 'endpoint' | 'provider'>;
