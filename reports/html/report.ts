import { figuresOf } from '../../result/figures-of.ts';
import type { Result } from '../../result/result.ts';
import { statusWords } from '../format.ts';
import { findingsSection } from './findings.ts';
import { html } from './html.ts';
import { page } from './page.ts';
import { renderSection } from './section.ts';
import { runLine, verdictBanner } from './sections/verdict.ts';
import { sections } from './sections.ts';

/** The report as one file that asks the network for nothing and reads without JavaScript. */
export function renderHtml(stored: Result): string {
  const result = { ...stored, figures: figuresOf(stored) };
  const contents = sections.map((section) => ({ section, content: section.content(result) }));
  const found = findingsSection(result);
  const links = html`<ol class="sections">
<li><a href="#verdict">Verdict</a></li>
${found && html`<li><a href="#findings">Findings</a></li>\n`}${contents.map(({ section, content }) => html`<li${content.kind === 'absent' && html` class="absent"`}><a href="#${section.id}">${section.title}</a>${content.kind === 'absent' && html` <span class="muted">no data</span>`}</li>\n`)}</ol>`;
  return page({
    title: `${statusWords[result.verdict.status]} · ${result.run.suite} · Olympus Bench`,
    header: html`<h1>Report of a ${result.run.suite} run</h1>
${runLine(result)}`,
    skipTo: ['verdict', 'the verdict'],
    side: html`<nav class="side" aria-label="Sections">${links}</nav>`,
    main: html`${verdictBanner(result)}
${found}
<details class="contents"><summary>Contents</summary>${links}</details>
${contents.map(({ section, content }, at) => html`${renderSection(section, content, at + 2)}\n`)}`,
  });
}
