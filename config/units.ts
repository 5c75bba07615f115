/** Units as types. The constructors below are the only casts; a bare number has no unit. */

export type Milliseconds = number & { readonly unit: 'ms' };

export const milliseconds = (value: number): Milliseconds => value as Milliseconds;
export const seconds = (value: number): Milliseconds => (value * 1000) as Milliseconds;
