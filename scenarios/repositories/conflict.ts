/** The SQLSTATE of ops.increment_version: the row has another version than the one that was read. */
export const staleVersion = 'OL409';

/** Somebody changed the row since it was read. Nothing was written: read it again and repeat the change. */
export class Conflict extends Error {
  override readonly name = 'Conflict';
  /** The catalogue's name of the statement that was refused. */
  readonly statement: string;

  constructor(statement: string, cause: Error) {
    super(`${statement}: ${cause.message}`, { cause });
    this.statement = statement;
  }
}
