// A strip of time: a rectangle a cell in its label's colour, and gaps that look like gaps.
import { s } from './elements.js';
import { cellText, gapOf, lostPart, spanText, summaryText } from './cells.js';
import { colour } from './palette.js';

let number = 0;

/** An SVG that is as wide as its place; `title` says what it is. */
export function strip(title) {
  const id = `strip-${(number += 1)}`;
  return s('svg', { class: 'strip', role: 'img', 'aria-labelledby': `${id}-title ${id}-text` },
    s('title', { id: `${id}-title` }, title), s('desc', { id: `${id}-text` }, 'loading'), s('g'));
}

/** Shows a timeline (see cells.js); with a tooltip a cell where `tips` are wanted. */
export function fillStrip(element, timeline, { title = null, tips = true } = {}) {
  const { from, to, cells, isMedia } = timeline;
  const place = (time) => Math.min(100, Math.max(0, ((time - from) / (to - from)) * 100));
  const parts = [];
  cells.forEach((cell, index) => {
    const [x, width] = [place(cell.from), place(cell.to) - place(cell.from)];
    const tip = tips ? `${spanText(cell, isMedia)}: ${cellText(cell)}` : null;
    const gap = gapOf(cell);
    if (gap) {
      const fill = gap === 'unwatched' ? 'url(#hatch)' : 'none';
      parts.push(rectangle({ class: 'gap', 'data-gap': gap, fill }, x, width, 0, tip));
      return;
    }
    const part = lostPart(cell);
    if (part) parts.push(rectangle({ class: 'lost', fill: 'url(#hatch)' }, x, width, 0, null));
    const rect = rectangle({ class: 'cell', 'data-label': cell.label }, x, width + overlap(cells[index + 1]), part, tip);
    rect.style.fill = colour(cell.label);
    parts.push(rect);
  });
  element.querySelector('g').replaceChildren(...parts);
  element.querySelector('desc').textContent = summaryText(timeline);
  // Its first child by name: cells have titles too.
  if (title) element.firstElementChild.textContent = title;
}

/** Under the next cell, in percent: a seam between two would look like a gap. */
function overlap(next) {
  return next && !gapOf(next) && !lostPart(next) ? 0.2 : 0;
}

function rectangle(attributes, x, width, top, tip) {
  const percent = (value) => `${Number(value.toFixed(4))}%`;
  return s('rect', { ...attributes, x: percent(x), width: percent(width), y: percent(top * 100), height: percent(100 - top * 100) },
    tip && s('title', {}, tip));
}

/** Where in the timeline a pointer is: the cell's number, or -1. */
export function cellAt(element, timeline, clientX) {
  const box = element.getBoundingClientRect();
  const time = timeline.from + ((clientX - box.left) / box.width) * (timeline.to - timeline.from);
  return timeline.cells.findIndex((cell) => time >= cell.from && time < cell.to);
}
