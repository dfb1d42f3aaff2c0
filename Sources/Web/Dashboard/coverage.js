// How much of a day somebody watched, and when nobody did and why.
import { get } from './api.js';
import { h, s } from './elements.js';
import { count, percent } from './numbers.js';
import { Section } from './sections.js';
import { dayOf, iso, lengthText, timeText } from './times.js';

const states = ['observed', 'connecting', 'stalled', 'frozen', 'stopped', 'offline'];
const meanings = {
  observed: 'frames came', connecting: 'it could not be connected to', stalled: 'connected, and none came',
  frozen: 'they showed nothing new', stopped: 'it was not to be watched', offline: 'the daemon did not run',
};
const few = 12;

export function coverageSection({ name, source, day, signal }) {
  let isAll = false;
  const section = new Section({
    title: 'Coverage', name: 'coverage', signal,
    load: async (requestSignal) => {
      const range = day();
      const options = { signal: requestSignal };
      const [coverage, gaps] = await Promise.all([get('/api/v1/coverage', range.parameters, options), get('/api/v1/gaps', range.parameters, options)]);
      return { coverage: coverage.rows, gaps: gaps.rows, range };
    },
    show: ({ coverage, gaps, range }) => {
      const row = coverage.find((each) => each.source === source()) ?? coverage[0];
      if (!row) return 'Nobody watched on this day.';
      const kept = row.frames_deleted_until;
      return [
        h('p', {}, h('b', { class: 'large' }, percent(row.observed, 1)), ` of ${lengthText(row.seconds)} watched`),
        bar(row, `How much of ${range.day} ${name} was watched`), shares(row),
        h('p', { class: 'quiet' }, `${count(row.frames_decoded)} frames decoded, ${count(row.frames.classified)} classified, ${count(row.frames.dropped)} dropped, ${count(row.frames.failed)} failed.`),
        kept && h('p', { class: 'quiet' }, `Single frames before ${timeText(kept)} were deleted, as the configuration asks for.`),
        gapsTable(gaps.filter((gap) => gap.source === row.source), range.day),
      ];
    },
  });

  function gapsTable(gaps, ofDay) {
    if (!gaps.length) return h('p', { class: 'empty' }, 'No gaps.');
    // The newest first: that is what is looked for.
    const newest = [...gaps].reverse();
    const rows = newest.map((gap, index) => h('tr', { hidden: !isAll && index >= few },
      h('td', {}, h('time', { datetime: iso(gap.start) }, timeText(gap.start, ofDay))),
      h('td', {}, h('time', { datetime: iso(gap.end) }, dayOf(new Date(gap.end)) !== ofDay && timeText(gap.end).endsWith('00:00:00') ? '24:00:00' : timeText(gap.end, ofDay))),
      h('td', { class: 'number' }, lengthText(gap.seconds)), h('td', {}, gap.state), h('td', { class: 'wide' }, gap.reason ?? '–')));
    const more = rows.length > few && !isAll && h('button', {
      onclick: () => {
        isAll = true;
        for (const row of rows) row.hidden = false;
        more.remove();
      },
    }, `Show all ${rows.length}`);
    return h('div', {}, h('div', { class: 'table', tabindex: 0, role: 'region', 'aria-label': 'Gaps', 'data-key': 'gaps' }, h('table', {},
      h('caption', {}, `Gaps: ${rows.length}`),
      h('thead', {}, h('tr', {}, ['From', 'To', 'Length', 'State', 'Reason'].map((title) => h('th', { scope: 'col', class: title === 'Length' ? 'number' : null }, title)))),
      h('tbody', {}, rows))), more);
  }

  return section;
}

function bar(row, title) {
  const svg = s('svg', { class: 'coverage-bar', role: 'img', 'aria-label': `${title}: ${states.map((state) => `${state} ${percent(row[state], 1)}`).join(', ')}` }, s('title', {}, title));
  let x = 0;
  for (const state of states) {
    if (row[state] > 0) svg.append(s('rect', { class: `of-${state}`, x: `${x * 100}%`, width: `${row[state] * 100}%`, height: '100%' }, s('title', {}, `${state}, ${meanings[state]}: ${percent(row[state], 1)}`)));
    x += row[state];
  }
  return svg;
}

function shares(row) {
  return h('ul', { class: 'legend' }, states.filter((state) => row[state] > 0).map((state) => h('li', { title: meanings[state] },
    h('span', { class: `swatch of-${state}`, 'aria-hidden': 'true' }), h('span', {}, state), h('b', {}, percent(row[state], 1)))));
}
