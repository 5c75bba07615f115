// Opens what an address leads to, unfolds all, and copies EXPLAIN's JSON for other viewers.
const reveal = () => {
  let id;
  try {
    id = decodeURIComponent(location.hash.slice(1));
  } catch {
    return; // an address that is no text leads nowhere
  }
  const target = id === '' ? null : document.getElementById(id);
  if (!target) return;
  if (target instanceof HTMLDetailsElement) target.open = true;
  for (let up = target.parentElement; up; up = up.parentElement)
    if (up instanceof HTMLDetailsElement) up.open = true;
  target.scrollIntoView();
};
addEventListener('hashchange', reveal);
reveal();

const button = (text, label, act) => {
  const made = document.createElement('button');
  made.type = 'button';
  made.textContent = text;
  if (label) made.setAttribute('aria-label', label);
  made.addEventListener('click', act);
  return made;
};
const folded = [...document.querySelectorAll('main details')];
if (folded.length > 0) {
  const all = button('Unfold all', '', () => {
    const open = all.textContent === 'Unfold all';
    for (const each of folded) each.open = open;
    all.textContent = open ? 'Fold all' : 'Unfold all';
  });
  all.id = 'unfold';
  document.getElementById('theme').before(all);
}

const copyText = async (text, copy, place, name) => {
  try {
    await navigator.clipboard.writeText(text);
    copy.textContent = 'Copied';
  } catch {
    copy.textContent = 'Shown below';
    const shown = document.createElement('textarea');
    shown.value = text;
    shown.readOnly = true;
    shown.setAttribute('aria-label', name);
    place.after(shown);
    shown.select();
  }
};
for (const source of document.querySelectorAll('[data-copy]')) {
  const name = source.getAttribute('aria-label');
  const copy = button('Copy', `Copy: ${name}`, () => copyText(source.textContent, copy, source, name));
  copy.className = 'copy';
  source.before(copy);
}

const packed = document.getElementById('raw-plans');
const unpack = async () => {
  const bytes = Uint8Array.from(atob(packed.textContent.trim()), (letter) => letter.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'));
  return new Response(stream).json();
};
let documents;
if (packed)
  for (const link of document.querySelectorAll('[data-raw]')) {
    const name = `EXPLAIN’s JSON ${link.getAttribute('href')}`;
    const copy = button('Copy', `Copy ${name}`, async () => {
      documents ??= unpack();
      await copyText((await documents)[decodeURI(link.getAttribute('href'))], copy, link.parentElement, name);
    });
    link.after(' ', copy);
  }
