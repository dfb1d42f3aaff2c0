// The line on top, and the notices under it: how the daemon is, and whether it can be reached.
import { get } from './api.js';
import { daemon } from './daemon.js';
import { askForToken } from './dialogs.js';
import { announce, h, s, setAttribute, setText } from './elements.js';
import { bytes, count, counted, rate } from './numbers.js';
import { lengthText, timeText, zoneText } from './times.js';

const shapes = {
  good: ['circle', { cx: 6, cy: 6, r: 4.5 }],
  warn: ['path', { d: 'M6 1 11.5 11H.5z' }],
  busy: ['circle', { cx: 6, cy: 6, r: 4, fill: 'none', 'stroke-width': 2 }],
  bad: ['path', { d: 'M2 2l8 8M10 2l-8 8', 'stroke-width': 2.5 }],
};
const tones = { starting: 'busy', running: 'good', degraded: 'warn', stopping: 'warn' };

const state = h('span', { class: 'badge busy' }, h('span', {}, 'connecting'));
const names = ['Streams', 'Observed', 'Classified', 'Database', 'Workers'];
const facts = Object.fromEntries(names.map((name) => [name, h('dd', {}, '–')]));
const reload = h('p', { class: 'notice warn', hidden: true });
const space = h('p', { class: 'notice bad', hidden: true });
const trouble = h('p', { class: 'notice warn', hidden: true });
let tone = '';
let ticking = null;
let asked = 0;
let wasOffline = false;

export function showHeader() {
  document.getElementById('daemon').append(state,
    h('dl', { class: 'facts-line' }, Object.entries(facts).map(([name, value]) => h('div', {}, h('dt', {}, name), value))));
  document.getElementById('notices').append(space, trouble, reload);
  setText(document.getElementById('zone'), `Times are those of ${zoneText()}.`);
  daemon.on('status', statusChanged);
  daemon.on('connection', connectionChanged);
  daemon.on('state', (stream) => announce(
    `${stream.name} is ${stream.state}${stream.reason && stream.state !== 'observed' ? `: ${stream.reason}` : ''}`));
}

function setState(text, newTone) {
  setText(state.lastElementChild, text);
  if (tone === newTone) return;
  tone = newTone;
  state.className = `badge ${tone}`;
  state.querySelector('svg')?.remove();
  const [name, attributes] = shapes[tone];
  state.prepend(s('svg', { viewBox: '0 0 12 12', width: 10, height: 10, 'aria-hidden': 'true' }, s(name, attributes)));
}

function statusChanged() {
  const { status } = daemon;
  const { streams, database, workers, config } = status;
  const observed = streams.filter((stream) => stream.state === 'observed').length;
  setState(status.state, tones[status.state] ?? 'busy');
  setText(facts.Streams, count(streams.length));
  setText(facts.Observed, `${observed} of ${streams.length}`);
  setText(facts.Classified, rate(streams.reduce((sum, stream) => sum + (stream.classified_fps ?? 0), 0)));
  setText(facts.Database, bytes(database.size_bytes));
  setAttribute(facts.Database, 'title',
    `${database.path}, and a log of ${bytes(database.wal_bytes)}; ${counted(database.rows_written, 'row')} written`);
  setText(facts.Workers, `${workers.busy} of ${workers.count} busy`);
  setText(document.getElementById('version'), `shuffled ${status.version}, up for ${lengthText(status.uptime_seconds)}`);
  show(space, database.waiting_for_space && 'Results wait: the disk is full, or another program holds the database.');
  const fault = config.last_reload_error;
  show(reload, fault && `The configuration was not taken over at ${timeText(fault.time)}: ${fault.text}`);
  // A recording that is over is no problem.
  const problems = streams.filter((stream) => stream.state !== 'observed' && stream.state !== 'stopped').length;
  document.title = document.title.replace(/^(\(\d+\) )?/, problems ? `(${problems}) ` : '');
  if (status.state === 'degraded') explain();
  else show(trouble, status.state === 'stopping' && 'The daemon is stopping.');
}

function show(notice, text) {
  notice.hidden = !text;
  if (text) setText(notice, text);
}

/** Says why the daemon is degraded; asked for every ten seconds at most. */
async function explain() {
  if (Date.now() - asked < 10_000) return;
  asked = Date.now();
  try {
    const { reasons } = await get('/readyz', {}, { accepts: [503], signal: AbortSignal.timeout(8000) });
    show(trouble, daemon.status.state === 'degraded' && reasons.length > 0 && `Degraded: ${reasons.join('; ')}`);
  } catch { /* The cards say it too. */ }
}

function connectionChanged() {
  const isOffline = daemon.connection === 'offline';
  document.body.classList.toggle('offline', isOffline);
  clearInterval(ticking);
  const banner = document.getElementById('offline');
  banner.hidden = daemon.connection === 'live' || daemon.connection === 'connecting';
  banner.className = `notice ${isOffline ? 'bad' : 'warn'}`;
  if (isOffline && !wasOffline) announce('The daemon cannot be reached.');
  if (!isOffline && wasOffline) announce('The daemon answers again.');
  wasOffline = isOffline;
  if (banner.hidden) return;
  if (daemon.connection === 'refused') {
    setState('no token', 'warn');
    banner.replaceChildren(h('span', {}, 'The daemon wants a token.'), h('button', { onclick: askForToken }, 'Give the token'));
    return;
  }
  if (isOffline) setState('offline', 'bad');
  const text = h('span');
  const button = h('button', { onclick: () => daemon.retry() }, 'Try now');
  // Keeps the button that has the focus.
  if (banner.childElementCount === 2 && banner.dataset.connection === daemon.connection) banner.firstElementChild.replaceWith(text);
  else banner.replaceChildren(text, button);
  banner.dataset.connection = daemon.connection;
  const tick = () => setText(text, bannerText());
  tick();
  ticking = setInterval(tick, 1000);
}

function bannerText() {
  const seconds = Math.max(0, Math.ceil((daemon.retryTime - Date.now()) / 1000));
  const then = seconds ? `trying again in ${seconds}\u00a0s` : 'trying now';
  const why = daemon.fault ? ` (${daemon.fault})` : '';
  if (daemon.connection === 'polling') return `No live events${why}: ${then}`;
  const old = daemon.status ? `. What you see is of ${timeText(daemon.statusTime)}.` : '.';
  return `Offline${why}: ${then}${old}`;
}
