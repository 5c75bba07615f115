import { Option } from 'commander';
import { command } from './command.ts';

export const explain = command<{ plan?: string }>('explain [statements...]', 'plans', {
  options: [new Option('--plan <file>', 'read an EXPLAIN (FORMAT JSON) file instead of a server')],
  example: './olympus explain orders/recent',
  load: async () => async () => undefined,
});
