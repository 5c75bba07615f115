import type { LoadResult } from '../../result/result.ts';
import { figure } from './figures.ts';
import type { Found, Rule } from './rule.ts';

const minPct = 30;
const severePct = 60;
/** A statement that is most of the calls takes most of the time by right. */
const beyondItsCalls = 2;

/** One statement that takes a large share of the server's execution time, and more than its share of the calls. */
export const timeShare: Rule = { name: 'time-share', find: ({ load }) => load.flatMap(ofLoad) };

function ofLoad(load: LoadResult): Found[] {
  const all = load.evidence?.statements ?? [];
  const calls = all.reduce((sum, each) => sum + each.calls, 0);
  return all.flatMap((each): Found[] => {
    const callsPct = (100 * each.calls) / calls;
    if (each.timePct < minPct || each.timePct < beyondItsCalls * callsPct) return [];
    const name = each.name ?? shortened(each.query);
    return [
      {
        about: `${load.scenario}-${load.model}/${name}`,
        part: 'load',
        statement: each.name,
        figure: 'load.service',
        value: each.timePct,
        unit: '%',
        sentence: `${name} takes ${figure(each.timePct)} % of the server’s execution time under ${load.scenario} (${load.model}) with ${figure(callsPct)} % of the calls: ${figure(each.executionMs / each.calls)} ms and ${figure((each.blocksHit + each.blocksRead) / each.calls)} buffers a call.`,
        severity: each.timePct >= severePct ? 3 : 2,
        link: '#evidence',
        excess: each.timePct / minPct,
      },
    ];
  });
}

const shortened = (query: string) => (query.length > 60 ? `${query.slice(0, 59)}…` : query);
