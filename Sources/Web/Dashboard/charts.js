// Lines over time, drawn as large as there is place, so that texts keep their size.
import { s } from './elements.js';
import { percent } from './numbers.js';
import { colour } from './palette.js';
import { hoursOf } from './times.js';

const height = 190;
const [left, right, top, bottom] = [40, 12, 8, 22];
let number = 0;

/**
 * @param lines Each with a label and points of time and value, 0 to 1.
 * @param width How long the time is that a point stands for: lines break where one is missing.
 */
export function chart({ title, text, lines, from, to, width, signal }) {
  const id = `chart-${(number += 1)}`;
  const drawing = s('g');
  const svg = s('svg', { class: 'chart', role: 'img', height, 'aria-labelledby': `${id}-title ${id}-text` },
    s('title', { id: `${id}-title` }, title), s('desc', { id: `${id}-text` }, text), drawing);
  let drawn = 0;
  const observer = new ResizeObserver(([{ contentRect }]) => {
    const wide = Math.round(contentRect.width);
    if (!svg.isConnected) observer.disconnect();
    if (wide < 60 || wide === drawn) return;
    drawn = wide;
    drawing.replaceChildren(...draw(wide, lines, from, to, width));
  });
  observer.observe(svg);
  signal.addEventListener('abort', () => observer.disconnect());
  return svg;
}

function draw(wide, lines, from, to, width) {
  const lowest = Math.min(...lines.flatMap(({ points }) => points.map(({ value }) => value)));
  // A scale that begins where it must, at a round number.
  const low = lowest >= 0.5 ? 0.5 : 0;
  const x = (time) => left + ((time - from) / (to - from)) * (wide - left - right);
  const y = (value) => top + (1 - (value - low) / (1 - low)) * (height - top - bottom);
  const parts = [];
  for (let step = 0; step <= 5; step += 1) {
    const value = low + ((1 - low) * step) / 5;
    parts.push(s('line', { class: 'grid-line', x1: left, x2: wide - right, y1: y(value), y2: y(value) }),
      s('text', { x: left - 6, y: y(value) + 4, 'text-anchor': 'end' }, percent(value)));
  }
  const steps = Math.max(1, Math.min(8, Math.floor((wide - left - right) / 60)));
  const every = [1, 2, 3, 4, 6, 12].find((hours) => 24 / hours <= steps) ?? 24;
  const length = to - from > 7_200_000 ? every * 3_600_000 : 3_600_000 / (steps >= 6 ? 6 : 3);
  for (let time = from; time <= to; time += length) {
    const anchor = time + length > to ? 'end' : 'middle';
    parts.push(s('line', { class: 'grid-line', x1: x(time), x2: x(time), y1: height - bottom, y2: height - bottom + 4 }),
      s('text', { x: anchor === 'end' ? x(time) + right : x(time), y: height - 5, 'text-anchor': anchor },
        time === to && hoursOf(time) === '00:00' ? '24:00' : hoursOf(time)));
  }
  for (const line of lines) parts.push(...drawLine(line, x, y, width));
  return parts;
}

function drawLine({ label, points }, x, y, width) {
  const middle = (point) => x(point.time + width / 2);
  const path = points.map((point, index) => {
    const isNext = index > 0 && point.time - points[index - 1].time <= width * 1.5;
    return `${isNext ? 'L' : 'M'}${middle(point).toFixed(1)} ${y(point.value).toFixed(1)}`;
  }).join('');
  const line = s('path', { class: 'line', d: path, 'data-label': label });
  line.style.stroke = colour(label);
  const dots = points.map((point) => {
    const dot = s('circle', { cx: middle(point).toFixed(1), cy: y(point.value).toFixed(1), r: points.length > 30 ? 2 : 3 },
      s('title', {}, `${label} ${percent(point.value, 1)}, from ${hoursOf(point.time)}`));
    dot.style.fill = colour(label);
    return dot;
  });
  return [line, ...dots];
}
