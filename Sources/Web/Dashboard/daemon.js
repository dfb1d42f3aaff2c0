// What is known of the daemon, and of the connection to it. Views listen; only `events.js` and the dialog write.

class Daemon extends EventTarget {
  /** The last DaemonStatus; kept while the daemon cannot be reached. */
  status = null;
  /** When it came. */
  statusTime = null;
  /** `connecting`, `live`, `polling` (it answers, but without events), `offline`, `refused` (a token is needed). */
  connection = 'connecting';
  /** When the next attempt is made. */
  retryTime = null;
  /** Why the last one failed. */
  fault = '';

  stream(name) {
    return this.status?.streams.find((stream) => stream.name === name) ?? null;
  }

  setStatus(status) {
    this.status = status;
    this.statusTime = new Date();
    this.#tell('status');
  }

  /** A stream's state changed. What was missed and comes after a newer status is no news. */
  setStream(stream) {
    const known = this.stream(stream.name);
    if (!this.status || (known && known.since_us > stream.since_us)) return;
    const streams = this.status.streams.filter((other) => other.name !== stream.name);
    this.status = { ...this.status, streams: [...streams, stream] };
    this.#tell('state', stream);
    this.#tell('status');
  }

  segmentChanged(event) {
    this.#tell('segment', event);
  }

  setConnection(connection, { retryTime = null, fault = '' } = {}) {
    Object.assign(this, { connection, retryTime, fault });
    this.#tell('connection');
  }

  /** Asks for an attempt now. */
  retry() {
    this.#tell('retry');
  }

  /** Listens until `signal` says otherwise. */
  on(name, action, signal) {
    this.addEventListener(name, (event) => action(event.detail), { signal });
  }

  #tell(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }
}

export const daemon = new Daemon();
