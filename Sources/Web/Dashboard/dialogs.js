// The one question this page asks: the daemon's token.
import { Refusal, get, hasToken, setToken, forgetToken } from './api.js';
import { daemon } from './daemon.js';
import { h, setText } from './elements.js';

let dialog = null;

/** Asks for the token, once however many requests were refused. */
export function askForToken() {
  if (dialog) return;
  const field = h('input', {
    id: 'token', type: 'password', required: true, autocomplete: 'current-password', spellcheck: 'false',
    'aria-describedby': 'token-fault token-hint',
  });
  const remember = h('input', { id: 'remember', type: 'checkbox' });
  const fault = h('p', { id: 'token-fault', class: 'fault', role: 'alert' });
  const submit = h('button', { type: 'submit', class: 'primary' }, 'Continue');
  if (hasToken()) setText(fault, 'The token that was kept is not the daemon’s any more.');
  const form = h('form', { novalidate: true },
    h('h2', { id: 'token-title' }, 'A token is needed'),
    h('p', { id: 'token-hint' }, 'This daemon answers only those who know its token: ', h('code', {}, 'http.token'),
      ' in its configuration.'),
    h('label', { for: 'token' }, 'Token'), field, fault,
    h('label', { class: 'check' }, remember, ' Remember on this device'),
    h('div', { class: 'buttons' }, h('button', { type: 'button', onclick: () => dialog.close() }, 'Cancel'), submit));
  dialog = h('dialog', { 'aria-labelledby': 'token-title' }, form);

  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    if (submit.getAttribute('aria-disabled') === 'true') return;
    const token = field.value.trim();
    // Nothing else can stand in a header.
    if (!/^[\x21-\x7e]+$/.test(token)) {
      refuse(token ? 'A token has neither spaces nor letters beyond ASCII.' : 'Type the token first.');
      return;
    }
    submit.setAttribute('aria-disabled', 'true');
    setText(fault, '');
    setToken(token, remember.checked);
    try {
      await get('/api/v1/status', {}, { asks: false, signal: AbortSignal.timeout(10_000) });
      dialog.close('known');
    } catch (error) {
      const isWrong = error instanceof Refusal && error.status === 401;
      if (isWrong) forgetToken();
      refuse(isWrong ? 'This token is wrong. Look at it again.' : `It could not be tried: ${error.message}`);
    }
    submit.removeAttribute('aria-disabled');
  });

  function refuse(text) {
    setText(fault, text);
    field.setAttribute('aria-invalid', 'true');
    field.focus();
    field.select();
  }

  dialog.addEventListener('close', () => {
    const isKnown = dialog.returnValue === 'known';
    dialog.remove();
    dialog = null;
    if (isKnown) daemon.retry();
  });
  document.body.append(dialog);
  dialog.showModal();
  field.focus();
}
