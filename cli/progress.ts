import type { Progress } from '../config/progress.ts';

type Stream = NodeJS.WriteStream;
export type Line = { readonly level: 'stage' | 'note' | 'warn'; readonly text: string };

/**
 * Draws progress on stderr: a bar with an estimate on a terminal, plain lines elsewhere, nothing with `quiet`.
 * Every line also goes to `listen` (the run's log.ndjson).
 */
export function draw(
  stream: Stream,
  { quiet, now = () => performance.now() }: { quiet: boolean; now?: () => number },
): Progress & { listen(listener: (line: Line) => void): void; end(): void } {
  const colour = stream.isTTY && !process.env.NO_COLOR;
  const paint = (code: number, text: string) => (colour ? `\u001b[${code}m${text}\u001b[0m` : text);
  const listeners: ((line: Line) => void)[] = [];
  let stageName = '';
  let stageStart = now();
  let counting = 0;
  let barShown = false;

  const clearBar = () => {
    if (barShown) stream.write('\r\u001b[2K');
    barShown = false;
  };
  const print = (line: Line, shown: string) => {
    for (const listener of listeners) listener(line);
    if (quiet) return;
    clearBar();
    stream.write(`${shown}\n`);
  };
  const endStage = () => {
    if (stageName && !quiet) {
      clearBar();
      const seconds = ((now() - stageStart) / 1000).toFixed(1);
      stream.write(`${paint(2, `  ${stageName}: ${seconds} s`)}\n`);
    }
    stageName = '';
  };

  return {
    listen: (listener) => void listeners.push(listener),
    stage(name) {
      endStage();
      stageName = name;
      stageStart = counting = now();
      print({ level: 'stage', text: name }, paint(1, name));
    },
    note: (text) => print({ level: 'note', text }, `  ${text}`),
    warn: (text) => print({ level: 'warn', text }, paint(33, `  warning: ${text}`)),
    count(done, total, unit, detail) {
      if (quiet || !stream.isTTY || (now() - counting < 100 && done < total)) return;
      counting = now();
      const share = total > 0 ? Math.min(1, done / total) : 0;
      const elapsed = (now() - stageStart) / 1000;
      const left = share > 0.02 ? `, ${Math.round((elapsed / share) * (1 - share))} s left` : '';
      const bar = '█'.repeat(Math.round(share * 24)).padEnd(24, '░');
      const figure =
        total > 0
          ? `${bar} ${Math.round(share * 100)} % of ${total.toLocaleString('en')} ${unit}${left}`
          : `${done} ${unit}`;
      const line = detail ? `  ${figure} · ${detail}` : `  ${figure}`;
      stream.write(`\r\u001b[2K${line.slice(0, (stream.columns || 80) - 1)}`); // a wrapped line could not be cleared
      barShown = true;
    },
    end: endStage,
  };
}
