import type { Relation } from './catalogue.ts';
import { type LockMode, stronger } from './lock-mode.ts';

/** What takes time with a table's size. */
export interface Work {
  readonly kind: 'scan' | 'rewrite' | 'build' | 'rows';
  readonly relation: Relation;
}

/** What one statement will do, as its rules find it out. */
export class Forecast {
  readonly locks = new Map<Relation, LockMode>();
  readonly work: Work[] = [];
  /** Relations that get a new file: rewritten tables, and rebuilt indexes. */
  readonly rewritten = new Set<Relation>();
  /** What cannot be said, each with its reason. */
  readonly unknown: string[] = [];
  /** Why running statements of the application will fail or see another answer. */
  readonly breaks: string[] = [];
  /** What is gone afterwards: whether a running statement still names it, only a load can show. */
  readonly dropped: string[] = [];
  /** It cannot run within a transaction: CONCURRENTLY, VACUUM. */
  outsideTransaction = false;
  /** Tables that only its text names are opened as that text would: a reader's or writer's lock is no surprise. */
  looks = false;
  /** Its effect on the catalogue is not followed: what comes after it is predicted from an older state. */
  opaque = false;

  lock(mode: LockMode, ...relations: readonly (Relation | undefined)[]): void {
    for (const relation of relations)
      if (relation) this.locks.set(relation, stronger(this.locks.get(relation), mode));
  }

  takes(kind: Work['kind'], relation: Relation): void {
    if (!this.work.some((one) => one.kind === kind && one.relation === relation))
      this.work.push({ kind, relation });
  }

  cannotSay(why: string): void {
    if (!this.unknown.includes(why)) this.unknown.push(why);
  }
}
