import { readProject, shopDirectory } from './read-project.ts';

/** The project that this repository's own folders hold. */
export const shop = readProject(shopDirectory);
