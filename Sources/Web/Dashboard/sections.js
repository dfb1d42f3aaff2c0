// A part of a page that loads by itself: it can be loading, empty, wrong or full.
import { daemon } from './daemon.js';
import { h } from './elements.js';

let number = 0;

export class Section {
  element;
  #body = h('div', { class: 'section-body' });
  #title;
  #load;
  #show;
  #signal;
  #request = null;
  #isWrong = false;

  /**
   * @param load Given an AbortSignal: the data.
   * @param show Given the data: elements, or a text where there is nothing to show.
   */
  constructor({ title, name, tools = [], note = null, load, show, signal }) {
    const id = `section-${(number += 1)}`;
    this.#title = title;
    this.#load = load;
    this.#show = show;
    this.#signal = signal;
    this.element = h('section', { class: 'panel', 'aria-labelledby': id, 'data-section': name },
      h('div', { class: 'panel-head' }, h('h2', { id }, title), ...tools), note && h('p', { class: 'quiet' }, note), this.#body);
    signal.addEventListener('abort', () => this.#request?.abort());
    daemon.on('connection', () => daemon.connection === 'live' && this.#isWrong && this.load(), signal);
  }

  /** Loads anew; with `isQuiet` what is there stays until then, and if it fails. */
  async load({ isQuiet = false } = {}) {
    if (this.#signal.aborted) return;
    this.#request?.abort();
    const mine = new AbortController();
    this.#request = mine;
    if (!isQuiet || this.#isWrong) this.#showSkeleton();
    this.element.setAttribute('aria-busy', 'true');
    try {
      const data = await this.#load(mine.signal);
      if (mine.signal.aborted) return;
      this.#isWrong = false;
      this.#fill(this.#show(data));
    } catch (error) {
      if (mine.signal.aborted) return;
      if (!isQuiet || this.#isWrong) this.#showFault(error);
    }
    this.element.removeAttribute('aria-busy');
  }

  #fill(content) {
    // What has the focus is often made anew with the rest.
    const focused = this.#body.contains(document.activeElement) ? document.activeElement.dataset.key : null;
    if (typeof content === 'string') this.#body.replaceChildren(h('p', { class: 'empty' }, content));
    else this.#body.replaceChildren(...[content].flat(2).filter(Boolean));
    if (focused) this.#body.querySelector(`[data-key="${CSS.escape(focused)}"]`)?.focus({ preventScroll: true });
  }

  #showSkeleton() {
    this.#body.replaceChildren(h('div', { class: 'skeleton' }, h('span', { class: 'unseen' }, `Loading: ${this.#title}`)));
  }

  #showFault(error) {
    this.#isWrong = true;
    // The database does not know a stream before its first run.
    if (error.status === 400 || error.status === 404) {
      this.#body.replaceChildren(h('p', { class: 'empty' }, error.message));
      return;
    }
    this.#body.replaceChildren(h('div', { class: 'wrong', role: 'alert' },
      h('span', {}, error.message), h('button', { onclick: () => this.load() }, 'Try again')));
  }
}
