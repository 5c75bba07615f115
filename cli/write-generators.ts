import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { usage } from '../config/fault.ts';
import { generatorsText, type WrittenGenerators } from '../generators/own/generators-text.ts';
import { generatorsFile } from '../generators/own/read-generators.ts';
import { connect } from '../infra/topology/session.ts';
import { findProject } from '../project/read-project.ts';
import type { Context } from './command.ts';
import { sourceOf } from './own-data-place.ts';

/** Writes the generators.yaml of a project that is there, from its source. @throws Fault (usage) where there is one */
export async function rewriteGenerators(
  context: Context,
  directory: string,
  releases: readonly string[],
): Promise<void> {
  const project = findProject(directory);
  const path = join(project.directory, generatorsFile);
  if (existsSync(path))
    throw usage(
      `${join(directory, generatorsFile)} is there already, and may hold your changes.`,
      'Move it away first.',
    );
  const url = await sourceOf({ ...context, project });
  if (url === undefined)
    throw usage(
      `The project in ${directory} names no source.`,
      'Name it in olympus.yaml: primary: { provider: external, url: env:MY_DB }',
    );
  context.progress.stage('init');
  await using session = await connect(url, 'olympus-init');
  const data = await generatorsText(session, { releases, today: new Date() });
  await writeFile(path, data.text);
  context.answer({ generators: { released: data.released, notes: data.notes } }, dataText(data, directory));
}

/** What a new generators.yaml holds, for people. */
export const dataText = ({ released, notes }: WrittenGenerators, directory: string): string =>
  [
    released.length === 0
      ? `${directory}/${generatorsFile} makes rows like these, with no value of them: ./olympus seed --project ${directory} --factor 1. --release TABLE.COLUMN takes common values.`
      : `${directory}/${generatorsFile} has real values of the released columns ${released.join(', ')}.`,
    ...notes.map((note) => `  ${note}`),
  ].join('\n');
