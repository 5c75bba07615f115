import type { Result } from '../../../result/result.ts';
import { loadWords } from '../../load-words.ts';
import { text } from '../text.ts';
import { figures } from './figures.ts';

const all = figures('load');

/** The figures of the loads, and in sentences what happened to them. */
export const load = (result: Result): string => {
  const words = result.load.flatMap((each) =>
    loadWords(each).map((sentence) => `- ${text(each.scenario)}: ${text(sentence)}`),
  );
  return [all(result), words.join('\n')].filter((block) => block !== '').join('\n\n');
};
