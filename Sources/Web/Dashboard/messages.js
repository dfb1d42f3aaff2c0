// What stands in the place of streams while there are none to show.
import { askForToken } from './dialogs.js';
import { h } from './elements.js';

const code = (text) => h('code', {}, text);

export const messages = {
  connecting: () => [
    h('p', { class: 'unseen', role: 'status' }, 'Loading the streams'),
    h('div', { class: 'grid', 'aria-hidden': 'true' }, Array.from({ length: 4 }, () => h('div', { class: 'skeleton' }))),
  ],
  none: ({ config }) => [
    h('h2', {}, 'No stream is configured'),
    h('p', {}, 'Add one under ', code('streams'), ' in ', code(config.path || '/etc/shuffled/shuffled.json5'), ':'),
    h('pre', {}, 'streams: {\n  gate: { url: "rtsp://192.0.2.10:554/stream1" },\n}'),
    h('p', {}, 'Then ', code('systemctl reload shuffled'), '. It appears here by itself.'),
  ],
  refused: () => [
    h('h2', {}, 'A token is needed'),
    h('p', {}, 'This daemon answers only those who know its token.'),
    h('button', { class: 'primary', onclick: askForToken }, 'Give the token'),
  ],
  offline: () => [
    h('h2', {}, 'The daemon cannot be reached'),
    h('p', {}, 'Does it run? ', code('systemctl status shuffled'), ' tells. This page goes on by itself as soon as it answers.'),
  ],
};
