export interface HistoryOptions {
  reason?: string;
  suite?: string;
  html?: string;
  store?: string;
  storeEndpoint?: string;
  out: string;
}
