import assert from 'node:assert/strict';
import { accessSync, constants, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import type { Result } from '../../result/result.ts';
import { exampleResult } from '../fixture.ts';
import { renderHtml } from './report.ts';
import { sections } from './sections.ts';

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
const browserPath = (process.env.PATH ?? '')
  .split(delimiter)
  .flatMap((folder) => names.map((name) => join(folder, name)))
  .find(isExecutable);

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

const hostile = `<img src=x onerror=alert(1)><script>alert(2)</script>"'\`</style></title>`;
const whole = renderHtml(exampleResult());

test('the page holds no address that a browser would ask for; plans are linked in the folder of the run', () => {
  assert.deepEqual(
    [...whole.matchAll(/\b(?:src|href|action|poster|srcset)="(?!data:|#|raw\/plans\/)[^"]*"/g)],
    [],
  );
  assert.ok(!/@import|url\((?!#)/.test(whole));
});

const empty: Partial<Result> = {
  trust: { checks: [] },
  ...{ objectives: [], plans: [], planDiffs: [], pagination: [], rls: null, replication: [], load: [] },
  ...{ pooler: [], micro: [], dataset: null, skipped: [], warnings: [] },
};
const idsOf = (page: string) => [...page.matchAll(/<section id="([^"]*)"/g)].map(([, id]) => id);

test('what a run did not measure has no section, and is named in one line', () => {
  const page = renderHtml(exampleResult(empty));
  assert.deepEqual(idsOf(page), ['verdict', 'trust', 'objectives', 'environment']);
  assert.match(page, /Not measured by this run: Comparison, Plans, Indexes, /);
});

test('a bench run that was cut off says in the section of each part that it was not measured', () => {
  const result = exampleResult(empty);
  const page = renderHtml({ ...result, run: { ...result.run, complete: false } });
  assert.ok(idsOf(page).includes('pagination'));
  assert.match(page, /No data\. The run had not come to this/);
});

test('a part that was skipped keeps its section, in a run of any kind', () => {
  const run = { ...exampleResult().run, kind: 'index' as const };
  const skipped = [{ part: 'index', why: 'no right to create one', how: 'Grant it.' }];
  assert.deepEqual(idsOf(renderHtml(exampleResult({ ...empty, run, skipped })))[1], 'indexes');
});

test('a load, a comparison and a night have a title of their own, and begin with what they were made for', () => {
  const run = (kind: Result['run']['kind']) => ({ ...exampleResult().run, kind });
  const page = renderHtml(exampleResult({ run: run('load') }));
  assert.deepEqual(idsOf(page).slice(0, 2), ['verdict', 'load']);
  assert.match(page, /<h1>Report of a load<\/h1>/);
  assert.ok(!page.includes('Not measured by this run'));
  assert.match(renderHtml(exampleResult({ run: run('nightly') })), /<h1>Report of a night<\/h1>/);
  assert.match(renderHtml(exampleResult({ run: run('bench') })), /<h1>Report of a quick run<\/h1>/);
});

test('a part that was skipped says why and how to have it', () => {
  assert.match(
    whole,
    /<strong>cache<\/strong> was skipped: no Redis on this machine\. apt-get install redis-server/,
  );
});

test('a run that was cut off says so before anything else', () => {
  const result = exampleResult({
    plans: [],
    pagination: [],
    rls: null,
    replication: [],
    load: [],
    dataset: null,
  });
  const page = renderHtml({ ...result, run: { ...result.run, complete: false, finishedAt: null } });
  assert.match(page, /This run is not complete/);
});

describe('in a browser', { skip: browserPath ? false : `no Chromium on PATH (${names.join(', ')})` }, () => {
  let browser: Browser;
  let folder: string;
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'olympus-report-'));
    browser = await chromium.launch({
      executablePath: browserPath!,
      timeout: 180_000,
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
        '--no-first-run',
      ],
    });
  });
  after(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Opens a page, runs `look`, and returns what the page complained of and every request but its own file. */
  async function open(markup: string, options: BrowserContextOptions, look: (page: Page) => Promise<void>) {
    const file = join(folder, 'index.html');
    writeFileSync(file, markup);
    const complaints: string[] = [];
    const requests: string[] = [];
    const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
    const address = pathToFileURL(file).href;
    await context.route('**/*', (route) => {
      const url = route.request().url();
      if (url === address) return route.continue();
      requests.push(url);
      return route.abort();
    });
    context.setDefaultTimeout(180_000); // a busy machine is slow, and no defect
    const page = await context.newPage();
    page.on('console', (message) => complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('dialog', (dialog) => {
      complaints.push(`dialog: ${dialog.message()}`);
      void dialog.dismiss();
    });
    await page.goto(address);
    await look(page);
    await context.close();
    return { complaints, requests: requests.filter((url) => !url.startsWith('data:')) };
  }

  const calm = { complaints: [], requests: [] };

  test('the report has all its sections in order, complains of nothing and asks the network for nothing', async () => {
    const seen = await open(whole, {}, async (page) => {
      const ids = await page.locator('main > section').evaluateAll((all) => all.map(({ id }) => id));
      assert.deepEqual(ids, idsOf(whole));
      assert.deepEqual(
        ids.filter((id) => id !== 'verdict'),
        sections.map(({ id }) => id).filter((id) => ids.includes(id)),
      );
      const broken = await page.evaluate(
        `[...document.querySelectorAll('nav.side a')].filter((link) => !document.querySelector(link.hash)).length`,
      );
      assert.equal(broken, 0);
    });
    assert.deepEqual(seen, calm);
  });

  test('every chart is drawn, named, described, and has its data behind it', async () => {
    await open(whole, {}, async (page) => {
      const charts = (await page.evaluate(
        `[...document.querySelectorAll('figure')].map((figure) => {
          const picture = figure.querySelector('svg');
          const drawn = [...picture.querySelectorAll('path[class*=ink-], rect[class*=heat-]')].filter((each) => each.getBBox().width > 0);
          return {
            drawn: drawn.length > 3 && picture.querySelectorAll('text').length > 3,
            named: picture.role === 'img' && picture.ariaLabel.length > 5,
            described: document.getElementById(picture.getAttribute('aria-describedby')) !== null,
            rows: figure.querySelectorAll('details table tbody tr').length,
          };
        })`,
      )) as { drawn: boolean; named: boolean; described: boolean; rows: number }[];
      assert.equal(charts.length, 11);
      for (const { rows, ...rest } of charts) {
        assert.deepEqual(rest, { drawn: true, named: true, described: true });
        assert.ok(rows > 0);
      }
    });
  });

  test('the theme follows the system, and the toggle turns it', async () => {
    for (const colorScheme of ['light', 'dark'] as const) {
      const seen = await open(whole, { colorScheme }, async (page) => {
        const colours = () =>
          page.evaluate(
            `['body', 'figure text', 'figure .ink-0'].map((each) => getComputedStyle(document.querySelector(each)))
              .flatMap(({ backgroundColor, color }) => [backgroundColor, color])`,
          ) as Promise<string[]>;
        const before = await colours();
        await page.locator('#theme').click();
        const turned = await colours();
        for (const at of [0, 1, 3, 5]) assert.notEqual(turned[at], before[at], String(at));
        await page.locator('#theme').click();
        assert.deepEqual(await colours(), before);
      });
      assert.deepEqual(seen, calm);
    }
  });

  test('a table sorts by a column both ways, and what is not known stays last', async () => {
    await open(whole, {}, async (page) => {
      const table = page.locator('#trust-checks');
      const button = table.getByRole('button', { name: 'Value' });
      const values = () =>
        table
          .locator('tbody tr td:nth-child(3)')
          .evaluateAll((cells) => cells.map((cell) => cell.getAttribute('data-sort') ?? '–'));
      await button.click();
      assert.deepEqual(await values(), ['0', '0.31', '3.33', '8', '18.2', '41946', '–']);
      await button.click();
      assert.deepEqual(await values(), ['41946', '18.2', '8', '3.33', '0.31', '0', '–']);
    });
  });

  test('a third click restores the order, a filter keeps the rows with all its words, and its end brings all back', async () => {
    await open(whole, {}, async (page) => {
      const table = page.locator('#plans-table');
      const names = () =>
        table.locator('tbody tr:not([hidden])').evaluateAll((rows) => rows.map((row) => row.textContent));
      const before = await names();
      const head = table.getByRole('button', { name: 'Buffers hit' });
      await head.click();
      assert.notDeepEqual(await names(), before);
      await head.click();
      await head.click();
      assert.deepEqual(await names(), before);
      const box = page.getByRole('searchbox', { name: /Filter the rows of: Every statement/ });
      await box.fill('orders/recent WHALE');
      await page.getByText(/^2 of \d+ rows$/).waitFor();
      assert.ok((await names()).every((text) => text?.startsWith('orders/recent') && text.includes('whale')));
      await box.fill('');
      await page.locator('#plans-table tbody tr[hidden]').first().waitFor({ state: 'detached' });
      assert.deepEqual(await names(), before);
    });
  });

  test('a link to a plan unfolds it, a series can be hidden, and a point says its value', async () => {
    const seen = await open(whole, {}, async (page) => {
      const plan = page.locator('[id="plan/orders/recent/whale"]');
      assert.ok(!(await plan.isVisible()));
      await page.locator('#plans-table a[href="#plan/orders/recent/whale"]').click();
      await plan.waitFor({ state: 'visible' });
      const figure = page.locator('#load-0-rate');
      const line = figure.locator('g[data-of="0"]').first();
      const toggle = figure.getByRole('button', { name: /^achieved: ended/ });
      await toggle.click();
      assert.deepEqual([await line.isVisible(), await toggle.getAttribute('aria-pressed')], [false, 'false']);
      await toggle.click();
      assert.ok(await line.isVisible());
      const [series, x, y, words] = JSON.parse((await figure.locator('svg').getAttribute('data-points'))!)[3];
      const box = (await figure.locator('svg').boundingBox())!;
      const scale = box.width / 920;
      await figure.locator('svg').scrollIntoViewIfNeeded();
      const there = (await figure.locator('svg').boundingBox())!;
      await page.mouse.move(there.x + x * scale, there.y + y * scale);
      assert.match(
        (await figure.locator('.tip').textContent())!,
        new RegExp(`${words.replace(/[+.]/g, '\\$&')}$`),
      );
      assert.equal(series, 0);
    });
    assert.deepEqual(seen, calm);
  });

  test('without JavaScript everything is there but the toggle', async () => {
    const seen = await open(whole, { javaScriptEnabled: false }, async (page) => {
      for (const id of idsOf(whole)) assert.ok(await page.locator(`#${id}`).isVisible(), id);
      assert.ok(await page.locator('figure svg').first().isVisible());
      assert.ok(!(await page.locator('#theme').isVisible()));
      await page.locator('figure details summary').first().click();
      assert.ok(await page.locator('figure details table').first().isVisible());
    });
    assert.deepEqual(seen, calm);
  });

  test('nothing but tables and pictures is wider than a phone, and they scroll within themselves', async () => {
    await open(whole, { viewport: { width: 360, height: 800 } }, async (page) => {
      assert.equal(await page.evaluate('document.documentElement.scrollWidth'), 360);
    });
  });

  test('axe finds nothing: light and wide, dark and narrow', async () => {
    const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
    const looks = [
      { colorScheme: 'light', viewport: { width: 1280, height: 900 } },
      { colorScheme: 'dark', viewport: { width: 360, height: 800 } },
    ] as const;
    for (const look of looks)
      await open(whole, look, async (page) => {
        await page.evaluate(axe);
        const found = await page.evaluate(
          `axe.run({ resultTypes: ['violations'] })
             .then(({ violations }) => violations.map(({ id, nodes }) => id + ': ' + nodes[0].html))`,
        );
        assert.deepEqual(found, [], look.colorScheme);
      });
  });

  test('on paper every row of every table is there, unfolded and unclipped, and so is every plan', async () => {
    await open(whole, { javaScriptEnabled: false }, async (page) => {
      await page.emulateMedia({ media: 'print' });
      const lost = (selector: string) =>
        page.locator(selector).evaluateAll((all) => all.filter((each) => !each.checkVisibility()).length);
      assert.equal(await lost('tbody tr'), 0);
      assert.equal(await lost('.plan .line'), 0);
      assert.equal(await lost('.plan .condition'), 0);
      const clipped = await page
        .locator('.scroll')
        .evaluateAll((all) => all.filter((each) => each.scrollHeight > each.clientHeight + 1).length);
      assert.equal(clipped, 0);
      assert.ok((await page.locator('.scroll.long').count()) > 0, 'a table that scrolls on a screen');
    });
  });

  test('text that came from data is text, wherever it stands', async () => {
    const seen = await open(renderHtml(everyString(exampleResult())), {}, async (page) => {
      assert.equal(await page.locator('img[src="x"]').count(), 0);
      assert.equal(await page.locator('script').count(), 1);
      assert.ok((await page.getByText('onerror=alert(1)').count()) > 100);
    });
    assert.deepEqual(seen, calm);
  });
});

function everyString(result: Result): Result {
  const words = new Set(['status', 'method', 'model', 'unit', 'kind', 'startedAt', 'finishedAt']);
  const text = JSON.stringify(result, (key, value) =>
    typeof value === 'string' && !words.has(key) ? `${value} ${hostile}` : value,
  );
  const spoilt = JSON.parse(text) as Result;
  const latencyMs = { p50: 1, p90: null, p99: null, p999: null, max: 1, samples: 1, why: hostile };
  const part = { name: hostile, endpoint: hostile, provider: hostile };
  return {
    ...spoilt,
    load: spoilt.load.map((each) => ({ ...each, errors: { [hostile]: 2 } })),
    vector: [
      { ...part, kind: 'text', method: 'trigram', queries: 1, answered: 1, overlapAt10: 1, latencyMs },
    ],
  };
}
