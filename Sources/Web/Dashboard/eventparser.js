// Server-sent events out of text as it arrives. EventSource cannot send the token's header.

/** A value a stream. `take` returns the events that are complete; comments are none. */
export class EventParser {
  #rest = '';
  #data = [];
  #name = '';
  /** To be sent when connecting anew. */
  lastID = '';
  /** How long to wait before that, in milliseconds, where the daemon says so. */
  retry = null;

  take(text) {
    this.#rest += text;
    const events = [];
    for (;;) {
      const end = /\r\n|\n|\r/.exec(this.#rest);
      // A carriage return at the end may be half of a line's end.
      if (!end || (end[0] === '\r' && end.index === this.#rest.length - 1)) return events;
      const line = this.#rest.slice(0, end.index);
      this.#rest = this.#rest.slice(end.index + end[0].length);
      if (line) this.#field(line);
      else this.#dispatch(events);
    }
  }

  /** What is incomplete when a connection ends counts for nothing. */
  forget() {
    this.#rest = '';
    this.#data = [];
    this.#name = '';
  }

  #field(line) {
    const colon = line.indexOf(':');
    if (colon === 0) return;
    const name = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (name === 'data') this.#data.push(value);
    else if (name === 'event') this.#name = value;
    else if (name === 'id' && !value.includes('\0')) this.lastID = value;
    else if (name === 'retry' && /^\d+$/.test(value)) this.retry = Number(value);
  }

  #dispatch(events) {
    if (this.#data.length) events.push({ name: this.#name || 'message', data: this.#data.join('\n') });
    this.#data = [];
    this.#name = '';
  }
}
