// A timeline's rows as cells of one axis: what was seen when, and what was not.
import { counted, percent } from './numbers.js';
import { dayOf, hoursOf, mediaText, timeText, today } from './times.js';

/** As good as nobody watched. */
const lost = 0.98;

/**
 * The cells of one stream, on the clock on the wall or, of a recording, in its own time; both in milliseconds.
 * Where the API has no cell although it should, there is one without frames that nobody watched.
 */
export function timelineOf(rows, coverage, name, source, from, to) {
  const of = (row) => row.stream === name && (!source || row.source === source);
  const mine = rows.some(of) ? rows.filter(of) : rows.filter((row) => row.stream === name);
  const known = coverage?.find(of);
  const isMedia = mine.some((row) => row.start === null && row.start_seconds !== null);
  const cells = mine
    .map((row) => {
      const start = isMedia ? row.start_seconds * 1000 : Date.parse(row.start);
      return { ...row, from: start, to: start + row.seconds * 1000 };
    })
    .filter((cell) => cell.to > cell.from)
    .sort((a, b) => a.from - b.from);
  if (isMedia) return { isMedia, from: cells[0]?.from ?? 0, to: cells.at(-1)?.to ?? 1, cells };
  // The daemon's clock may be another than this device's.
  const now = known ? Date.parse(known.end) : Date.now();
  const until = Math.min(to, Math.max(now, cells.at(-1)?.to ?? 0));
  return { isMedia, from, to, cells: whole(cells, from, until) };
}

function whole(cells, from, to) {
  const all = [];
  let end = from;
  for (const cell of cells) {
    const clipped = { ...cell, from: Math.max(cell.from, end), to: Math.min(cell.to, to) };
    if (clipped.to <= clipped.from) continue;
    if (clipped.from - end > 1000) all.push(nothing(end, clipped.from));
    all.push(clipped);
    end = clipped.to;
  }
  if (to - end > 1000) all.push(nothing(end, to));
  return all;
}

const nothing = (from, to) => ({ from, to, label: null, share: null, frames: 0, unwatched: 1 });

/** `unwatched`, `empty` (watched, nothing classified) or null for one with a label. */
export function gapOf(cell) {
  if (cell.label !== null && cell.frames > 0) return null;
  return (cell.unwatched ?? 0) > 0.5 ? 'unwatched' : 'empty';
}

/** Of a cell with a label the part that was not watched, if it is worth showing. */
export const lostPart = (cell) => ((cell.unwatched ?? 0) >= 0.05 ? Math.min(cell.unwatched, lost) : 0);

export function spanText({ from, to }, isMedia) {
  if (isMedia) return `${mediaText(from / 1000)} to ${mediaText(to / 1000)}`;
  const day = dayOf(new Date(from));
  const date = day === today() ? '' : `${day} `;
  return date + (to - from < 60_000 ? timeText(from, day) : `${hoursOf(from)} to ${hoursOf(to)}`);
}

/** `ok, 97 % of 1,500 frames`. */
export function cellText(cell) {
  const gap = gapOf(cell);
  const part = cell.unwatched ?? 0;
  if (gap) {
    const watched = part > 0.5 && part < lost ? ` for ${percent(part)} of it` : '';
    return gap === 'unwatched' ? `not watched${watched}` : 'watched, nothing classified';
  }
  const missing = part > 0.005 ? `, ${percent(part)} not watched` : '';
  const share = cell.share === null ? '' : `${percent(cell.share)} of `;
  return `${cell.label}, ${share}${counted(cell.frames, 'frame')}${missing}`;
}

/** How much of the time each label was the most frequent one, and how much is a gap. */
export function sharesOf({ cells }) {
  const all = cells.reduce((sum, cell) => sum + cell.to - cell.from, 0) || 1;
  const labels = new Map();
  const gaps = new Map();
  for (const cell of cells) {
    const gap = gapOf(cell);
    const share = (cell.to - cell.from) / all;
    const part = gap ? 0 : lostPart(cell);
    if (gap) gaps.set(gap, (gaps.get(gap) ?? 0) + share);
    else labels.set(cell.label, (labels.get(cell.label) ?? 0) + share * (1 - part));
    if (part) gaps.set('unwatched', (gaps.get('unwatched') ?? 0) + share * part);
  }
  return { labels, gaps };
}

/** All of a strip in a sentence. */
export function summaryText(timeline) {
  const { labels, gaps } = sharesOf(timeline);
  const byShare = [...labels].sort((a, b) => b[1] - a[1]).map(([label, share]) => `${label} ${percent(share)}`);
  const names = { unwatched: 'not watched', empty: 'nothing classified' };
  const rest = [...gaps].map(([gap, share]) => `${names[gap]} ${percent(share)}`);
  return [...byShare, ...rest].join(', ') || 'nothing is known';
}
