// How much of a day somebody watched, and when nobody did and why.
import { get } from './api.js';
import { h, s } from './elements.js';
import { count, percent } from './numbers.js';
import { Section } from './sections.js';
import { numberCell, table } from './tables.js';
import { dayAfter, iso, lengthText, startOf, timeText } from './times.js';

const states = ['observed', 'connecting', 'stalled', 'frozen', 'stopped', 'offline'];
const meanings = {
  observed: 'frames came',
  connecting: 'it could not be connected to',
  stalled: 'connected, and none came',
  frozen: 'they showed nothing new',
  stopped: 'it was not to be watched',
  offline: 'the daemon did not run',
};
const few = 12;

export function coverageSection({ name, source, day, signal }) {
  let isAll = false;
  const section = new Section({
    title: 'Coverage', name: 'coverage', signal,
    load: async (requestSignal) => {
      const range = day();
      const options = { signal: requestSignal };
      const [coverage, gaps] = await Promise.all(
        [get('/api/v1/coverage', range.parameters, options), get('/api/v1/gaps', { ...range.parameters, limit: 10_000 }, options)]);
      return { coverage: coverage.rows, gaps: gaps.rows, range };
    },
    show: ({ coverage, gaps, range }) => {
      const row = coverage.find((each) => each.source === source()) ?? coverage[0];
      if (!row) return 'Nobody watched on this day.';
      const kept = row.frames_deleted_until;
      return [
        h('p', {}, h('b', { class: 'large' }, percent(row.observed, 1)), ` of ${lengthText(row.seconds)} watched`),
        bar(row, `How much of ${range.day} ${name} was watched`), shares(row),
        h('p', { class: 'quiet' }, `${count(row.frames_decoded)} frames decoded, ${count(row.frames.classified)} classified, `
          + `${count(row.frames.dropped)} dropped, ${count(row.frames.failed)} failed.`),
        kept && h('p', { class: 'quiet' }, `Single frames before ${timeText(kept)} were deleted, as the configuration asks for.`),
        gapsTable(gaps.filter((gap) => gap.source === row.source), range.day),
      ];
    },
  });

  function gapsTable(gaps, ofDay) {
    if (!gaps.length) return h('p', { class: 'empty' }, 'No gaps.');
    // The newest first: that is what is looked for.
    const rows = [...gaps].reverse().map((gap, index) => h('tr', { hidden: !isAll && index >= few },
      h('td', {}, h('time', { datetime: iso(gap.start) }, timeText(gap.start, ofDay))),
      h('td', {}, h('time', { datetime: iso(gap.end) }, endText(gap.end, ofDay))),
      numberCell(lengthText(gap.seconds)),
      h('td', {}, gap.state),
      h('td', { class: 'wide' }, gap.reason ?? '–')));
    const showAll = () => {
      isAll = true;
      for (const row of rows) row.hidden = false;
      more.remove();
    };
    const more = rows.length > few && !isAll && h('button', { onclick: showAll }, `Show all ${rows.length}`);
    const columns = ['From', 'To', 'Length', 'State', 'Reason'];
    const caption = `Gaps: ${rows.length}`;
    return [table({ name: 'Gaps', caption, columns, numbers: ['Length'], body: h('tbody', {}, rows) }), more];
  }

  return section;
}

/** The end of a day is at 24:00, not at 0:00 of another. */
function endText(time, ofDay) {
  const isMidnight = startOf(dayAfter(ofDay, 1)).getTime() === Date.parse(time);
  return isMidnight ? '24:00:00' : timeText(time, ofDay);
}

function bar(row, title) {
  const text = states.map((state) => `${state} ${percent(row[state], 1)}`).join(', ');
  const svg = s('svg', { class: 'coverage-bar', role: 'img', 'aria-label': `${title}: ${text}` }, s('title', {}, title));
  let x = 0;
  for (const state of states) {
    const place = { x: `${x * 100}%`, width: `${row[state] * 100}%`, height: '100%' };
    const tip = `${state}, ${meanings[state]}: ${percent(row[state], 1)}`;
    if (row[state] > 0) svg.append(s('rect', { class: `of-${state}`, ...place }, s('title', {}, tip)));
    x += row[state];
  }
  return svg;
}

function shares(row) {
  return h('ul', { class: 'legend' }, states.filter((state) => row[state] > 0).map((state) => h('li', { title: meanings[state] },
    h('span', { class: `swatch of-${state}`, 'aria-hidden': 'true' }), h('span', {}, state), h('b', {}, percent(row[state], 1)))));
}
