// What a stream is and does now, as a list of names and values.
import { h, setText } from './elements.js';
import { count, milliseconds, percent, rate } from './numbers.js';
import { swatch } from './palette.js';
import { lengthText, timeText } from './times.js';

const rows = {
  source: 'Source', model: 'Model', rate: 'Asked for', level: 'Given', rates: 'Frames', age: 'Age of results', last: 'Last frame',
  counts: 'In this run', lost: 'Not classified', reconnects: 'Reconnects', fault: 'Last error', run: 'Run',
};

export class Facts {
  element;
  #label = h('p', { class: 'facts-label' });
  #shown = '';
  #values = new Map();
  #rows = new Map();

  constructor() {
    for (const [key, name] of Object.entries(rows)) {
      const value = h('dd', { 'data-fact': key }, '–');
      this.#values.set(key, value);
      this.#rows.set(key, h('div', {}, h('dt', {}, name), value));
    }
    this.element = h('div', { class: 'facts' }, this.#label, h('dl', {}, [...this.#rows.values()]));
  }

  /** A StreamStatus. */
  show(stream) {
    this.#showLabel(stream);
    for (const [key, name] of Object.entries(rows)) setText(this.#rows.get(key).firstElementChild, name);
    const ages = stream.result_age_ms;
    const isAsked = stream.level === 'as asked';
    this.#set({
      source: stream.source,
      model: stream.model,
      rate: stream.rate,
      level: isAsked ? 'as asked' : `${stream.level}, as there is too much to do`,
      rates: `${rate(stream.received_fps)} received, ${rate(stream.classified_fps)} classified`,
      age: ages ? `p50 ${milliseconds(ages.p50)}, p99 ${milliseconds(ages.p99)}` : '–',
      last: stream.last_frame ? timeText(stream.last_frame) : 'none yet',
      counts: `${count(stream.decoded)} decoded, ${count(stream.selected)} selected, ${count(stream.classified)} classified`,
      lost: `${count(stream.dropped)} dropped, ${count(stream.failed)} failed`,
      reconnects: count(stream.reconnects),
      fault: stream.last_error ? `${timeText(stream.last_error.time)}: ${stream.last_error.text}` : 'none',
      run: stream.run === null ? 'none yet' : `${stream.run}`,
    });
    this.#values.get('level').classList.toggle('problem', !isAsked);
    this.#values.get('lost').classList.toggle('problem', stream.dropped + stream.failed > 0);
  }

  /** What the database has of one that is not configured. */
  showStored({ source, runs, first_wall_time: first, last_wall_time: last, frames }) {
    this.#set({
      source,
      rates: first ? `from ${timeText(first)} to ${timeText(last)}` : 'none',
      counts: `${count(frames.classified)} classified`,
      lost: `${count(frames.dropped)} dropped, ${count(frames.failed)} failed`,
      run: `${count(runs)} in the database`,
    });
    setText(this.#rows.get('counts').firstElementChild, 'In all runs');
    setText(this.#rows.get('run').firstElementChild, 'Runs');
  }

  /** Leaves out what is true of the present only. */
  gone() {
    for (const key of ['model', 'rate', 'level', 'age', 'last', 'reconnects', 'fault']) this.#rows.get(key).hidden = true;
    this.#label.hidden = true;
  }

  #set(values) {
    for (const [key, text] of Object.entries(values)) {
      setText(this.#values.get(key), text);
      this.#rows.get(key).hidden = false;
    }
  }

  #showLabel({ state, last_result: result }) {
    this.#label.hidden = false;
    const label = result?.label ?? null;
    const text = result ? `${state === 'observed' ? 'now' : 'last'}, ${lengthText(result.age_seconds)} ago` : '';
    if (this.#shown !== label) {
      const parts = label === null ? ['No result yet']
        : [swatch(label), h('span', { class: 'card-label' }, label), h('b'), h('span', { class: 'quiet' })];
      this.#label.replaceChildren(...parts);
      this.#shown = label;
    }
    if (label === null) return;
    setText(this.#label.children[2], percent(result.confidence));
    setText(this.#label.children[3], text);
  }
}
