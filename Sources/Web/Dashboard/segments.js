// What it was, from when to when: a day's segments as a table.
import { get } from './api.js';
import { h } from './elements.js';
import { percent } from './numbers.js';
import { swatch } from './palette.js';
import { Section } from './sections.js';
import { numberCell, table } from './tables.js';
import { iso, lengthText, mediaText, timeText } from './times.js';

const page = 100;
const columns = ['Label', 'From', 'To', 'Length', 'Mean confidence', 'Ending'];
const endings = {
  faded: 'it faded',
  gap: 'nothing was seen any more',
  ended: 'the run ended',
  abandoned: 'the daemon ended without a word',
};

export function segmentsSection({ day, signal }) {
  let wanted = page;
  let asked = '';
  const load = async (requestSignal) => {
    const range = day();
    if (asked !== range.day) wanted = page;
    asked = range.day;
    const answer = await get('/api/v1/segments', { ...range.parameters, limit: wanted }, { signal: requestSignal });
    return { ...answer, range };
  };

  return new Section({
    title: 'Segments', name: 'segments', signal, load,
    note: 'Stretches in which a label was likely enough for long enough.',
    show: ({ rows, next, range }) => {
      if (!rows.length) return 'Nothing was classified on this day for long enough to be a segment.';
      const body = h('tbody', {}, rows.map((row) => tableRow(row, range.day)));
      const number = h('caption', {});
      const fault = h('span', { class: 'fault', role: 'alert' });
      const more = h('button', { 'data-key': 'more' }, 'Load more');
      const tell = () => {
        number.textContent = `${body.childElementCount}${next === null ? '' : ' or more'} segments, by run and time`;
      };
      tell();
      more.addEventListener('click', async () => {
        if (more.getAttribute('aria-disabled') === 'true') return;
        more.setAttribute('aria-disabled', 'true');
        fault.textContent = '';
        try {
          const answer = await get('/api/v1/segments', { ...range.parameters, limit: page, after: next }, { signal });
          next = answer.next;
          body.append(...answer.rows.map((row) => tableRow(row, range.day)));
          wanted = Math.min(10_000, body.childElementCount);
          tell();
          if (next === null) more.remove();
        } catch (error) {
          fault.textContent = signal.aborted ? '' : error.message;
        }
        more.removeAttribute('aria-disabled');
      });
      return [
        table({ name: 'Segments', caption: number, columns, numbers: ['Length', 'Mean confidence'], body }),
        next !== null && h('div', { class: 'buttons' }, more, fault),
      ];
    },
  });
}

function tableRow(segment, day) {
  const { run, label, clock, start, end, seconds, mean_confidence: mean, peak, ending } = segment;
  const when = (value) => h('time', { datetime: iso(value) }, timeText(value, day));
  const time = (value) => (clock === 'media' ? `${mediaText(value)} of run ${run}` : when(value));
  return h('tr', {},
    h('th', { scope: 'row' }, swatch(label), ' ', label),
    h('td', {}, time(start)),
    h('td', {}, ending === null ? '…' : time(end)),
    numberCell(lengthText(seconds)),
    numberCell(percent(mean, 1), { title: `Peak ${percent(peak, 1)}` }),
    h('td', { title: ending }, ending === null ? 'goes on' : (endings[ending] ?? ending)));
}
