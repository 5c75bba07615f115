import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Result } from '../../result/result.ts';
import { statusWords } from '../format.ts';
import { Html, html } from './html.ts';
import { renderSection } from './section.ts';
import { runLine, verdictBanner } from './sections/verdict.ts';
import { sections } from './sections.ts';

/** Our own text; nothing of a result goes through here. */
const asset = (file: string): Html => new Html(readFileSync(join(import.meta.dirname, file), 'utf8'));
const hash = ({ markup }: Html) => `'sha256-${createHash('sha256').update(markup).digest('base64')}'`;

/** The report as one file that asks the network for nothing and reads without JavaScript. */
export function renderHtml(result: Result): string {
  const [style, script] = [asset('style.css'), asset('script.js')];
  const policy = `default-src 'none'; img-src data:; style-src ${hash(style)}; script-src ${hash(script)}; base-uri 'none'; form-action 'none'`;
  const contents = sections.map((section) => ({ section, content: section.content(result) }));
  const links = html`<ol class="sections">
<li><a href="#verdict">Verdict</a></li>
${contents.map(({ section, content }) => html`<li${content.kind === 'absent' && html` class="absent"`}><a href="#${section.id}">${section.title}</a>${content.kind === 'absent' && html` <span class="muted">no data</span>`}</li>\n`)}</ol>`;
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>${statusWords[result.verdict.status]} · ${result.run.suite} · Olympus Bench</title>
<link rel="icon" href="data:,">
<style>${style}</style>
</head>
<body>
<a class="skip" href="#verdict">Skip to the verdict</a>
<header>
<p class="brand">Olympus Bench</p>
<h1>Report of a ${result.run.suite} run</h1>
${runLine(result)}
<button id="theme" type="button" hidden>Dark</button>
</header>
<div class="page">
<nav class="side" aria-label="Sections">${links}</nav>
<main>
${verdictBanner(result)}
<details class="contents"><summary>Contents</summary>${links}</details>
${contents.map(({ section, content }, at) => html`${renderSection(section, content, at + 2)}\n`)}
</main>
</div>
<script>${script}</script>
</body>
</html>
`.markup;
}
