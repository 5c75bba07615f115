/**
 * Each table of the report and of the summary has a row here whose figures all differ, so that two columns that are
 * swapped, and a figure under another's title, turn a test red. The right cells stand in fixture/cells, compared by hand
 * with the figures of fixture/distinct.ts: change them so, and never by a program.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { distinctResult } from './fixture/distinct.ts';
import { renderHtml } from './html/report.ts';
import { renderMarkdown } from './markdown/summary.ts';

type Row = Readonly<Record<string, string>>;

const result = distinctResult();
const expected = (format: string) =>
  readFileSync(new URL(`fixture/cells/${format}.md`, import.meta.url), 'utf8');
const shown = { html: asMarkdown(renderHtml(result)), markdown: renderMarkdown(result) };

for (const format of ['html', 'markdown'] as const) {
  const right = tablesOf(expected(format));
  const tables = tablesOf(shown[format].replaceAll('\u00a0', ' '));

  test(`${format}: every table has a row that is checked`, () => {
    assert.deepEqual([...tables.keys()], [...right.keys()]);
  });

  for (const [name, rows] of right)
    test(`${format}: each cell of ${name} stands under its own title`, () => {
      assert.deepEqual(tables.get(name)?.slice(0, rows.length), rows);
    });

  test(`${format}: no figure stands twice in a row that is checked, so that a swap shows`, () => {
    const twice = [...right].flatMap(([name, rows]) =>
      rows.flatMap((row) => {
        const figures = Object.values(row).filter((cell) => /^[1-9]|^0\../.test(cell));
        return figures.filter((cell, at) => figures.indexOf(cell) !== at).map((cell) => `${name}: ${cell}`);
      }),
    );
    assert.deepEqual(twice, []);
  });
}

/** The tables below "## name", each cell by the title of its column. */
function tablesOf(text: string): Map<string, Row[]> {
  const blocks = [...text.matchAll(/^## (.*)\n+((?:\|.*\n?)+)/gm)].map(([, name, lines]) => {
    const [titles, , ...rows] = lines!.trimEnd().split('\n').map(cellsOf);
    assert.equal(new Set(titles).size, titles!.length, `${name} has two columns of one title`);
    const named = rows.map((row) => Object.fromEntries(row.map((cell, at) => [titles![at]!, cell])));
    return [name!, named] as const;
  });
  assert.equal(new Set(blocks.map(([name]) => name)).size, blocks.length, 'two tables of one name');
  return new Map(blocks);
}

function cellsOf(line: string): string[] {
  return line
    .slice(1, -1)
    .split('|')
    .map((cell) => cell.trim());
}

/** The page's tables, written as the summary writes its own. */
function asMarkdown(page: string): string {
  return [...page.matchAll(/<table id="([^"]*)"[\s\S]*?<\/table>/g)]
    .map(([table, id]) => {
      const [head, ...body] = [...table.matchAll(/<tr>([\s\S]*?)<\/tr>/g)].map(([, row]) => lineOf(row!));
      return [`## ${id}`, head, '|---|', ...body].join('\n');
    })
    .join('\n\n');
}

function lineOf(row: string): string {
  const cells = [...row.matchAll(/<t[hd][^>]*>([\s\S]*?)<\/t[hd]>/g)].map(([, cell]) => plain(cell!));
  return `|${cells.join('|')}|`;
}

function plain(markup: string): string {
  const text = markup.replaceAll(/<sup>.*?<\/sup>|<[^>]*>/g, '');
  return text
    .replaceAll('&quot;', '"')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');
}
