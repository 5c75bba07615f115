import assert from 'node:assert/strict';
import { test } from 'node:test';
import { testDatabase } from '../../test/server.ts';
import { copyBinary } from './copy.ts';
import { Encoded } from './encoded.ts';
import { RowWriter, recycle } from './writer.ts';

const columns = {
  u: 'uuid',
  t: 'text',
  i: 'int4',
  b: 'int8',
  f: 'bool',
  z: 'timestamptz',
  j: 'jsonb',
  a: 'text[]',
  n: 'numeric',
};

test('the server reads back every value of every type that was written', async () => {
  await using database = await testDatabase('c_writer');
  const { admin } = database;
  const fields = Object.entries(columns).map(([name, type]) => `${name} ${type}`);
  await admin.query(`SET timezone = 'UTC'; CREATE TABLE public.x (k int4, ${fields.join(', ')})`);
  const long = 'ß€𝄞 '.repeat(400);
  const arrays = Encoded.textArrays([[], ['one'], ['a,"b', 'NULL', '', long]]);
  const writer = new RowWriter();
  const rows: [string, number, number, boolean, number, unknown, number, number, number][] = [
    ['', 0, 0, false, Date.UTC(2000, 0, 1), {}, 0, 0, 0],
    ['short', -1, -1, true, Date.UTC(1999, 11, 31, 23, 59, 59, 999), [1, null, 'ü'], 1, 12345678.0625, 4],
    [long, 2147483647, 2 ** 53 - 1, true, Date.UTC(2026, 9, 31, 12, 0, 0, 1), { k: long }, 2, -0.0001, 4],
    ['x'.repeat(25), -2147483648, -(2 ** 53) + 1, false, Date.UTC(2026, 1, 28), 'text', 1, 10000, 0],
    ['ascii then ü', 7, 4294967296, false, 1, true, 0, 99999999.99, 2],
  ];
  for (const [k, [text, int, big, bool, time, json, array, number, scale]] of rows.entries()) {
    writer.row(10);
    writer.int4(k);
    writer.uuid(time, 0x123, 0xffffffff, 0x89abcdef);
    writer.text(text);
    writer.int4(int);
    writer.int8(big);
    writer.bool(bool);
    writer.time(time);
    writer.jsonb(json);
    writer.pooled(arrays, array);
    writer.numeric(number, scale);
  }
  writer.row(10);
  writer.int4(rows.length);
  for (let n = 0; n < 9; n++) writer.null();

  const copied = await copyBinary(admin, ['public', 'x'], ['k', ...Object.keys(columns)], [writer.finish()]);
  assert.equal(copied, rows.length + 1);
  const read = await admin.query<Record<string, string>>(
    'SELECT u::text, t, i, b::text, f, (extract(epoch FROM z) * 1000)::bigint::text AS z, j, a, n::text FROM public.x ORDER BY k',
  );
  const expectedArrays = [[], ['one'], ['a,"b', 'NULL', '', long]];
  for (const [k, [text, int, big, bool, time, json, array, number, scale]] of rows.entries()) {
    const row = read.rows[k]!;
    const hex = BigInt.asUintN(48, BigInt(time)).toString(16).padStart(12, '0');
    assert.equal(row.u, `${hex.slice(0, 8)}-${hex.slice(8)}-7123-bfff-ffff89abcdef`);
    assert.deepEqual([row.t, row.i, row.b, row.f, row.z], [text, int, String(big), bool, String(time)]);
    assert.deepEqual([row.j, row.a, row.n], [json, expectedArrays[array], number.toFixed(scale)]);
  }
  assert.ok(Object.values(read.rows[rows.length]!).every((value) => value === null));
});

test('composed fields carry their length, numbers their width', async () => {
  await using database = await testDatabase('c_writer');
  const { admin } = database;
  await admin.query('CREATE TABLE public.x (t text, j jsonb)');
  const pool = Encoded.texts(['', 'ü', 'long '.repeat(20)]);
  const writer = new RowWriter();
  writer.row(2);
  writer.begin();
  writer.append('AB-');
  writer.appendNumber(42, 5);
  writer.byte(45);
  writer.appendNumber(1234567, 5);
  writer.byte(45);
  writer.appendNumber(4_294_967_295, 11);
  writer.byte(45);
  writer.appendNumber(7_000_000_001);
  writer.byte(45);
  writer.appendBase36(0);
  writer.appendBase36(36 ** 6 + 35);
  for (const index of [0, 1, 2]) writer.appendPooled(pool, index);
  writer.end();
  writer.beginJson();
  writer.append('{"n":');
  writer.appendNumber(10);
  writer.byte(125);
  writer.end();
  await copyBinary(admin, ['public', 'x'], ['t', 'j'], [writer.finish()]);
  const { rows } = await admin.query('SELECT * FROM public.x');
  assert.deepEqual(rows, [
    { t: `AB-00042-1234567-04294967295-7000000001-0100000zü${'long '.repeat(20)}`, j: { n: 10 } },
  ]);
});

test('a pool refuses bytes that a copy by eights could change', () => {
  assert.throws(() => new Encoded([Buffer.from([0, 0, 0, 0, 0, 0, 0xf8, 0x7f])]), RangeError);
  const lengths = Encoded.runs([[Buffer.alloc(127, 'x'), Buffer.alloc(255, 'ÿ')]]);
  assert.equal(lengths.value(0).length, 4 + 127 + 4 + 255);
});

test('a chunk that was handed over is not written again before it is recycled, and then is', () => {
  const writer = new RowWriter();
  const write = (value: number) => {
    while (!writer.ready.length) {
      writer.row(1);
      writer.int4(value);
    }
    return writer.ready.pop()!;
  };
  const first = write(1);
  const copy = Buffer.from(first);
  write(2);
  assert.deepEqual(first, copy);
  recycle(first);
  write(3); // in the buffer that was begun before
  assert.equal(write(4).buffer, first.buffer);
});

test('what the server refuses fails the copy with its message, and the connection goes on', async () => {
  await using database = await testDatabase('c_writer');
  const { admin } = database;
  await admin.query('CREATE TABLE public.x (i int4 CHECK (i > 0))');
  const writer = new RowWriter();
  writer.row(1);
  writer.int4(-5);
  await assert.rejects(
    copyBinary(admin, ['public', 'x'], ['i'], [writer.finish()]),
    /violates check constraint/,
  );
  assert.deepEqual((await admin.query('SELECT count(*)::int AS n FROM public.x')).rows, [{ n: 0 }]);
});

test('an error while rows are made ends the copy and is not mistaken for success', async () => {
  await using database = await testDatabase('c_writer');
  const { admin } = database;
  await admin.query('CREATE TABLE public.x (i int4)');
  function* broken() {
    yield Buffer.alloc(0);
    throw new RangeError('made wrong');
  }
  await assert.rejects(copyBinary(admin, ['public', 'x'], ['i'], broken()), /made wrong/);
  assert.deepEqual((await admin.query('SELECT count(*)::int AS n FROM public.x')).rows, [{ n: 0 }]);
});
