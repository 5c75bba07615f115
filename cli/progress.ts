import type { Progress, RunPlan } from '../config/progress.ts';
import { Pace, planText, runLeft, waiting } from './time-left.ts';

type Stream = Pick<NodeJS.WriteStream, 'write' | 'isTTY' | 'columns'>;
export type Line = { readonly level: 'stage' | 'note' | 'warn'; readonly text: string };

export interface Drawn extends Progress {
  /** What the whole run will do: from now on the time that is left of it is shown too. */
  plan(plan: RunPlan): void;
  listen(listener: (line: Line) => void): void;
  /** The stage and what is known of it and of the run, in a line; empty between stages. */
  standing(): string;
  end(): void;
}

/** Nothing that is alive is silent for longer: on a terminal, where a line is drawn anew, and in a log, which keeps each. */
const longestSilence = { terminal: 1000, log: 30_000 }; // ms
const second = 1000; // ms

/**
 * Draws progress on stderr: a bar with an estimate on a terminal, plain lines elsewhere, nothing with `quiet`.
 * Every line also goes to `listen` (the run's log.ndjson).
 */
export function draw(
  stream: Stream,
  { quiet, now = () => performance.now() }: { quiet: boolean; now?: () => number },
): Drawn {
  const colour = stream.isTTY && !process.env.NO_COLOR;
  const paint = (code: number, text: string) => (colour ? `\u001b[${code}m${text}\u001b[0m` : text);
  const listeners: ((line: Line) => void)[] = [];
  const pace = new Pace();
  let stageName = '';
  let stageStart = now();
  let written = now();
  let counted = '';
  let drawn = Number.NEGATIVE_INFINITY; // when a count was drawn last
  let left: { seconds: number | null; at: number } = { seconds: null, at: now() };
  let barShown = false;
  let run: RunPlan | undefined;
  let planned = '';
  let plannedStart = now();

  const write = (text: string) => {
    if (quiet) return;
    if (barShown) stream.write('\r\u001b[2K');
    barShown = false;
    stream.write(text);
    written = now();
  };
  const print = (line: Line, shown: string) => {
    for (const listener of listeners) listener(line);
    write(`${shown}\n`);
  };
  const endStage = () => {
    if (stageName) write(`${paint(2, `  ${stageName}: ${((now() - stageStart) / 1000).toFixed(1)} s`)}\n`);
    stageName = '';
  };
  /** What is known now of the stage and of the run. */
  const standing = (): string => {
    const stageLeft = left.seconds === null ? null : Math.max(0, left.seconds - (now() - left.at) / 1000);
    const whole =
      run && runLeft(run, planned, (now() - plannedStart) / 1000, stageName === planned ? stageLeft : null);
    return [
      ...(counted ? [counted] : []),
      ...(stageLeft === null
        ? [`${waiting((now() - stageStart) / 1000)} so far`]
        : [`${waiting(stageLeft)} left`]),
      ...(whole == null ? [] : [`the whole run: about ${waiting(whole)} left`]),
    ].join(' · ');
  };
  const drawBar = () => {
    write('');
    stream.write(`\r\u001b[2K${`  ${standing()}`.slice(0, (stream.columns || 80) - 1)}`); // a wrapped line could not be cleared
    barShown = true;
  };
  const beat = () => {
    if (quiet || !stageName) return;
    if (stream.isTTY) {
      if (now() - written >= longestSilence.terminal) drawBar();
    } else if (now() - written >= longestSilence.log) write(`  ${stageName}: ${standing()}\n`);
  };
  const beating = setInterval(beat, second);
  beating.unref();

  return {
    plan(plan) {
      run = plan;
      const text = planText(plan);
      print({ level: 'note', text }, text);
    },
    listen: (listener) => void listeners.push(listener),
    standing: () => (stageName ? `${stageName}: ${standing()}` : ''),
    stage(name) {
      endStage();
      stageName = name;
      stageStart = now();
      counted = '';
      left = { seconds: null, at: now() };
      if (run?.stages.some((one) => one.name === name)) [planned, plannedStart] = [name, now()];
      print({ level: 'stage', text: name }, paint(1, name));
    },
    note: (text) => print({ level: 'note', text }, `  ${text}`),
    warn: (text) => print({ level: 'warn', text }, paint(33, `  warning: ${text}`)),
    count(done, total, unit, detail) {
      left = { seconds: pace.left(done, total, unit, now()), at: now() };
      counted = figure(done, total, unit) + (detail ? ` · ${detail}` : '');
      if (quiet || !stream.isTTY || (now() - drawn < 100 && done < total)) return;
      drawn = now();
      drawBar();
    },
    end() {
      clearInterval(beating);
      endStage();
    },
  };
}

function figure(done: number, total: number, unit: string): string {
  if (total <= 0) return `${done.toLocaleString('en')} ${unit}`;
  const share = Math.min(1, done / total);
  const bar = '█'.repeat(Math.round(share * 24)).padEnd(24, '░');
  return `${bar} ${Math.round(share * 100)} % of ${total.toLocaleString('en')} ${unit}`;
}
