import { join } from 'node:path';
import { picturesFolder } from '../reports/pictures/pictures-there.ts';
import { writePictures } from '../reports/pictures/write-pictures.ts';
import type { Result } from '../result/result.ts';
import type { Context } from './command.ts';

/** Writes a picture of each chart, and says which; of a run without charts, that there is none. */
export async function answerPictures(
  context: Pick<Context, 'answer'>,
  result: Result,
  run: string,
  write: string | undefined,
): Promise<undefined> {
  const directory = write ?? join(run, picturesFolder);
  const written = await writePictures(directory, result);
  const pictures = written.map(({ file, section, title }) => ({ file, section, title }));
  context.answer(
    { run: result.run.id, directory: written.length === 0 ? null : directory, pictures },
    written.length === 0
      ? `No picture: the report of run ${result.run.id} has no chart, for nothing that is drawn was measured. Nothing was written.`
      : `${written.map(({ file, title }) => `${join(directory, file)}  ${title}`).join('\n')}`,
  );
  return undefined;
}
