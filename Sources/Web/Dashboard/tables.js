// Tables that scroll in their own place, with the keyboard too.
import { h } from './elements.js';

/**
 * @param name What it is called, and kept track of where it is made anew.
 * @param columns Titles; those of `numbers` are right-aligned.
 */
export function table({ name, caption = null, columns, numbers = [], body }) {
  const heads = columns.map((title) => h('th', { scope: 'col', class: numbers.includes(title) ? 'number' : null }, title));
  return h(
    'div',
    { class: 'table', tabindex: 0, role: 'region', 'aria-label': name, 'data-key': name },
    h('table', {}, caption && (caption instanceof Node ? caption : h('caption', {}, caption)),
      h('thead', {}, h('tr', {}, heads)), body),
  );
}

export const numberCell = (text, attributes = {}) => h('td', { ...attributes, class: 'number' }, text);
