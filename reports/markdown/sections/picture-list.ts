import type { Picture } from '../../pictures/pictures-of.ts';
import { picturesFolder } from '../../pictures/pictures-there.ts';
import { code, text } from '../text.ts';

/** Names the pictures in the run's folder: a summary is shown where a path of that folder leads nowhere, so none is a link. */
export const pictureList = (pictures: readonly Pick<Picture, 'file' | 'title'>[]): string =>
  pictures.length === 0
    ? ''
    : [
        '## Pictures',
        '',
        ...pictures.map(({ file, title }) => `- ${code(`${picturesFolder}/${file}`)}: ${text(title)}`),
      ].join('\n');
