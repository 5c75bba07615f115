import { Type } from 'typebox';

/** One of these words. */
export const words = <const Words extends readonly string[]>(...all: Words) =>
  Type.Unsafe<Words[number]>(Type.Enum([...all]));
