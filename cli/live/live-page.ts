import { createHash } from 'node:crypto';

const style = `
:root { color-scheme: light dark; font: 15px/1.5 system-ui, sans-serif; }
body { margin: 0; display: grid; grid-template-rows: auto 1fr; height: 100vh; }
header { padding: .6rem 1rem; border-bottom: 1px solid #8886; }
h1 { font-size: 1.1rem; margin: 0; }
#standing { margin: .2rem 0; font-variant-numeric: tabular-nums; }
details { max-height: 30vh; overflow: auto; }
pre { margin: 0; white-space: pre-wrap; }
iframe { border: 0; width: 100%; height: 100%; }
`;

const script = `
const at = (id) => document.getElementById(id);
const events = new EventSource('/events');
const show = () => { at('report').src = '/report?' + Date.now(); };
events.addEventListener('standing', ({ data }) => { at('standing').textContent = JSON.parse(data); });
events.addEventListener('line', ({ data }) => { at('lines').textContent += JSON.parse(data) + '\\n'; });
events.addEventListener('saved', show);
events.addEventListener('ended', ({ data }) => {
  events.close();
  at('standing').textContent = 'ended: ' + JSON.parse(data);
  show();
});
events.onerror = () => { if (events.readyState === EventSource.CLOSED) at('standing').textContent += ' (the run is gone)'; };
`;

const hash = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

export const livePolicy = `default-src 'none'; style-src ${hash(style)}; script-src ${hash(script)}; connect-src 'self'; frame-src 'self'; base-uri 'none'; form-action 'none'`;

/** What the run does now, each line that it printed, and below it the report of what is measured so far. */
export const livePage = `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Live · Olympus Bench</title><link rel="icon" href="data:,"><style>${style}</style></head>
<body>
<header><h1>Olympus Bench, live</h1>
<p id="standing" role="status">waiting for the first word</p>
<noscript><p>This page follows the run by JavaScript; without it, load <a href="/report">the report so far</a> again and again.</p></noscript>
<details><summary>What it printed</summary><pre id="lines"></pre></details></header>
<iframe id="report" title="The report so far" src="/report"></iframe>
<script>${script}</script>
</body>
</html>
`;
