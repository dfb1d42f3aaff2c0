// What a stream does now: a shape, a word and a colour.
import { h, s, setText } from './elements.js';

const states = {
  observed: { rank: 5, tone: 'good', shape: ['circle', { cx: 6, cy: 6, r: 4.5 }] },
  connecting: { rank: 3, tone: 'busy', shape: ['path', { d: 'M6 1.5a4.5 4.5 0 1 1-4.5 4.5', fill: 'none', 'stroke-width': 2 }] },
  stalled: { rank: 0, tone: 'bad', shape: ['path', { d: 'M6 1 11.5 11H.5z' }] },
  frozen: { rank: 1, tone: 'bad', shape: ['path', { d: 'M2 1.5h3v9H2zM7 1.5h3v9H7z' }] },
  'backing off': { rank: 2, tone: 'warn', shape: ['path', { d: 'M6 1 11 6 6 11 1 6z' }] },
  stopped: { rank: 4, tone: 'off', shape: ['rect', { x: 2, y: 2, width: 8, height: 8, fill: 'none', 'stroke-width': 2 }] },
};
const unknown = { rank: 4, tone: 'off', shape: ['rect', { x: 2, y: 5, width: 8, height: 2 }] };

const known = (state) => (Object.hasOwn(states, state) ? states[state] : unknown);

/** Problems have the lower ones. */
export const rankOf = (state) => known(state).rank;

/** Not watched although it should be. */
export const isProblem = (state) => !['observed', 'stopped'].includes(state);

export function badge(state) {
  const element = h('span', { class: 'badge' }, h('span'));
  setBadge(element, state);
  return element;
}

export function setBadge(element, state) {
  if (element.dataset.state === state) return;
  element.dataset.state = state;
  const { tone, shape: [name, attributes] } = known(state);
  element.className = `badge ${tone}`;
  element.querySelector('svg')?.remove();
  element.prepend(s('svg', { viewBox: '0 0 12 12', width: 10, height: 10, 'aria-hidden': 'true' }, s(name, attributes)));
  setText(element.lastElementChild, state);
}
