// A label has the same colour everywhere and always. The colours themselves are in dashboard.css, one set a theme.
import { h } from './elements.js';

const shipped = [
  'ok', 'black', 'uniform', 'color-bars', 'noise', 'blurred', 'overexposed', 'underexposed', 'blocky', 'text-slate',
];
const others = 8;

/** As CSS has it. */
export function colour(label) {
  if (shipped.includes(label)) return `var(--label-${label})`;
  let hash = 2166136261;
  for (const byte of new TextEncoder().encode(label)) hash = Math.imul(hash ^ byte, 16777619) >>> 0;
  return `var(--other-${hash % others})`;
}

/** A square of its colour; the text stands beside it. */
export function swatch(label) {
  const element = h('span', { class: 'swatch', 'aria-hidden': 'true' });
  element.style.backgroundColor = colour(label);
  return element;
}

/** The shipped model's labels in its order, then others by name. */
export function sorted(labels) {
  const place = (label) => (shipped.includes(label) ? shipped.indexOf(label) : shipped.length);
  return [...labels].sort((a, b) => place(a) - place(b) || a.localeCompare(b));
}

const gapNames = { unwatched: 'not watched', empty: 'watched, nothing classified' };

/** Labels with their colours, and what gaps look like (of `gaps`, those of cells.js), each with a text of its own. */
export function legend(labels, textOf = () => null, gaps = []) {
  const item = (sign, name, text) => h('li', {}, sign, h('span', {}, name), text && h('b', {}, text));
  return h('ul', { class: 'legend' },
    sorted(labels).map((label) => item(swatch(label), label, textOf(label))),
    Object.keys(gapNames).filter((gap) => gaps.includes(gap)).map((gap) =>
      item(h('span', { class: `swatch ${gap}`, 'aria-hidden': 'true' }), gapNames[gap], textOf(gap))));
}
