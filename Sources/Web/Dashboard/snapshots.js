// Pictures of streams: loaded when there is a new result, and only where somebody sees them.
import { daemon } from './daemon.js';
import { address, request, streamPath } from './api.js';
import { h } from './elements.js';

const interval = 2000;
/** Loaded at a time, of all: browsers have six connections a server. */
const atOnce = 3;
let loading = 0;
/** Those whose turn comes when another is done, in order. */
const waiting = new Set();
const seen = new WeakMap();
const observer = new IntersectionObserver((entries) => {
  for (const { target, isIntersecting } of entries) seen.get(target)?.setSeen(isIntersecting);
}, { rootMargin: '100px' });

export class Snapshot {
  #name;
  #width;
  #signal;
  #image = h('img', { alt: '', hidden: true, decoding: 'async' });
  #text = h('span', { class: 'none' }, 'loading');
  #isSeen = false;
  #isLoading = false;
  #loaded = '';
  #tag = null;
  #last = 0;
  #failures = 0;
  element;

  /** At most `width` pixels wide; until `signal` says otherwise. */
  constructor(name, width, signal) {
    this.#name = name;
    this.#width = width;
    this.#signal = signal;
    this.element = h('div', { class: 'snapshot' }, this.#image, this.#text);
    seen.set(this.element, this);
    observer.observe(this.element);
    const update = () => this.update();
    daemon.on('status', update, signal);
    document.addEventListener('visibilitychange', update, { signal });
    signal.addEventListener('abort', () => {
      waiting.delete(this);
      observer.unobserve(this.element);
      this.#revoke();
    });
  }

  setSeen(isSeen) {
    this.#isSeen = isSeen;
    this.update();
  }

  /** Loads it if a result came since the last time. */
  update() {
    if (!this.#isSeen || document.hidden || this.#isLoading || this.#signal.aborted || daemon.connection === 'offline') return;
    if (!daemon.status) return;
    const stream = daemon.stream(this.#name);
    if (!stream?.last_result) {
      if (this.#image.hidden) this.#showNone(stream ? 'no picture yet' : 'not watched now');
      return;
    }
    const result = `${stream.run} ${stream.classified}`;
    const wait = interval * 2 ** Math.min(this.#failures, 4) - 50;
    if (result === this.#loaded || Date.now() - this.#last < wait) return;
    if (loading >= atOnce) {
      waiting.add(this);
      return;
    }
    this.#load(result);
  }

  async #load(result) {
    this.#isLoading = true;
    loading += 1;
    this.#last = Date.now();
    try {
      const url = address(`${streamPath(this.#name)}/snapshot.jpg`, { width: this.#width });
      const signal = AbortSignal.any ? AbortSignal.any([this.#signal, AbortSignal.timeout(10_000)]) : this.#signal;
      const answer = await request(url, { signal, asks: false });
      const tag = answer.headers.get('ETag');
      // Not modified: the browser answers with what it has.
      if (tag === null || tag !== this.#tag) this.#show(await answer.blob());
      this.#tag = tag;
      this.#loaded = result;
      this.#failures = 0;
    } catch (error) {
      if (this.#signal.aborted) return;
      this.#failures += 1;
      if (error.status === 404) {
        this.#loaded = result;
        this.#failures = 0;
        this.#showNone('no picture yet');
      } else if (this.#image.hidden) {
        this.#showNone('the picture could not be loaded');
      }
    } finally {
      this.#isLoading = false;
      loading -= 1;
      for (const next of [...waiting]) {
        if (loading >= atOnce) break;
        waiting.delete(next);
        next.update();
      }
    }
  }

  #show(blob) {
    if (this.#signal.aborted) return;
    const old = this.#image.src;
    this.#image.onload = this.#image.onerror = () => old && URL.revokeObjectURL(old);
    this.#image.src = URL.createObjectURL(blob);
    this.#image.alt = `The last picture of ${this.#name} that was classified`;
    this.#image.hidden = false;
    this.#text.hidden = true;
  }

  #showNone(text) {
    this.#revoke();
    this.#image.hidden = true;
    this.#text.hidden = false;
    this.#text.textContent = text;
  }

  #revoke() {
    if (this.#image.src) URL.revokeObjectURL(this.#image.src);
    this.#image.removeAttribute('src');
    this.#tag = null;
  }
}
