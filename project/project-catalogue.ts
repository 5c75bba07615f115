import { readCatalogue } from '../scenarios/catalogue.ts';
import { readSources } from '../scenarios/sources.ts';
import type { Statement } from '../scenarios/statement.ts';
import type { Project } from './project.ts';

/** The statements of a project, with the sources of its own. @throws Fault (usage) with every problem of its files */
export const projectCatalogue = async ({
  statements,
  sources,
}: Pick<Project, 'statements' | 'sources'>): Promise<Statement[]> =>
  readCatalogue([statements], await readSources(sources));
