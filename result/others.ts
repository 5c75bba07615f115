/** Of result.json: whose the machine was. */
import { type Static, Type } from 'typebox';
import { Nullable } from './percentiles.ts';
import { words } from './words.ts';

/** How the kernel let the load generator run. */
export const GeneratorClass = words('realtime', 'raised', 'normal');
export type GeneratorClass = Static<typeof GeneratorClass>;

/** What others than the run took of the machine meanwhile. */
export const Others = Type.Object({
  othersCores: Nullable(
    Type.Number({ description: 'cores that ran neither this run nor a server that it measures' }),
  ),
  others: Type.Array(Type.Object({ name: Type.String(), cores: Type.Number() }), {
    description: 'the largest of them, by the name of their program',
  }),
  pressure: Type.Object(
    { cpu: Nullable(Type.Number()), memory: Nullable(Type.Number()), io: Nullable(Type.Number()) },
    { description: '% of the time in which some process waited for it (PSI)' },
  ),
  why: Type.Optional(Type.String()),
});
export type Others = Static<typeof Others>;
