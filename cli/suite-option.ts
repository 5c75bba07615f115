import type { Option } from 'commander';
import { defaultSuite, type SuiteName, suites } from '../config/suites.ts';
import { choice } from './choice.ts';

export const suiteOption = (description = 'how much to measure', value: SuiteName = defaultSuite): Option =>
  choice('--suite <suite>', description, Object.keys(suites)).default(value);
