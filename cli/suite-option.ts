import type { Option } from 'commander';
import { defaultSuite, type SuiteName, suites } from '../config/suites.ts';
import { choice } from './choice.ts';

export const suiteOption = (
  description = 'how much to measure: with data and programs there, on two cores, smoke takes about a minute and quick three; nightly and release longer, as the first line says from the second run on',
  value: SuiteName = defaultSuite,
): Option => choice('--suite <suite>', description, Object.keys(suites)).default(value);
