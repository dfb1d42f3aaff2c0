// Where it begins: which page is shown, by what stands after `#`.
import { onUnauthorized } from './api.js';
import { askForToken } from './dialogs.js';
import { follow } from './events.js';
import { showHeader } from './header.js';
import { showStream } from './streampage.js';
import { showStreams } from './streamspage.js';

const main = document.getElementById('main');
let page = null;
let shown = null;
let scroll = 0;
let isFirst = true;

/** `#/` or `#/stream/NAME?day=2026-07-01`. */
function route() {
  const [, path, query] = /^#?([^?]*)\??(.*)$/s.exec(location.hash);
  const stream = /^\/stream\/([^/]+)$/.exec(path);
  try {
    if (stream) return { name: decodeURIComponent(stream[1]), day: new URLSearchParams(query).get('day') };
  } catch { /* No name is written so. */ }
  return { name: null, day: null };
}

function show() {
  const { name, day } = route();
  const before = shown;
  if (before === null && page) scroll = scrollY;
  page?.abort();
  page = new AbortController();
  shown = name;
  main.replaceChildren();
  delete main.dataset.stream;
  main.dataset.page = name === null ? 'streams' : 'stream';
  if (name !== null) main.dataset.stream = name;
  const problems = /^\(\d+\) /.exec(document.title)?.[0] ?? '';
  document.title = `${problems}${name === null ? 'Streams' : name} · shuffled`;
  if (name === null) showStreams(main, page.signal);
  else showStream(main, name, day, page.signal);
  if (isFirst) {
    isFirst = false;
    return;
  }
  scrollTo(0, name === null ? scroll : 0);
  const card = name === null && [...main.querySelectorAll('.card')].find((each) => each.dataset.stream === before);
  (card || main).focus({ preventScroll: true });
}

history.scrollRestoration = 'manual';
addEventListener('hashchange', show);
document.querySelector('.skip').addEventListener('click', (event) => {
  // What stands after `#` is the page here.
  event.preventDefault();
  main.focus();
});
onUnauthorized(askForToken);
showHeader();
show();
follow();
