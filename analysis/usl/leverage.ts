import { type Coefficients, gradientAt, type Measured } from './model.ts';
import { solve } from './solve.ts';

/** How much each point pulls its own fitted value (0 to 1): the hat matrix's diagonal at the optimum. */
export function leverages(data: readonly Measured[], coefficients: Coefficients): number[] {
  const gradients = data.map(({ load }) => gradientAt(coefficients, load));
  const matrix = [0, 1, 2].map((i) =>
    [0, 1, 2].map((j) => gradients.reduce((sum, g) => sum + g[i]! * g[j]!, 0)),
  );
  return gradients.map((gradient) => {
    const column = solve(matrix, gradient);
    return column
      ? Math.min(
          1,
          gradient.reduce((sum, g, i) => sum + g * column[i]!, 0),
        )
      : 0;
  });
}
