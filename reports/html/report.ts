import { figuresOf } from '../../result/figures-of.ts';
import type { Result } from '../../result/result.ts';
import { verdictTitle } from '../verdict-title.ts';
import { findingsSection } from './findings.ts';
import { type Html, html } from './html.ts';
import { page } from './page.ts';
import { renderSection } from './section.ts';
import { runLine, verdictBanner } from './sections/verdict.ts';
import { sectionsOf, titleOf } from './sections-of-run.ts';

/**
 * The report as one file that asks the network for nothing and reads without JavaScript.
 * @param runs of a comparison: the two runs, which stand between its verdict and its rows
 */
export function renderHtml(stored: Result, data: Html | null = null, runs: Html | null = null): string {
  const result = { ...stored, figures: figuresOf(stored) };
  const { shown: contents, left } = sectionsOf(result);
  const found = findingsSection(result);
  const links = html`<ol class="sections">
<li><a href="#verdict">Verdict</a></li>
${found && html`<li><a href="#findings">Findings</a></li>\n`}${contents.map(({ section, content }) => html`<li${content.kind === 'absent' && html` class="absent"`}><a href="#${section.id}">${section.title}</a>${content.kind === 'absent' && html` <span class="muted">no data</span>`}</li>\n`)}</ol>`;
  return page({
    title: `${verdictTitle(result.verdict)} · ${result.run.suite} · Olympus Bench`,
    header: html`<h1>${titleOf(result.run)}</h1>
${runLine(result)}`,
    data,
    skipTo: ['verdict', 'the verdict'],
    side: html`<nav class="side" aria-label="Sections">${links}</nav>`,
    main: html`${verdictBanner(result)}
${runs}
${found}
<details class="contents"><summary>Contents</summary>${links}</details>
${contents.map(({ section, content }, at) => html`${renderSection(section, content, at + 2)}\n`)}
${result.run.kind === 'bench' && left.length > 0 && html`<p class="muted">Not measured by this run: ${left.map(({ title }) => title).join(', ')}.</p>\n`}`,
  });
}
