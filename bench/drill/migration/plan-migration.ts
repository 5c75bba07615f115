import type { Judgement } from '../../../analysis/migration/judge.ts';
import {
  predictScripts,
  type StatementPrediction,
  verdictOf,
} from '../../../analysis/migration/predict-migration.ts';
import type { Session } from '../../../infra/topology/session.ts';
import { place } from '../../../migrations/statements.ts';
import type { MigrationFile } from './migration-file.ts';
import { readCatalogue } from './read-catalogue.ts';

export interface PlannedStatement extends StatementPrediction {
  readonly file: string;
  readonly line: number;
}

export interface MigrationPlan {
  readonly verdict: Judgement['verdict'];
  readonly serverVersion: number;
  readonly statements: readonly PlannedStatement[];
}

/** Predicts files from the catalogue of a database; runs nothing of them. */
export async function planMigration(
  session: Session,
  files: readonly MigrationFile[],
): Promise<MigrationPlan> {
  const catalogue = await readCatalogue(session);
  const scripts = files.map(({ text, whole }) => ({ sql: text, whole }));
  const statements = predictScripts(scripts, catalogue).flatMap((predicted, index) =>
    predicted.map((one) => ({
      ...one,
      file: files[index]!.file,
      line: place(files[index]!.text, one.offset).line,
    })),
  );
  return { verdict: verdictOf(statements), serverVersion: catalogue.serverVersion, statements };
}
