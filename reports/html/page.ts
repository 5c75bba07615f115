import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Html, html, type Part } from './html.ts';

/** Our own text; nothing of a result goes through here. */
const asset = (file: string): Html => new Html(readFileSync(join(import.meta.dirname, file), 'utf8'));
/** Each in a scope of its own, in this order. */
const scripts = ['theme', 'tables', 'charts', 'plans', 'findings'];
const script = (): Html =>
  new Html(scripts.map((name) => `{\n${asset(`scripts/${name}.js`).markup}}\n`).join(''));
const hash = ({ markup }: Html) => `'sha256-${createHash('sha256').update(markup).digest('base64')}'`;

export interface Page {
  readonly title: string;
  /** Below the product's name. */
  readonly header: Part;
  /** Beside the main part. */
  readonly side?: Part;
  readonly main: Part;
  /** What scripts read; it shows nothing. */
  readonly data?: Part;
  /** Where the link for keyboards leads: an id, and what it is called. */
  readonly skipTo: readonly [id: string, name: string];
}

/** One file that asks the network for nothing and reads without JavaScript. */
export function page({ title, header, side, main, data, skipTo: [id, name] }: Page): string {
  const [style, code] = [asset('style.css'), script()];
  const policy = `default-src 'none'; img-src data:; style-src ${hash(style)}; script-src ${hash(code)}; base-uri 'none'; form-action 'none'`;
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>${title}</title>
<link rel="icon" href="data:,">
<style>${style}</style>
</head>
<body>
<a class="skip" href="#${id}">Skip to ${name}</a>
<header>
<p class="brand">Olympus Bench</p>
${header}
<button id="theme" type="button" hidden>Dark</button>
</header>
<div class="page${side === undefined && ' alone'}">
${side}
<main>
${main}</main>
</div>
${data}<script>${code}</script>
</body>
</html>
`.markup;
}
