// A stream at a glance: what it shows, what it is, and how the last hours were.
import { badge, isProblem, setBadge } from './badges.js';
import { h, setAttribute, setText } from './elements.js';
import { milliseconds, percent, rate } from './numbers.js';
import { swatch } from './palette.js';
import { Snapshot } from './snapshots.js';
import { fillStrip, strip } from './strip.js';
import { dayOf, hoursOf, lengthText, mediaText, timeText, today } from './times.js';

export const streamLink = (name, day = null) => `#/stream/${encodeURIComponent(name)}${day ? `?day=${day}` : ''}`;

export class Card {
  element;
  #parts;
  #label = null;

  constructor(name, signal) {
    const snapshot = new Snapshot(name, 480, signal);
    this.#parts = {
      badge: badge('connecting'),
      why: h('span', { class: 'card-why' }),
      swatch: h('span'),
      last: h('span', { class: 'quiet' }, 'last'),
      label: h('span', { class: 'card-label' }),
      confidence: h('span', { class: 'card-confidence' }),
      rate: h('span'),
      age: h('span'),
      level: h('span', { class: 'card-level', hidden: true }),
      strip: strip(`The last hours of ${name}`),
      from: h('span'),
      to: h('span'),
    };
    const parts = this.#parts;
    this.element = h('a', { class: 'card', href: streamLink(name), 'data-stream': name },
      h('span', { class: 'card-head' }, h('span', { class: 'card-name', title: name }, name), parts.badge),
      snapshot.element,
      h('span', { class: 'card-result' }, parts.swatch, parts.last, parts.label, parts.confidence),
      h('span', { class: 'card-numbers' }, parts.rate, parts.age, parts.level),
      parts.why,
      h('span', { class: 'card-strip' }, parts.strip, h('span', { class: 'axis' }, parts.from, parts.to)));
  }

  /** Shows a StreamStatus. */
  show(stream) {
    const parts = this.#parts;
    const { state, last_result: result, result_age_ms: ages } = stream;
    setAttribute(this.element, 'data-state', state);
    setBadge(parts.badge, state);
    const label = result?.label ?? null;
    if (label !== this.#label) {
      const next = label === null ? h('span') : swatch(label);
      parts.swatch.replaceWith(next);
      parts.swatch = next;
      this.#label = label;
    }
    parts.last.hidden = state === 'observed' || label === null;
    setText(parts.label, label ?? 'no result yet');
    parts.label.classList.toggle('none', label === null);
    setAttribute(parts.label, 'title', label);
    setText(parts.confidence, result ? percent(result.confidence) : '');
    setText(parts.rate, rate(stream.classified_fps));
    setText(parts.age, ageText(stream, result, ages));
    const tip = ages && `How long after its frame a result was there: p50 ${milliseconds(ages.p50)}, p99 ${milliseconds(ages.p99)}`;
    setAttribute(parts.age, 'title', tip);
    parts.level.hidden = stream.level === 'as asked';
    setText(parts.level, `only ${stream.level}: too much to do`);
    const since = `since ${timeText(stream.since)}`;
    const why = state === 'observed' ? '' : `${stream.reason ? `${stream.reason}, ` : ''}${since}`;
    setText(parts.why, why);
    parts.why.hidden = !why;
    parts.why.classList.toggle('problem', isProblem(state));
    const said = label === null ? 'no result yet' : `${state === 'observed' ? '' : 'last '}${label} ${percent(result.confidence)}`;
    setAttribute(this.element, 'aria-label', `${stream.name}: ${state}${why ? `, ${why}` : ''}, ${said}`);
  }

  /** Shows a timeline of the last hours; `title` says of how many. */
  showTimeline(timeline, title) {
    fillStrip(this.#parts.strip, timeline, { title });
    const date = (time) => (dayOf(new Date(time)) === today() ? '' : `${dayOf(new Date(time))} `);
    const text = (time) => (timeline.isMedia ? mediaText(time / 1000) : date(time) + hoursOf(time));
    setText(this.#parts.from, text(timeline.from));
    setText(this.#parts.to, timeline.isMedia ? `${text(timeline.to)} of the recording` : text(timeline.to));
  }
}

function ageText(stream, result, ages) {
  if (stream.state === 'observed' && ages) return `age p99 ${milliseconds(ages.p99)}`;
  return result ? `last result ${lengthText(result.age_seconds)} ago` : '';
}
