/** Units as types. The constructors below are the only casts; a bare number has no unit. */

export type Milliseconds = number & { readonly unit: 'ms' };
export type Bytes = number & { readonly unit: 'B' };
export type PerSecond = number & { readonly unit: '1/s' };

export const milliseconds = (value: number): Milliseconds => value as Milliseconds;
export const seconds = (value: number): Milliseconds => (value * 1000) as Milliseconds;
export const bytes = (value: number): Bytes => value as Bytes;
export const perSecond = (value: number): PerSecond => value as PerSecond;
