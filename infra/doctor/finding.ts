/** One thing that the product needs: what for, what was found, and how to get it where it is missing. */
export interface Finding {
  readonly name: string;
  readonly ok: boolean;
  /** Only what is asked for by name needs it. */
  readonly optional?: true;
  /** A version or a path; empty when there is none. */
  readonly found: string;
  readonly what: string;
  readonly how: string;
}
