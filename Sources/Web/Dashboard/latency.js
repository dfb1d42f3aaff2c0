// How long the stages took, as bars that are stacked, and as numbers.
import { get } from './api.js';
import { h, s } from './elements.js';
import { count, milliseconds } from './numbers.js';
import { Section } from './sections.js';
import { numberCell, table } from './tables.js';

const stages = ['decode', 'wait', 'preprocess', 'inference', 'store'];
const meanings = {
  decode: 'demuxing and decoding',
  wait: 'for a worker',
  preprocess: 'resizing and normalising',
  inference: 'the network',
  store: 'until the row was committed',
};
const points = ['p50', 'p90', 'p99'];

export function latencySection({ day, signal }) {
  return new Section({
    title: 'Latency by stage', name: 'latency', signal,
    load: async (requestSignal) => (await get('/api/v1/latency', day().parameters, { signal: requestSignal })).rows,
    show: (rows) => {
      const known = new Map(rows.filter((row) => row.count > 0).map((row) => [row.stage, row]));
      if (!known.size) return 'Nothing was classified on this day.';
      const shown = stages.filter((stage) => known.has(stage));
      const sumOf = (point) => shown.reduce((sum, stage) => sum + (known.get(stage)[`${point}_ms`] ?? 0), 0);
      const longest = Math.max(...points.map(sumOf), 0.001);
      const total = known.get('total');
      const isExact = [...known.values()].every((row) => row.exact);
      return [
        h('div', { class: 'bars' }, points.flatMap((point) => [
          h('span', { class: 'bars-name' }, point),
          stacked(point, shown, known, longest),
          h('span', { class: 'bars-total' }, total ? milliseconds(total[`${point}_ms`]) : '–'),
        ])),
        h('ul', { class: 'legend' }, shown.map((stage) => h('li', { title: meanings[stage] },
          h('span', { class: `swatch stage-${stage}`, 'aria-hidden': 'true' }), h('span', {}, stage)))),
        numbersTable([...shown, ...(total ? ['total'] : [])], known),
        h('p', { class: 'quiet' },
          'Right of the bars stands the total’s. Percentiles of the stages do not add up to it exactly.',
          isExact ? null : ' From histograms, within 1.6\u00a0%.'),
      ];
    },
  });
}

function stacked(point, shown, known, longest) {
  const value = (stage) => known.get(stage)[`${point}_ms`] ?? 0;
  const text = shown.map((stage) => `${stage} ${milliseconds(value(stage))}`).join(', ');
  const title = `${point} by stage`;
  const svg = s('svg', { class: 'bar', role: 'img', 'aria-label': `${title}: ${text}` }, s('title', {}, title));
  let x = 0;
  for (const stage of shown) {
    const width = (value(stage) / longest) * 100;
    svg.append(s('rect', { class: `stage-${stage}`, x: `${x}%`, width: `${width}%`, height: '100%' },
      s('title', {}, `${stage}, ${meanings[stage]}: ${milliseconds(value(stage))}`)));
    x += width;
  }
  return svg;
}

function numbersTable(names, known) {
  const keys = { p50: 'p50_ms', p90: 'p90_ms', p99: 'p99_ms', max: 'max_ms', mean: 'mean_ms' };
  const numbers = [...Object.keys(keys), 'frames'];
  const row = (stage) => h('tr', { class: stage === 'total' ? 'total' : null },
    h('th', { scope: 'row', title: meanings[stage] }, stage),
    Object.values(keys).map((key) => numberCell(milliseconds(known.get(stage)[key]))),
    numberCell(count(known.get(stage).count)));
  const body = h('tbody', {}, names.map(row));
  return table({ name: 'Latency by stage in numbers', columns: ['Stage', ...numbers], numbers, body });
}
