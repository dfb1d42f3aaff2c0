// One stream: what it does now, and a day of it.
import { get, streamPath } from './api.js';
import { badge, setBadge } from './badges.js';
import { streamLink } from './cards.js';
import { confidenceSection } from './confidence.js';
import { coverageSection } from './coverage.js';
import { daemon } from './daemon.js';
import { dayStripSection } from './daystrip.js';
import { h, setText } from './elements.js';
import { Facts } from './streamfacts.js';
import { latencySection } from './latency.js';
import { segmentsSection } from './segments.js';
import { Snapshot } from './snapshots.js';
import { dayAfter, dayOf, dayTitle, iso, startOf, timeText, today, zoneText } from './times.js';

export function showStream(main, name, day, signal) {
  const page = new StreamPage(main, name, startOf(day) && day <= today() ? day : null, signal);
  page.start();
}

class StreamPage {
  #main;
  #name;
  #day;
  #isChosen;
  #signal;
  #badge = badge('connecting');
  #since = h('span', { class: 'stream-since' });
  #facts = new Facts();
  #now = h('div', { class: 'now' });
  #sections = [];
  #dayTitle = h('strong');
  #field;
  #next;
  #timer = null;
  #refreshed = Date.now();

  constructor(main, name, day, signal) {
    this.#main = main;
    this.#name = name;
    this.#day = day ?? today();
    this.#isChosen = day !== null;
    this.#signal = signal;
  }

  start() {
    this.#main.append(h('div', { class: 'stream-head' },
      h('a', { class: 'back', href: '#/' }, '‹ All streams'), h('h1', {}, this.#name), this.#badge, this.#since));
    const stream = daemon.stream(this.#name);
    if (stream) {
      this.#build();
      this.#update();
    } else {
      this.#badge.hidden = true;
      this.#look();
    }
    daemon.on('status', () => this.#update(), this.#signal);
    this.#signal.addEventListener('abort', () => clearInterval(this.#timer));
  }

  /** The daemon's streams are not known yet, or this is none of them: asks what it is. */
  async #look() {
    const place = h('div', { class: 'message' }, h('div', { class: 'skeleton' }, h('span', { class: 'unseen' }, 'Loading')));
    this.#main.append(place);
    try {
      const stream = await get(streamPath(this.#name), {}, { signal: this.#signal });
      place.remove();
      // Of one that is watched no more, its last day.
      if (!stream.status && !this.#isChosen && stream.last_wall_time) this.#day = dayOf(new Date(stream.last_wall_time));
      this.#build();
      this.#facts.showStored(stream);
      if (stream.status) this.#update();
      else this.#gone();
    } catch (error) {
      if (this.#signal.aborted) return;
      if (error.status === 404) {
        place.replaceChildren(h('h2', {}, 'There is no stream of this name'),
          h('p', {}, 'It is not in the configuration, and nothing of it is in the database.'),
          h('p', {}, h('a', { href: '#/' }, 'All streams')));
      } else {
        place.replaceChildren(h('h2', {}, 'The stream could not be loaded'), h('p', {}, error.message),
          h('button', { onclick: () => { place.remove(); this.#look(); } }, 'Try again'));
        const again = new AbortController();
        this.#signal.addEventListener('abort', () => again.abort(), { signal: again.signal });
        daemon.on('connection', () => {
          if (daemon.connection !== 'live' || !place.isConnected) return;
          again.abort();
          place.remove();
          this.#look();
        }, again.signal);
      }
    }
  }

  #build() {
    if (this.#sections.length) return;
    this.#badge.hidden = false;
    const options = { name: this.#name, signal: this.#signal, day: () => this.#range() };
    const source = () => daemon.stream(this.#name)?.source ?? null;
    const strip = dayStripSection({ ...options, source });
    const [coverage, confidence, latency, segments] = [
      coverageSection({ ...options, source }), confidenceSection(options), latencySection(options), segmentsSection(options),
    ];
    this.#sections = [strip, coverage, confidence, latency, segments];
    this.#now.append(new Snapshot(this.#name, 1280, this.#signal).element, this.#facts.element);
    this.#main.append(
      this.#now,
      this.#dayChooser(), strip.element,
      h('div', { class: 'panels' }, h('div', { class: 'column' }, coverage.element, confidence.element), latency.element),
      segments.element);
    for (const section of this.#sections) section.load();
    daemon.on('segment', ({ segment }) => segment.stream === this.#name && this.#refresh(15_000), this.#signal);
    this.#timer = setInterval(() => this.#refresh(60_000), 15_000);
  }

  #update() {
    const stream = daemon.stream(this.#name);
    if (!this.#sections.length) return;
    if (!stream) {
      if (daemon.status) this.#gone();
      return;
    }
    this.#badge.hidden = false;
    this.#now.classList.remove('gone');
    setBadge(this.#badge, stream.state);
    const why = stream.reason && stream.state !== 'observed' ? `${stream.reason}, ` : '';
    setText(this.#since, `${why}since ${timeText(stream.since)}`);
    this.#facts.show(stream);
  }

  /** It is not watched any more; what was seen is still there. */
  #gone() {
    this.#badge.hidden = true;
    this.#now.classList.add('gone');
    setText(this.#since, 'Not configured now. What was seen of it is still here.');
    this.#facts.gone();
  }

  // MARK: Days

  /** From when to when the day goes, and how many cells of five minutes it has so far. */
  #range() {
    const since = startOf(this.#day);
    const until = startOf(dayAfter(this.#day, 1));
    const isToday = this.#day === today();
    const end = isToday ? Math.min(Date.now(), until) : until;
    const cells = Math.max(1, Math.ceil((end - since) / 300_000));
    const parameters = { stream: this.#name, since: iso(since), until: iso(until) };
    return { day: this.#day, since, until, isToday, cells, parameters };
  }

  #dayChooser() {
    const step = (days) => this.#choose(dayAfter(this.#day, days));
    const typed = () => startOf(this.#field.value) && this.#choose(this.#field.value);
    this.#field = h('input', { id: 'day', type: 'date', onchange: typed });
    this.#next = h('button', { 'aria-label': 'Next day', onclick: () => step(1) }, 'Next ›');
    const bar = h('div', { class: 'day-bar', role: 'group', 'aria-label': 'Which day' },
      h('div', { class: 'day-title' }, this.#dayTitle, h('span', { class: 'quiet' }, `Days and times of ${zoneText()}`)),
      h('div', { class: 'buttons' },
        h('button', { 'aria-label': 'Previous day', onclick: () => step(-1) }, '‹ Previous'),
        h('label', { for: 'day', class: 'unseen' }, 'Day'), this.#field, this.#next,
        h('button', { onclick: () => this.#choose(today()) }, 'Today')));
    this.#showDay();
    return bar;
  }

  #showDay() {
    const isToday = this.#day === today();
    setText(this.#dayTitle, `${dayTitle(this.#day)}${isToday ? ', today' : ''}`);
    this.#field.value = this.#day;
    this.#field.max = today();
    this.#next.disabled = isToday;
  }

  #choose(day) {
    if (day > today() || day === this.#day) {
      this.#showDay();
      return;
    }
    this.#day = day;
    // The back button leads to all streams, not through all days.
    history.replaceState(null, '', streamLink(this.#name, day === today() ? null : day));
    this.#showDay();
    for (const section of this.#sections) section.load();
  }

  /** Loads today anew, if that was not done within so many milliseconds. */
  #refresh(age) {
    if (document.hidden || daemon.connection === 'offline' || this.#day !== today() || Date.now() - this.#refreshed < age) return;
    this.#refreshed = Date.now();
    for (const section of this.#sections) section.load({ isQuiet: true });
  }
}
