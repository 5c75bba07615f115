// Adds to tables: sorting by a column (up, down, and back to the order of the page), a filter, and the table as CSV.
const keyOf = (row, column) => {
  const cell = row.cells[column];
  const raw = cell.dataset.sort ?? cell.textContent.trim();
  const number = Number(raw);
  return raw === '' || raw.startsWith('–') || Number.isNaN(number) ? raw : number;
};
// Numbers before text, and what is not known last whichever way it is sorted.
const unknown = (key) => typeof key === 'string' && key.startsWith('–');
const compare = (a, b, sign) => {
  if (unknown(a) || unknown(b)) return Number(unknown(a)) - Number(unknown(b));
  if (typeof a === 'number' && typeof b === 'number') return sign * (a - b);
  return sign * String(a).localeCompare(String(b), 'en', { numeric: true });
};
const next = { ascending: 'descending', descending: null };
const sortable = (table) => {
  const [body] = table.tBodies;
  const original = [...body.rows];
  const heads = [...table.tHead.rows[0].cells];
  heads.forEach((head, column) => {
    const button = document.createElement('button');
    button.type = 'button';
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener('click', () => {
      const before = head.getAttribute('aria-sort');
      const order = before === null ? 'ascending' : next[before];
      for (const other of heads) other.removeAttribute('aria-sort');
      if (order === null) {
        body.append(...original);
        return;
      }
      head.setAttribute('aria-sort', order);
      const keyed = original.map((row) => [keyOf(row, column), row]);
      keyed.sort(([a], [b]) => compare(a, b, order === 'ascending' ? 1 : -1));
      body.append(...keyed.map(([, row]) => row));
    });
  });
};

const filter = (table, tools, caption) => {
  const rows = [...table.tBodies[0].rows];
  const texts = rows.map((row) => row.textContent.toLowerCase());
  const box = document.createElement('input');
  box.type = 'search';
  box.placeholder = 'Filter rows';
  box.setAttribute('aria-label', `Filter the rows of: ${caption}`);
  const shown = document.createElement('output');
  const apply = () => {
    const words = box.value.toLowerCase().split(/\s+/).filter(Boolean);
    let left = 0;
    rows.forEach((row, at) => {
      row.hidden = !words.every((word) => texts[at].includes(word));
      if (!row.hidden) left++;
    });
    shown.textContent = words.length > 0 ? `${left} of ${rows.length} rows` : '';
  };
  let waiting;
  box.addEventListener('input', () => {
    clearTimeout(waiting);
    waiting = setTimeout(apply, 80);
  });
  tools.append(box, shown);
};

const save = (name, type, content) => {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([content], { type }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
};
// A spreadsheet takes a cell that begins like this for a formula.
const csvCell = (text) => {
  const safe = /^[=+@\t]|^-(?![\d.])/.test(text) ? `'${text}` : text;
  return /[",\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
};
const csvOf = (table) => {
  const line = (cells, text) => [...cells].map((cell) => csvCell(text(cell))).join(',');
  const shown = [...table.tBodies[0].rows].filter((row) => !row.hidden);
  return [
    line(table.tHead.rows[0].cells, (cell) => cell.textContent.trim()),
    ...shown.map((row) => line(row.cells, (cell) => cell.dataset.sort ?? cell.textContent.trim())),
  ].join('\r\n');
};

const filterFrom = 9;
for (const table of document.querySelectorAll('main table[id]')) {
  const caption = table.caption?.textContent ?? table.id;
  const tools = document.createElement('p');
  tools.className = 'tools';
  if (table.classList.contains('sortable')) sortable(table);
  if (table.tBodies[0].rows.length >= filterFrom) filter(table, tools, caption);
  const csv = document.createElement('button');
  csv.type = 'button';
  csv.textContent = 'CSV';
  csv.setAttribute('aria-label', `CSV of the table: ${caption}`);
  csv.addEventListener('click', () => save(`${table.id}.csv`, 'text/csv', csvOf(table)));
  tools.append(csv);
  table.closest('.scroll').before(tools);
}
