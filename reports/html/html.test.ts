import assert from 'node:assert/strict';
import { test } from 'node:test';
import { html } from './html.ts';
import { figures, number, table } from './table.ts';

const hostile = `<script>alert('x')</script>"&\``;
const escaped = '&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;&quot;&amp;&#96;';

test('what a template is given is escaped, in text and in attributes', () => {
  assert.equal(html`<p title="${hostile}">${hostile}</p>`.markup, `<p title="${escaped}">${escaped}</p>`);
});

test('markup that came from a template is not escaped again, also in lists', () => {
  assert.equal(
    html`<ul>${['a', '<'].map((each) => html`<li>${each}</li>`)}</ul>`.markup,
    '<ul><li>a</li><li>&lt;</li></ul>',
  );
});

test('null, undefined and false leave nothing, 0 is told', () => {
  assert.equal(html`${null}${undefined}${false}${0}`.markup, '0');
});

test('characters that no document may hold are replaced', () => {
  assert.equal(html`a\0b\ud800`.markup.includes('\ud800'), true, 'our own text is left alone');
  assert.equal(html`${'a\0b\ud800'}`.markup, 'a\ufffdb\ufffd');
});

test('a missing number is a dash with its reason, and the same reason is one footnote', () => {
  const column = figures<number | null>('Time', (value) => number(value, String, 'too few samples'));
  const { markup } = table('t', 'Times', [column, column], [1, null, null]);
  assert.equal(markup.match(/<abbr title="too few samples">–<\/abbr>/g)!.length, 4);
  assert.equal(markup.match(/<li id="t-note-1">too few samples<\/li>/g)!.length, 1);
  assert.ok(!markup.includes('t-note-2'));
});
