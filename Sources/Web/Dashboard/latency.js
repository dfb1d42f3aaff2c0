// How long the stages took, as bars that are stacked, and as numbers.
import { get } from './api.js';
import { h, s } from './elements.js';
import { count, milliseconds } from './numbers.js';
import { Section } from './sections.js';

const stages = ['decode', 'wait', 'preprocess', 'inference', 'store'];
const meanings = {
  decode: 'demuxing and decoding', wait: 'for a worker', preprocess: 'resizing and normalising', inference: 'the network',
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
      const longest = Math.max(...points.map((point) => shown.reduce((sum, stage) => sum + (known.get(stage)[`${point}_ms`] ?? 0), 0)), 0.001);
      const isExact = [...known.values()].every((row) => row.exact);
      return [
        h('div', { class: 'bars' }, points.flatMap((point) => [
          h('span', { class: 'bars-name' }, point), stacked(point, shown, known, longest),
          h('span', { class: 'bars-total' }, known.has('total') ? milliseconds(known.get('total')[`${point}_ms`]) : '–')])),
        h('ul', { class: 'legend' }, shown.map((stage) => h('li', { title: meanings[stage] }, h('span', { class: `swatch stage-${stage}`, 'aria-hidden': 'true' }), h('span', {}, stage)))),
        table([...shown, ...(known.has('total') ? ['total'] : [])], known),
        h('p', { class: 'quiet' }, `Right of the bars stands the total’s. Percentiles of the stages do not add up to it exactly.${isExact ? '' : ' From histograms, within 1.6\u00a0%.'}`),
      ];
    },
  });
}

function stacked(point, shown, known, longest) {
  const value = (stage) => known.get(stage)[`${point}_ms`] ?? 0;
  const text = shown.map((stage) => `${stage} ${milliseconds(value(stage))}`).join(', ');
  const svg = s('svg', { class: 'bar', role: 'img', 'aria-label': `${point} by stage: ${text}` }, s('title', {}, `${point} by stage`));
  let x = 0;
  for (const stage of shown) {
    const width = (value(stage) / longest) * 100;
    svg.append(s('rect', { class: `stage-${stage}`, x: `${x}%`, width: `${width}%`, height: '100%' }, s('title', {}, `${stage}, ${meanings[stage]}: ${milliseconds(value(stage))}`)));
    x += width;
  }
  return svg;
}

function table(names, known) {
  const columns = { p50_ms: 'p50', p90_ms: 'p90', p99_ms: 'p99', max_ms: 'max', mean_ms: 'mean' };
  return h('div', { class: 'table', tabindex: 0, role: 'region', 'aria-label': 'Latency by stage in numbers', 'data-key': 'latency' }, h('table', {},
    h('thead', {}, h('tr', {}, h('th', { scope: 'col' }, 'Stage'), Object.values(columns).map((title) => h('th', { scope: 'col', class: 'number' }, title)), h('th', { scope: 'col', class: 'number' }, 'frames'))),
    h('tbody', {}, names.map((stage) => {
      const row = known.get(stage);
      return h('tr', { class: stage === 'total' ? 'total' : null }, h('th', { scope: 'row', title: meanings[stage] ?? null }, stage),
        Object.keys(columns).map((key) => h('td', { class: 'number' }, milliseconds(row[key]))), h('td', { class: 'number' }, count(row.count)));
    }))));
}
