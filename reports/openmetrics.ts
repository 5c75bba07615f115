import { specOf } from '../result/catalogue.ts';
import type { Figure } from '../result/figure.ts';
import { figuresOf } from '../result/figures-of.ts';
import { type MeasureDescription, measures } from '../result/measures.ts';
import type { Result } from '../result/result.ts';
import { baseUnit } from './base-unit.ts';

type Labels = Readonly<Record<string, string>>;
type Sample = readonly [value: number | null, labels: Labels];

interface Family {
  readonly name: string;
  readonly type: 'gauge' | 'info';
  readonly unit: string;
  readonly help: string;
  readonly samples: readonly Sample[];
}

/**
 * OpenMetrics text (version 1.0): a gauge for each figure, in base units (seconds, bytes, ratios), its labels as they are.
 * What is null is left out: a gauge that is missing is not 0.
 */
export function renderOpenMetrics(result: Result): string {
  const common = { suite: result.run.suite };
  const figures = Map.groupBy(figuresOf(result), familyName);
  const families = [...aboutRun(result), ...[...figures].map(([name, own]) => familyOf(name, own))];
  return `${families.flatMap((family) => linesOf(family, common)).join('\n')}\n# EOF\n`;
}

function linesOf({ name, type, unit, help, samples }: Family, common: Labels): string[] {
  const known = samples.filter(([value]) => value !== null);
  if (known.length === 0) return [];
  const suffix = type === 'info' ? '_info' : '';
  return [
    `# TYPE ${name} ${type}`,
    ...(unit ? [`# UNIT ${name} ${unit}`] : []),
    `# HELP ${name} ${escapeText(help)}`,
    ...known.map(([value, labels]) => `${name}${suffix}${labelText({ ...common, ...labels })} ${value}`),
  ];
}

const prefixes = new Map(
  measures.map(({ part, ...rest }: MeasureDescription) => [part, rest.family ?? part]),
);

/** "olympus_load_response_seconds"; a name that already says its unit does not say it twice. */
export function familyName({ measure, name, unit }: Pick<Figure, 'measure' | 'name' | 'unit'>): string {
  const { suffix } = baseUnit(unit);
  const words = `olympus_${prefixes.get(measure) ?? measure}_${name}`.replaceAll('-', '_');
  return suffix === '' || words.endsWith(`_${suffix}`) ? words : `${words}_${suffix}`;
}

function familyOf(name: string, figures: readonly Figure[]): Family {
  const [first] = figures;
  const { suffix, factor } = baseUnit(first!.unit);
  return {
    ...{ name, type: 'gauge', unit: suffix, help: specOf(first!)?.help ?? name },
    samples: figures.map(({ value, labels }) => [value === null ? null : scaled(value, factor), labels]),
  };
}

/** 11.4 ms are 0.0114 s and not 0.011400000000000002. */
const scaled = (value: number, factor: number) => Number((value * factor).toPrecision(15));

/** What is said of the run as a whole and of its judgements: yes, no, or a word. */
function aboutRun({ run, verdict, environment, trust, objectives, nightly, comparison }: Result): Family[] {
  const { id, kind, complete } = run;
  const { fingerprint } = environment;
  const info = { id, kind, verdict: verdict.status, complete: String(complete), fingerprint };
  return [
    {
      ...{ name: 'olympus_run', type: 'info', unit: '', help: 'The run.' },
      samples: [[1, info]],
    },
    {
      ...{ name: 'olympus_check_ok', type: 'gauge', unit: '' },
      help: 'Trust checks and objectives: 1 holds, 0 does not; without a sample, not known.',
      samples: [
        ...trust.checks.map(({ name, ok }): Sample => [truth(ok), { kind: 'trust', name }]),
        ...objectives.map(({ name, ok }): Sample => [truth(ok), { kind: 'objective', name }]),
      ],
    },
    {
      ...{
        name: 'olympus_night_state',
        type: 'gauge',
        unit: '',
        help: 'The state that a metric of a night is in.',
      },
      samples: (nightly?.metrics ?? []).map(({ metric, state }): Sample => [1, { metric, state }]),
    },
    {
      ...{
        name: 'olympus_comparison_verdict',
        type: 'gauge',
        unit: '',
        help: 'What B against A was judged to be.',
      },
      samples: comparison.map(
        ({ metric, verdict: judged, role }): Sample => [
          1,
          { metric, verdict: judged, ...(role && { role }) },
        ],
      ),
    },
  ];
}

const truth = (ok: boolean | null) => (ok === null ? null : Number(ok));

const escapeText = (text: string) =>
  text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
const labelText = (labels: Labels) =>
  `{${Object.entries(labels)
    .map(([name, value]) => `${name}="${escapeText(value)}"`)
    .join(',')}}`;
