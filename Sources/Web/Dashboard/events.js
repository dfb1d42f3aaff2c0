// The connection that brings what happens, and that is made anew whenever it is lost.
import { Refusal, get, request } from './api.js';
import { daemon } from './daemon.js';
import { EventParser } from './eventparser.js';

const path = '/api/v1/events';
const shortestWait = 1000;
const longestWait = 15_000;
/** Something comes every two seconds; after so long without, the connection is dead. */
const silence = 25_000;
/** A page nobody looks at keeps no connection: browsers have six a server, for all tabs together. */
const unseen = 60_000;

const parser = new EventParser();
let wait = shortestWait;
let timer = null;
let sleepTimer = null;
let connection = null;
let isAsleep = false;

export function follow() {
  daemon.on('retry', connect);
  document.addEventListener('visibilitychange', visibilityChanged);
  addEventListener('online', () => {
    if (daemon.connection === 'offline') connect();
  });
  connect();
}

function visibilityChanged() {
  clearTimeout(sleepTimer);
  if (document.hidden) {
    sleepTimer = setTimeout(() => {
      isAsleep = true;
      clearTimeout(timer);
      connection?.abort();
    }, unseen);
  } else if (isAsleep) {
    connect();
  }
}

async function connect() {
  clearTimeout(timer);
  connection?.abort();
  isAsleep = false;
  const mine = new AbortController();
  connection = mine;
  let fault;
  try {
    await listen(mine);
    fault = new Refusal(0, 'The daemon ended the connection.');
  } catch (error) {
    fault = error;
  }
  if (connection !== mine || isAsleep) return;
  await lost(fault, mine.signal);
}

async function listen(mine) {
  let watchdog;
  const alive = () => {
    clearTimeout(watchdog);
    watchdog = setTimeout(() => mine.abort(), silence);
  };
  parser.forget();
  try {
    alive();
    const headers = { Accept: 'text/event-stream', ...(parser.lastID && { 'Last-Event-ID': parser.lastID }) };
    const answer = await request(path, { signal: mine.signal, headers });
    const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      alive();
      for (const event of parser.take(value)) {
        wait = parser.retry ?? shortestWait;
        handle(event);
      }
    }
  } finally {
    clearTimeout(watchdog);
  }
}

function handle({ name, data }) {
  let value;
  try {
    value = JSON.parse(data);
  } catch {
    return;
  }
  if (daemon.connection !== 'live') daemon.setConnection('live');
  if (name === 'status') daemon.setStatus(value);
  else if (name === 'state') daemon.setStream(value);
  else if (name === 'segment') daemon.segmentChanged(value);
}

async function lost(fault, signal) {
  if (fault.status === 401) {
    daemon.setConnection('refused', { fault: fault.message });
    return;
  }
  // It may answer all the same, for instance while too many listen.
  let isReached = false;
  if (fault.status > 0) {
    try {
      daemon.setStatus(await get('/api/v1/status', {}, { signal: AbortSignal.timeout(10_000) }));
      isReached = true;
    } catch { /* It does not. */ }
    if (signal.aborted && connection?.signal !== signal) return;
  }
  const text = fault.status > 0 ? fault.message : '';
  const retryTime = Date.now() + wait;
  daemon.setConnection(isReached ? 'polling' : 'offline', { retryTime, fault: text });
  clearTimeout(timer);
  timer = setTimeout(connect, wait);
  wait = Math.min(wait * 2, longestWait);
}
