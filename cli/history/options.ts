export interface HistoryOptions {
  reason?: string;
  suite?: string;
  html?: string;
  storeEndpoint?: string;
  out: string;
}
