/** Everything that differs from one endpoint to another; each has one file here, and no other table lists them. */
export interface EndpointDescription {
  /** What it is for, as `status` and `doctor` show it. */
  readonly purpose: string;
  /** postgres: a server of the database. pooler: in front of one. service: neither, and started on its own. */
  readonly kind: 'postgres' | 'pooler' | 'service';
  /** Part of every topology unless endpoints are named one by one: without it there is nothing to measure. */
  readonly usual: boolean;
  /** Of the URL of one that is yours; the first is encrypted. */
  readonly schemes: readonly [string, ...string[]];
  readonly docker: {
    /** Services of infra/compose/compose.yaml that make it. */
    readonly services: readonly [string, ...string[]];
    /** The variable by which you choose another image. */
    readonly imageVariable: string;
    /** What of infra/compose/offline takes the place of an image that cannot be pulled. */
    readonly standIn: 'postgres' | 'pooler' | 'cache' | 'vector' | 'olap' | 'objects';
  };
}

/** An endpoint that is neither PostgreSQL nor its pooler. */
export interface ServiceDescription extends EndpointDescription {
  readonly kind: 'service';
  /** Where the local one and the one in Docker answer; each has one login, whose password is the topology's secret. */
  readonly localUrl: (secret: string, port: number) => string;
  /**
   * What answers there: "Redis 7.0.15". Its client is loaded when it is needed: most commands start none of them.
   * @throws when it does not answer, or not as it should
   */
  readonly version: (url: string) => Promise<string>;
  /** What a measure makes on a server that is yours. */
  readonly makes: string;
  /** What runs the local one, as `doctor` lists it. */
  readonly program?: ServiceProgram;
}

export interface ServiceProgram {
  readonly name: string;
  /** What is here already, in this cache folder or on the machine. */
  readonly here: (cache: string) => string | undefined;
  /** What gets it on first use, the first that is here. */
  readonly by: readonly string[];
  /** How to get it where none of those is here. */
  readonly how: string;
}
