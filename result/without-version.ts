/** "chDB 26.7.2.1 (ClickHouse engine)" is "chDB": a label stays the same when the engine is updated. */
export const withoutVersion = (name: string): string => name.replace(/\s+v?\d+(\.\d+)+.*$/, '');
