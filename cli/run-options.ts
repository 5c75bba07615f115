import { Option } from 'commander';

/** Where a run goes, and what a person calls it. */
export interface NewRunOptions {
  out: string;
  name?: string;
  note?: string;
  showValues?: boolean;
}

/** Of every command that leaves a run. @param what the folder of --out, where it holds more than runs */
export const runOptions = (what = 'folder of the runs') => [
  new Option('--out <dir>', what).default('runs'),
  new Option('--name <name>', 'what to call this run: it can stand where an id can, such as in compare'),
  new Option('--note <text>', 'what to remember of this run; it stands in its report'),
  new Option(
    '--live [port]',
    'a page on 127.0.0.1 that shows the run while it is under way; any free port when absent',
  ),
  new Option(
    '--show-values',
    'of a project of yours: show the values of your rows and log in plans and reports, which leave them out otherwise',
  ),
  new Option('--open', 'open the report in a browser at the end'),
];
