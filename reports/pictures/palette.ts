import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * What the classes of the report's charts look like on a light ground, read from the stylesheet of the page: a picture and
 * the page cannot come to differ.
 */
export const palette: ReadonlyMap<string, string> = readPalette(
  readFileSync(join(import.meta.dirname, '../html/style.css'), 'utf8'),
);

export function readPalette(css: string): Map<string, string> {
  const named = new Map(
    [...css.matchAll(/(--\w+): light-dark\((#[0-9a-f]{6}),/g)].map(([, name, light]) => [name!, light!]),
  );
  const inks = [...css.matchAll(/^\.((?:ink|heat)-\w+) \{\s*(?:color|fill): ([^;]+);/gm)];
  return new Map(inks.map(([, name, value]) => [name!, lightColour(value!, named)]));
}

function lightColour(value: string, named: ReadonlyMap<string, string>): string {
  const [, plain] = /^light-dark\((#[0-9a-f]{6}),/.exec(value) ?? [];
  const [, variable] = /^var\((--\w+)\)$/.exec(value) ?? [];
  const [, first, share, second] =
    /^color-mix\(in srgb, var\((--\w+)\) (\d+)%, var\((--\w+)\)\)$/.exec(value) ?? [];
  const colour =
    plain ??
    (variable !== undefined
      ? named.get(variable)
      : mix(named.get(first!), named.get(second!), Number(share)));
  if (colour === undefined) throw new Error(`style.css: ${value} is no colour that a picture can be given.`);
  return colour;
}

function mix(first: string | undefined, second: string | undefined, percent: number): string | undefined {
  if (first === undefined || second === undefined) return undefined;
  const [one, other] = [channels(first), channels(second)];
  return `rgb(${one.map((value, at) => Math.round((value * percent + other[at]! * (100 - percent)) / 100)).join(', ')})`;
}

function channels(hex: string): number[] {
  return [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16));
}
