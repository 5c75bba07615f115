import { type Static, Type } from 'typebox';
import { derived, exact, not, rowsByKind, timed } from '../figure-tree.ts';
import { longSuites, measure, section } from '../measure-description.ts';

const of = { name: Type.String(), endpoint: Type.String(), provider: Type.String() };

/** One object written in parts and read back with its checksum. */
export const ObjectTransfer = Type.Object({
  ...of,
  kind: Type.Literal('transfer'),
  bytes: Type.Integer(),
  parts: Type.Integer(),
  putMs: Type.Number(),
  getMs: Type.Number(),
  putBytesPerSecond: Type.Number(),
  getBytesPerSecond: Type.Number(),
  verified: Type.Boolean({ description: 'what came back has the SHA-256 of what was sent' }),
});
export type ObjectTransfer = Static<typeof ObjectTransfer>;

/** Writers that put the same key at once, only if it is not there. */
export const ObjectRace = Type.Object({
  ...of,
  kind: Type.Literal('race'),
  writers: Type.Integer(),
  rounds: Type.Integer(),
  acceptedMax: Type.Integer({
    description: 'writers that were told they wrote it, of one round; the goal is 1',
  }),
  overwritten: Type.Integer({ description: 'rounds whose object is not that of the accepted writer' }),
});
export type ObjectRace = Static<typeof ObjectRace>;

export const ObjectFigures = Type.Union([ObjectTransfer, ObjectRace]);
export type ObjectFigures = Static<typeof ObjectFigures>;

export const objects = measure({
  part: 'objects',
  title: 'Objects',
  what: 'large objects there and back, and two writers of one key',
  suites: longSuites,
  sections: {
    objects: section(
      Type.Array(ObjectFigures),
      rowsByKind<ObjectFigures>({
        transfer: {
          labels: ({ bytes, parts }) => ({ bytes: `${bytes} bytes`, parts: `${parts} parts` }),
          leaves: {
            bytes: not('a label'),
            parts: not('a label'),
            putMs: timed('put-time', 'ms'),
            getMs: timed('get-time', 'ms'),
            putBytesPerSecond: timed('put', 'B/s', { better: 'more' }),
            getBytesPerSecond: timed('get', 'B/s', { better: 'more' }),
          },
          derived: [
            derived(
              exact('damaged', 'events', { help: 'Objects that came back with another SHA-256.' }),
              (one) => Number(!one.verified),
            ),
          ],
        },
        race: {
          labels: ({ writers }) => ({ writers: `${writers} writers` }),
          leaves: {
            writers: not('a label'),
            rounds: not('a setting'),
            acceptedMax: exact('most-accepted', 'clients', {
              help: 'Writers of one key that were answered that they wrote it; the goal is 1.',
            }),
            overwritten: exact('overwritten', 'events', {
              help: 'Rounds whose object is not that of the accepted writer.',
            }),
          },
        },
      }),
      () => [],
    ),
  },
});
