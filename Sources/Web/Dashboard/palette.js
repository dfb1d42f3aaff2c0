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

/** Labels with their colours, each with a text of its own, and what gaps look like. */
export function legend(labels, textOf = () => null, gaps = []) {
  const names = { unwatched: 'not watched', empty: 'watched, nothing classified' };
  return h('ul', { class: 'legend' },
    sorted(labels).map((label) => h('li', {}, swatch(label), h('span', {}, label), textOf(label) && h('b', {}, textOf(label)))),
    gaps.map((gap) => h('li', {}, h('span', { class: `swatch ${gap}`, 'aria-hidden': 'true' }), h('span', {}, names[gap]))));
}
