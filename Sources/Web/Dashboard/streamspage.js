// All streams, a card each.
import { get } from './api.js';
import { rankOf } from './badges.js';
import { Card, streamLink } from './cards.js';
import { sharesOf, timelineOf } from './cells.js';
import { daemon } from './daemon.js';
import { h, setText, settings } from './elements.js';
import { messages } from './messages.js';
import { legend } from './palette.js';

/** From how many streams on they can be filtered. */
const many = 8;
const hour = 3_600_000;
const windows = {
  '1h': { title: '1 hour', length: hour, width: 60 },
  '6h': { title: '6 hours', length: 6 * hour, width: 96 },
  '24h': { title: '24 hours', length: 24 * hour, width: 96 },
};
const orders = { name: { title: 'by name' }, state: { title: 'problems first' } };
const minute = 60_000;

export function showStreams(main, signal) {
  const page = new StreamsPage(main, signal);
  page.update();
  daemon.on('status', () => page.update(), signal);
  daemon.on('connection', () => page.connectionChanged(), signal);
  daemon.on('segment', (event) => event.change === 'closed' && page.askTimelines(3000), signal);
  document.addEventListener('visibilitychange', () => page.askTimelines(0), { signal });
  signal.addEventListener('abort', () => page.end());
}

class StreamsPage {
  #main;
  #signal;
  #cards = new Map();
  #grid = h('div', { class: 'grid' });
  #message = h('div', { class: 'message' });
  #legend = h('div');
  #earlier = h('div');
  #none = h('p', { class: 'quiet', role: 'status' });
  #filterBox;
  #sort;
  #window;
  #filter;
  #timer = null;
  #due = Infinity;
  #asked = 0;
  #names = '';

  constructor(main, signal) {
    this.#main = main;
    this.#signal = signal;
    this.#sort = choice('Order', 'sort', orders, 'name', () => this.update());
    this.#window = choice('Strips show', 'window', windows, '6h', () => this.askTimelines(0, true));
    this.#filter = h('input', { id: 'filter', type: 'search', autocomplete: 'off', oninput: () => this.#arrange() });
    this.#filterBox = h('span', { class: 'field', hidden: true }, h('label', { for: 'filter' }, 'Filter'), this.#filter);
    main.append(
      h('div', { class: 'toolbar' }, h('h1', {}, 'Streams'), this.#filterBox, this.#sort.element, this.#window.element),
      this.#message, this.#grid, this.#none, this.#legend, this.#earlier);
    this.connectionChanged();
  }

  end() {
    clearTimeout(this.#timer);
  }

  update() {
    if (!daemon.status) return;
    const { streams } = daemon.status;
    for (const stream of streams) {
      if (!this.#cards.has(stream.name)) this.#cards.set(stream.name, this.#newCard(stream.name));
      this.#cards.get(stream.name).card.show(stream);
    }
    for (const [name, { card, controller }] of this.#cards) {
      if (streams.some((stream) => stream.name === name)) continue;
      controller.abort();
      card.element.remove();
      this.#cards.delete(name);
    }
    this.#filterBox.hidden = streams.length <= many;
    this.#arrange();
    this.connectionChanged();
    const names = streams.map(({ name, source }) => `${name}\n${source}`).sort().join('\n');
    if (names === this.#names) return;
    this.#names = names;
    this.askTimelines(0, true);
    this.#showEarlier();
  }

  #newCard(name) {
    const controller = new AbortController();
    this.#signal.addEventListener('abort', () => controller.abort(), { signal: controller.signal });
    const card = new Card(name, controller.signal);
    return { card, controller };
  }

  /** Puts the cards into their order; nothing moves that need not. */
  #arrange() {
    const wanted = this.#filterBox.hidden ? '' : this.#filter.value.trim().toLowerCase();
    const byName = (a, b) => a.name.localeCompare(b.name, 'en', { numeric: true });
    const byState = (a, b) => rankOf(a.state) - rankOf(b.state) || byName(a, b);
    const streams = [...(daemon.status?.streams ?? [])].sort(this.#sort.value === 'state' ? byState : byName);
    let shown = 0;
    streams.forEach((stream, index) => {
      const { element } = this.#cards.get(stream.name).card;
      const texts = [stream.name, stream.state, stream.last_result?.label ?? ''];
      element.hidden = !texts.some((text) => text.toLowerCase().includes(wanted));
      shown += element.hidden ? 0 : 1;
      if (this.#grid.children[index] !== element) this.#grid.insertBefore(element, this.#grid.children[index] ?? null);
    });
    const found = shown ? `${shown} of ${streams.length} streams` : 'No stream has this in its name, state or label.';
    setText(this.#none, wanted && shown < streams.length ? found : '');
  }

  /** What stands there instead of cards. */
  connectionChanged() {
    const { status, connection } = daemon;
    const kind = !status ? connection : status.streams.length ? 'cards' : 'none';
    if (this.#message.dataset.kind === kind) return;
    this.#message.dataset.kind = kind;
    this.#message.hidden = kind === 'cards';
    this.#sort.element.hidden = this.#window.element.hidden = kind !== 'cards' && kind !== 'connecting';
    this.#message.replaceChildren(...(messages[kind]?.(status) ?? []));
  }

  // MARK: Strips

  /** Asks for all strips in so many milliseconds, though not more often than every ten seconds unless `isNew`. */
  askTimelines(delay, isNew = false) {
    const due = Math.max(Date.now() + delay, isNew ? 0 : this.#asked + 10_000);
    if (due >= this.#due && !isNew) return;
    clearTimeout(this.#timer);
    this.#due = due;
    this.#timer = setTimeout(() => this.#loadTimelines(), due - Date.now());
  }

  async #loadTimelines() {
    this.#due = Infinity;
    if (!document.hidden && daemon.status?.streams.length && daemon.connection !== 'offline') {
      this.#asked = Date.now();
      const since = this.#window.value;
      try {
        const { rows, coverage } = await get('/api/v1/timeline', { since, width: windows[since].width }, { signal: this.#signal });
        if (since === this.#window.value) this.#showTimelines(rows, coverage, since);
      } catch { /* The banner tells; the strips stay as they are until the next time. */ }
    }
    if (!this.#signal.aborted) this.askTimelines(minute);
  }

  #showTimelines(rows, coverage, since) {
    const { title, length } = windows[since];
    // By the daemon's clock, if it tells it.
    const ends = (coverage ?? []).filter((row) => row.live).map((row) => Date.parse(row.end)).filter(Number.isFinite);
    const to = ends.length ? Math.max(...ends) : Date.now();
    const labels = new Set();
    const gaps = new Set();
    for (const { name, source } of daemon.status.streams) {
      const timeline = timelineOf(rows, coverage, name, source, to - length, to);
      this.#cards.get(name)?.card.showTimeline(timeline, `The last ${title} of ${name}`);
      const shares = sharesOf(timeline);
      for (const label of shares.labels.keys()) labels.add(label);
      for (const gap of shares.gaps.keys()) gaps.add(gap);
    }
    this.#legend.replaceChildren(legend(labels, undefined, [...gaps]));
  }

  /** Streams of which only the database knows. */
  async #showEarlier() {
    let rows;
    try {
      ({ rows } = await get('/api/v1/streams', {}, { signal: this.#signal }));
    } catch {
      return;
    }
    const names = [...new Set(rows.filter((row) => row.status === null).map((row) => row.stream))];
    const others = names.filter((name) => !this.#cards.has(name)).sort();
    this.#earlier.replaceChildren(...(others.length ? [h('section', { class: 'earlier', 'aria-labelledby': 'earlier' },
      h('h2', { id: 'earlier' }, 'Not configured now'),
      h('p', { class: 'quiet' }, 'What was seen of them is still in the database.'),
      h('ul', {}, others.map((name) => h('li', {}, h('a', { href: streamLink(name) }, name)))))] : []));
  }
}

/** A labelled select that remembers what was chosen. */
function choice(label, name, options, otherwise, changed) {
  const select = h('select', { id: name }, Object.entries(options).map(([value, { title }]) => h('option', { value }, title)));
  const chosen = settings.get(name, otherwise);
  select.value = Object.hasOwn(options, chosen) ? chosen : otherwise;
  select.addEventListener('change', () => {
    settings.set(name, select.value);
    changed();
  });
  return {
    element: h('span', { class: 'field' }, h('label', { for: name }, label), select),
    get value() {
      return select.value;
    },
  };
}
