// The timeline of a day: cells of five minutes, with what each is when looked at.
import { get } from './api.js';
import { cellText, gapOf, sharesOf, spanText, timelineOf } from './cells.js';
import { h, s } from './elements.js';
import { percent } from './numbers.js';
import { legend, swatch } from './palette.js';
import { Section } from './sections.js';
import { cellAt, fillStrip, strip } from './strip.js';
import { hoursOf, mediaText } from './times.js';

const hint = 'Point at a cell, or move along the line with the arrow keys, to see what it is.';

export function dayStripSection({ name: stream, source, day, signal }) {
  const chart = strip(`The day of ${stream}`);
  const details = h('p', { class: 'cell-details', id: 'cell-details' });
  const cursor = h('input', { type: 'range', class: 'cursor', min: 0, 'aria-label': 'Cell of the timeline', 'data-key': 'cursor' });
  const marker = h('span', { class: 'marker', hidden: true });
  let timeline = null;
  let shown = -1;

  function look(index) {
    shown = index;
    const cell = timeline.cells[index];
    marker.hidden = !cell;
    if (!cell) {
      details.replaceChildren(h('span', { class: 'quiet' }, hint));
      return;
    }
    const all = timeline.to - timeline.from;
    marker.style.left = `${((cell.from - timeline.from) / all) * 100}%`;
    marker.style.width = `${((cell.to - cell.from) / all) * 100}%`;
    const text = cellText(cell);
    const span = spanText(cell, timeline.isMedia);
    details.replaceChildren(h('b', {}, span), ' ', gapOf(cell) ? '' : swatch(cell.label), ` ${text}`);
    cursor.value = index;
    cursor.setAttribute('aria-valuetext', `${span}: ${text}`);
  }

  const place = h('div', { class: 'day-strip' }, chart, marker);
  place.addEventListener('pointermove', (event) => timeline && look(cellAt(chart, timeline, event.clientX)));
  place.addEventListener('pointerdown', (event) => timeline && look(cellAt(chart, timeline, event.clientX)));
  place.addEventListener('pointerleave', (event) => event.pointerType === 'mouse' && document.activeElement !== cursor && look(-1));
  cursor.addEventListener('input', () => look(Number(cursor.value)));
  cursor.addEventListener('focus', () => shown < 0 && look(Number(cursor.value)));

  return new Section({
    title: 'Timeline', name: 'timeline', signal,
    load: async (requestSignal) => {
      const range = day();
      const answer = await get('/api/v1/timeline', { ...range.parameters, width: range.cells }, { signal: requestSignal });
      return { ...answer, range };
    },
    show: ({ rows, coverage, range }) => {
      const next = timelineOf(rows, coverage, stream, source(), range.since.getTime(), range.until.getTime());
      const isSame = timeline !== null && timeline.from === next.from;
      timeline = next;
      if (!timeline.cells.some((cell) => cell.frames > 0 || (cell.unwatched ?? 1) < 1)) return 'Nothing was watched on this day.';
      const { labels, gaps } = sharesOf(timeline);
      fillStrip(chart, timeline, { title: `${stream} on ${range.day}`, tips: false });
      cursor.max = timeline.cells.length - 1;
      cursor.style.width = `${((timeline.cells.at(-1).to - timeline.from) / (timeline.to - timeline.from)) * 100}%`;
      look(isSame ? Math.min(shown, timeline.cells.length - 1) : -1);
      if (shown < 0) cursor.value = cursor.max;
      return [place, cursor, axis(timeline), details,
        legend(labels.keys(), (name) => percent(labels.get(name) ?? gaps.get(name)), [...gaps.keys()])];
    },
  });
}

/** The hours under it. */
function axis({ from, to, isMedia }) {
  const ticks = [];
  const all = to - from;
  const step = isMedia ? all / 6 : 3 * 3_600_000;
  const svg = s('svg', { class: 'day-axis', 'aria-hidden': 'true', focusable: 'false' });
  for (let time = from; time <= to; time += step) {
    const x = `${((time - from) / all) * 100}%`;
    const anchor = time === from ? 'start' : to - time < step / 2 ? 'end' : 'middle';
    const text = isMedia ? mediaText(time / 1000) : time === to ? '24:00' : hoursOf(time);
    ticks.push(s('line', { x1: x, x2: x, y1: 0, y2: 4 }),
      s('text', { x, y: 16, 'text-anchor': anchor, class: (ticks.length / 2) % 2 ? 'minor' : null }, text));
  }
  svg.append(...ticks);
  return svg;
}
