// How sure the model was of what it saw: a line a label over a day, or over one of its hours.
import { get } from './api.js';
import { chart } from './charts.js';
import { h } from './elements.js';
import { percent } from './numbers.js';
import { legend } from './palette.js';
import { Section } from './sections.js';
import { numberCell, table } from './tables.js';
import { hoursOf, iso } from './times.js';

const hour = 3_600_000;
/** More lines than that are a tangle. */
const most = 8;

export function confidenceSection({ name, day, signal }) {
  const select = h('select', { id: 'confidence-range', onchange: () => section.load() });
  let shownDay = '';

  function offerHours({ day: ofDay, since, until, isToday }) {
    const end = isToday ? Math.min(until, Date.now()) : until;
    const chosen = shownDay === ofDay ? select.value : '';
    const options = [h('option', { value: '' }, 'the day, by hour')];
    for (let time = since.getTime(); time < end; time += hour) {
      options.push(h('option', { value: time }, `${hoursOf(time)} to ${hoursOf(time + hour)}, by minute`));
    }
    if (shownDay === ofDay && options.length === select.options.length) return;
    shownDay = ofDay;
    select.replaceChildren(...options);
    select.value = chosen;
  }

  const section = new Section({
    title: 'Mean confidence', name: 'confidence', signal,
    tools: [h('span', { class: 'field' }, h('label', { for: 'confidence-range' }, 'Show'), select)],
    load: async (requestSignal) => {
      const range = day();
      offerHours(range);
      const by = select.value ? 'minute' : 'hour';
      const from = select.value ? Number(select.value) : range.since.getTime();
      const to = select.value ? from + hour : range.until.getTime();
      const parameters = { ...range.parameters, since: iso(from), until: iso(to), by };
      const { rows } = await get('/api/v1/summary', parameters, { signal: requestSignal });
      return { rows, by, from, to };
    },
    show: ({ rows, by, from, to }) => {
      const labels = new Map();
      for (const row of rows) {
        if (row.state !== 'classified' || row.label === null || row.mean_confidence === null || !row[by]) continue;
        const line = labels.get(row.label) ?? { label: row.label, frames: 0, points: [] };
        line.frames += row.frames;
        line.points.push({ time: Date.parse(row[by]), value: row.mean_confidence, frames: row.frames });
        labels.set(row.label, line);
      }
      if (!labels.size) return `Nothing was classified ${by === 'hour' ? 'on this day' : 'in this hour'}.`;
      const lines = [...labels.values()].sort((a, b) => b.frames - a.frames).slice(0, most);
      for (const line of lines) line.points.sort((a, b) => a.time - b.time);
      const width = by === 'hour' ? hour : 60_000;
      const text = lines.map(({ label, points }) => `${label} ${percent(mean(points))}`).join(', ');
      const rest = labels.size - lines.length;
      return [
        chart({ title: `Mean confidence of ${name} by ${by}`, text: `Over all of it: ${text}`, lines, from, to, width, signal }),
        legend(lines.map(({ label }) => label), (label) => percent(mean(labels.get(label).points))),
        rest > 0 && h('p', { class: 'quiet' }, `${rest} rarer labels are not shown.`),
        numbersTable(lines, by),
      ];
    },
  });
  return section;
}

function mean(points) {
  const frames = points.reduce((sum, point) => sum + point.frames, 0);
  return points.reduce((sum, point) => sum + point.value * point.frames, 0) / frames;
}

/** The same as numbers. */
function numbersTable(lines, by) {
  const times = [...new Set(lines.flatMap(({ points }) => points.map(({ time }) => time)))].sort((a, b) => a - b);
  const values = lines.map(({ points }) => new Map(points.map(({ time, value }) => [time, value])));
  const row = (time) => h('tr', {},
    h('th', { scope: 'row' }, hoursOf(time)),
    values.map((value) => numberCell(percent(value.get(time)))));
  const labels = lines.map(({ label }) => label);
  const columns = [by === 'hour' ? 'Hour' : 'Minute', ...labels];
  return h('details', {}, h('summary', { 'data-key': 'confidence' }, 'As a table'),
    table({ name: 'Mean confidence as a table', columns, numbers: labels, body: h('tbody', {}, times.map(row)) }));
}
