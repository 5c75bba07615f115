// Adds to charts: values under the pointer, series that can be hidden, zooming into a part, and the chart as SVG or PNG.
const svgNames = 'http://www.w3.org/2000/svg';
const element = (name, attributes) => {
  const made = document.createElementNS(svgNames, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
};
const button = (text, label, act) => {
  const made = document.createElement('button');
  made.type = 'button';
  made.textContent = text;
  made.setAttribute('aria-label', label);
  made.addEventListener('click', act);
  return made;
};

/** What the stylesheet says of it, written into a copy that stands alone. */
const standalone = (svg) => {
  const copy = svg.cloneNode(true);
  const [from, to] = [svg, copy].map((root) => [...root.querySelectorAll('path, text, circle, line')]);
  from.forEach((each, at) => {
    const { fill, stroke, color, display } = getComputedStyle(each);
    if (display === 'none' || each.closest('[hidden]')) to[at].setAttribute('display', 'none');
    else {
      to[at].setAttribute('fill', fill === 'currentcolor' ? color : fill);
      to[at].setAttribute('stroke', stroke === 'currentcolor' ? color : stroke);
    }
  });
  const [, , width, height] = svg.getAttribute('viewBox').split(' ');
  const { fontFamily } = getComputedStyle(svg);
  for (const [key, value] of Object.entries({
    xmlns: svgNames,
    width,
    height,
    'font-family': fontFamily,
    'font-size': 13,
  }))
    copy.setAttribute(key, value);
  for (const key of ['data-points', 'data-series', 'data-area']) copy.removeAttribute(key);
  const ground = element('rect', {
    width,
    height,
    fill: getComputedStyle(svg.parentElement).backgroundColor,
  });
  copy.prepend(ground);
  return { text: new XMLSerializer().serializeToString(copy), width: Number(width), height: Number(height) };
};
const download = (name, href) => {
  const link = document.createElement('a');
  link.href = href;
  link.download = name;
  link.click();
};
const asSvg = (svg, name) =>
  download(`${name}.svg`, `data:image/svg+xml;charset=utf-8,${encodeURIComponent(standalone(svg).text)}`);
const asPng = (svg, name) => {
  const { text, width, height } = standalone(svg);
  const image = new Image();
  image.addEventListener('load', () => {
    const canvas = document.createElement('canvas');
    [canvas.width, canvas.height] = [2 * width, 2 * height];
    canvas.getContext('2d').drawImage(image, 0, 0, canvas.width, canvas.height);
    download(`${name}.png`, canvas.toDataURL('image/png'));
  });
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(text)}`;
};

const hover = (svg, points, tip, view) => {
  const dot = element('circle', { r: 6, class: 'line ink-text', hidden: '' });
  svg.append(dot);
  const hide = () => {
    tip.hidden = true;
    dot.setAttribute('hidden', '');
  };
  svg.addEventListener('pointermove', (event) => {
    const box = svg.getBoundingClientRect();
    const scale = svg.viewBox.baseVal.width / box.width;
    const [x, y] = [(event.clientX - box.left) * scale, (event.clientY - box.top) * scale];
    let nearest;
    let least = 60 ** 2;
    for (const point of points) {
      if (view.hidden.has(point[0])) continue;
      const distance = (view.x(point[1]) - x) ** 2 + (point[2] - y) ** 2;
      if (distance < least) [nearest, least] = [point, distance];
    }
    if (!nearest) return hide();
    dot.removeAttribute('hidden');
    dot.setAttribute('cx', view.x(nearest[1]));
    dot.setAttribute('cy', nearest[2]);
    tip.textContent = `${view.names[nearest[0]]}${view.names[nearest[0]] ? ', ' : ''}${nearest[3]}`;
    tip.hidden = false;
  });
  svg.addEventListener('pointerleave', hide);
};

/** Drag over a part of a chart of lines: it fills the chart, until "Whole" is pressed. */
const zoom = (svg, points, view, tools) => {
  const [left, top, right, bottom] = svg.dataset.area.split(' ').map(Number);
  const overlay = element('g', {});
  const clip = element('clipPath', { id: `${svg.closest('figure').id}-clip` });
  clip.append(element('rect', { x: left, y: top - 8, width: right - left, height: bottom - top + 16 }));
  overlay.append(clip);
  const mark = element('rect', { class: 'selection', y: top, height: bottom - top, hidden: '' });
  svg.append(mark);
  const whole = button('Whole', 'Show the whole chart again', () => set(left, right));
  whole.hidden = true;
  tools.append(whole);
  const set = (from, to) => {
    const zoomed = to - from < right - left - 1;
    view.x = zoomed ? (x) => left + ((x - from) / (to - from)) * (right - left) : (x) => x;
    whole.hidden = !zoomed;
    svg.classList.toggle('zoomed', zoomed);
    for (const old of overlay.querySelectorAll('path, text')) old.remove();
    if (!zoomed) return overlay.remove();
    const lines = element('g', { 'clip-path': `url(#${clip.id})` });
    view.names.forEach((_, series) => {
      const own = points.filter((point) => point[0] === series);
      const original = svg.querySelector(`g[data-of="${series}"] .line`);
      if (!original || own.length === 0) return;
      const path = own.map((point, at) => `${at === 0 ? 'M' : 'L'}${view.x(point[1])} ${point[2]}`).join('');
      const line = original.cloneNode();
      line.setAttribute('d', path);
      const group = element('g', { 'data-of': series });
      group.toggleAttribute('hidden', view.hidden.has(series));
      group.append(line);
      lines.append(group);
    });
    const seen = points.filter((point) => point[1] >= from && point[1] <= to);
    const xs = [...new Map(seen.map((point) => [point[1], point])).values()].sort((a, b) => a[1] - b[1]);
    const step = Math.max(1, Math.ceil(xs.length / 6));
    for (let at = 0; at < xs.length; at += step) {
      const text = element('text', {
        class: 'ink-muted',
        x: view.x(xs[at][1]),
        y: bottom + 18,
        'text-anchor': 'middle',
      });
      text.textContent = xs[at][3].split(': ')[0].replace(/^\D*/, '');
      overlay.append(text);
    }
    overlay.append(lines);
    svg.append(overlay);
  };
  const place = (event) => {
    const box = svg.getBoundingClientRect();
    const x = ((event.clientX - box.left) * svg.viewBox.baseVal.width) / box.width;
    return Math.min(right, Math.max(left, x));
  };
  let from;
  svg.addEventListener('pointerdown', (event) => {
    if (event.button !== 0 || event.pointerType === 'touch' || svg.classList.contains('zoomed')) return;
    from = place(event);
    svg.setPointerCapture(event.pointerId);
  });
  svg.addEventListener('pointermove', (event) => {
    if (from === undefined) return;
    const to = place(event);
    mark.removeAttribute('hidden');
    mark.setAttribute('x', Math.min(from, to));
    mark.setAttribute('width', Math.abs(to - from));
  });
  svg.addEventListener('pointerup', (event) => {
    if (from === undefined) return;
    const to = place(event);
    mark.setAttribute('hidden', '');
    if (Math.abs(to - from) > 12) set(Math.min(from, to), Math.max(from, to));
    from = undefined;
  });
};

for (const figure of document.querySelectorAll('figure')) {
  const svg = figure.querySelector('svg[data-points]');
  if (!svg) continue;
  const title = figure.querySelector('.title').textContent;
  const points = JSON.parse(svg.dataset.points);
  const view = { x: (x) => x, hidden: new Set(), names: JSON.parse(svg.dataset.series) };
  const tools = document.createElement('p');
  tools.className = 'tools';
  const tip = document.createElement('output');
  tip.className = 'tip';
  tip.hidden = true;
  if (view.names.length > 1)
    view.names.forEach((name, series) => {
      const toggle = button(name, `Show ${name} in: ${title}`, () => {
        if (!view.hidden.delete(series)) view.hidden.add(series);
        const hidden = view.hidden.has(series);
        toggle.setAttribute('aria-pressed', String(!hidden));
        for (const each of svg.querySelectorAll(`[data-of="${series}"]`))
          each.toggleAttribute('hidden', hidden);
      });
      toggle.setAttribute('aria-label', `${name}: show in ${title}`);
      toggle.setAttribute('aria-pressed', 'true');
      tools.append(toggle);
    });
  const timeline = svg.querySelector('g[data-of] .line') !== null && figure.dataset.kind === 'lines';
  if (timeline && points.length > 12) zoom(svg, points, view, tools);
  hover(svg, points, tip, view);
  tools.append(
    button('SVG', `SVG of the chart: ${title}`, () => asSvg(svg, figure.id)),
    button('PNG', `PNG of the chart: ${title}`, () => asPng(svg, figure.id)),
    tip,
  );
  figure.querySelector('.picture').before(tools);
  for (const label of svg.querySelectorAll('text[data-href]'))
    label.addEventListener('click', () => {
      location.hash = label.dataset.href;
    });
}
