import assert from 'node:assert/strict';
import { test } from 'node:test';
import { jobManifest } from './k8s-job.ts';
import { resolveScale } from './scales.ts';

type Node = string | Node[] | { [key: string]: Node };

/** Reads the block style that manifests are written in: maps, lists, plain, quoted and folded text. */
function readYaml(text: string): Node {
  const lines = text.split('\n').filter((line) => line.trim() && !line.trim().startsWith('#'));
  const indent = (line: string) => line.length - line.trimStart().length;
  const scalar = (value: string) => (value.startsWith('"') ? (JSON.parse(value) as string) : value);
  const value = (rest: string, at: number): Node => {
    if (rest !== '>-') return rest === '' ? block(indent(lines[0]!)) : scalar(rest);
    const folded: string[] = [];
    while (lines[0] && indent(lines[0]) > at) folded.push(lines.shift()!.trim());
    return folded.join(' ');
  };
  const block = (at: number): Node => {
    if (lines[0]!.trim().startsWith('- ')) {
      const list: Node[] = [];
      while (lines[0] && indent(lines[0]) === at && lines[0].trim().startsWith('- ')) {
        const item = lines[0].trim().slice(2);
        if (/^\w+:( |$)/.test(item)) {
          lines[0] = `${' '.repeat(at + 2)}${item}`;
          list.push(block(at + 2));
        } else {
          lines.shift();
          list.push(value(item, at));
        }
      }
      return list;
    }
    const map: { [key: string]: Node } = {};
    while (lines[0] && indent(lines[0]) === at) {
      const [, key, rest] = /^\s*(\w+):\s*(.*)$/.exec(lines.shift()!)!;
      map[key!] = value(rest!, at);
    }
    return map;
  };
  const read = block(0);
  assert.deepEqual(lines, [], 'every line has its place');
  return read;
}

test('the manifest is an indexed Job of n pods, each of which loads its own shard of the wanted data set', () => {
  const scale = resolveScale('tenants=200,products=1000,orders=5000');
  const read = readYaml(jobManifest({ scale, seed: 7, streams: 3, shards: 4, image: 'registry/olympus:1' }));
  assert.deepEqual(read, {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name: 'olympus-seed' },
    spec: {
      completionMode: 'Indexed',
      completions: '4',
      parallelism: '4',
      backoffLimit: '12',
      template: {
        spec: {
          restartPolicy: 'OnFailure',
          containers: [
            {
              name: 'seed',
              image: 'registry/olympus:1',
              command: [
                'sh',
                '-c',
                'exec ./olympus seed --shard $((JOB_COMPLETION_INDEX + 1))/4 --tenants 200 --customers 12000 --products 1000 --orders 5000 --seed 7 --streams 3',
              ],
              env: [
                {
                  name: 'OLYMPUS_DATABASE_URL',
                  valueFrom: { secretKeyRef: { name: 'olympus-database', key: 'url' } },
                },
              ],
              resources: { requests: { cpu: '1', memory: '600Mi' } },
            },
          ],
        },
      },
    },
  });
});
