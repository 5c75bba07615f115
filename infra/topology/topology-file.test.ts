import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Fault } from '../../config/fault.ts';
import { parseTopologyFile } from './topology-file.ts';

const refused = (text: string, message: RegExp, next = /./) =>
  assert.throws(
    () => parseTopologyFile(text, 'mine.yaml'),
    (error) => {
      assert.ok(error instanceof Fault, String(error));
      assert.equal(error.reason, 'usage');
      assert.match(error.message, message);
      assert.match(error.next, next);
      return true;
    },
  );

test('an endpoint is given by its provider alone, or with options; off is a word, not false', () => {
  const text =
    'primary: docker\ncache: { provider: external, url: env:MY_REDIS }\nolap: off\nreplica1:\n  provider: local\n  port: 5544\n';
  assert.deepEqual(parseTopologyFile(text, 'mine.yaml'), {
    primary: { provider: 'docker' },
    cache: { provider: 'external', url: 'env:MY_REDIS' },
    olap: { provider: 'off' },
    replica1: { provider: 'local', port: 5544 },
  });
});

test('the same is read from JSON', () => {
  assert.deepEqual(parseTopologyFile('{"primary": "local", "vector": {"provider": "off"}}', 'mine.json'), {
    primary: { provider: 'local' },
    vector: { provider: 'off' },
  });
});

test('a misspelt endpoint is named with its line and the nearest right one', () => {
  refused('primary: local\nreplca1: local\n', /^mine\.yaml:2: .*"replca1"/, /"replica1"/);
});

test('a misspelt provider is named with its line and the nearest right one', () => {
  refused('primary: locl\n', /^mine\.yaml:1: .*"locl"/, /"local"/);
  refused('primary:\n  provider: dokcer\n', /^mine\.yaml:2: .*"dokcer"/, /"docker"/);
});

test('an option that a provider does not have is named with its line', () => {
  refused('primary:\n  provider: local\n  prot: 5433\n', /^mine\.yaml:3: .*"prot"/, /"port"/);
  refused('olap: { provider: off, port: 1 }\n', /^mine\.yaml:1: .*"port"/, /no options/);
});

test('an external endpoint without a URL, and a port that is none, say what is taken', () => {
  refused('primary: external\n', /url of primary is missing/, /env:NAME/);
  refused('primary: { provider: local, port: 70000 }\n', /^mine\.yaml:1: port of primary/, /65535/);
});

test('what is wrong is never repeated where it may be a secret', () => {
  refused(
    'primary: { provider: external, url: [postgres://u:geheim@h/d] }\n',
    /^(?!.*geheim)/,
    /^(?!.*geheim)/,
  );
});

test('a text that is no YAML is refused with its line', () => {
  refused('primary: local\n  replica1: [\n', /^mine\.yaml:\d+: /);
  refused('', /names no endpoint/);
  refused('primary: local\nprimary: docker\n', /^mine\.yaml:2/);
});
