// The page reads without this: it adds the toggle and the sorting.
const root = document.documentElement;
const toggle = document.getElementById('theme');
const dark = () =>
  root.dataset.theme ? root.dataset.theme === 'dark' : matchMedia('(prefers-color-scheme: dark)').matches;
const name = () => {
  toggle.textContent = dark() ? 'Light' : 'Dark';
  toggle.setAttribute('aria-label', `Switch to the ${dark() ? 'light' : 'dark'} theme`);
};
toggle.addEventListener('click', () => {
  root.dataset.theme = dark() ? 'light' : 'dark';
  name();
});
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', name);
name();
toggle.hidden = false;

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
for (const table of document.querySelectorAll('table.sortable')) {
  const heads = [...table.tHead.rows[0].cells];
  heads.forEach((head, column) => {
    const button = document.createElement('button');
    button.type = 'button';
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener('click', () => {
      const down = head.getAttribute('aria-sort') === 'ascending';
      for (const other of heads) other.removeAttribute('aria-sort');
      head.setAttribute('aria-sort', down ? 'descending' : 'ascending');
      const rows = [...table.tBodies[0].rows];
      rows.sort((a, b) => compare(keyOf(a, column), keyOf(b, column), down ? -1 : 1));
      table.tBodies[0].append(...rows);
    });
  });
}
