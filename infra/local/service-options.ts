/** What a service is run with. */
export interface ServiceOptions {
  readonly secret: string;
  /** A free one when absent. */
  readonly port: number | undefined;
}
