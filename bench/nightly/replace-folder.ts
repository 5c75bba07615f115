import { mkdir, rename, rm } from 'node:fs/promises';

/** Fills a new folder and puts it in the place of `folder`; one that fails to be filled leaves what was there. */
export async function replaceFolder(folder: string, fill: (fresh: string) => Promise<void>): Promise<void> {
  const fresh = `${folder}.new`;
  await rm(fresh, { recursive: true, force: true });
  await mkdir(fresh, { recursive: true });
  await fill(fresh);
  await rm(folder, { recursive: true, force: true });
  await rename(fresh, folder);
}
