// The daemon's HTTP API. A token, where one is needed, goes into a header and nowhere else.

/** What the daemon answered instead, or 0 where it did not answer. */
export class Refusal extends Error {
  constructor(status, text) {
    super(text);
    this.status = status;
  }
}

const key = 'shuffled.token';
let token = stored('sessionStorage') ?? stored('localStorage');
let unauthorized = () => {};

function stored(storage) {
  try {
    return globalThis[storage].getItem(key);
  } catch {
    return null;
  }
}

export const hasToken = () => token !== null;

export function setToken(value, isRemembered) {
  token = value;
  try {
    sessionStorage.setItem(key, value);
    if (isRemembered) localStorage.setItem(key, value);
    else localStorage.removeItem(key);
  } catch { /* It holds for this page then. */ }
}

export function forgetToken() {
  token = null;
  try {
    sessionStorage.removeItem(key);
    localStorage.removeItem(key);
  } catch { /* Nothing was kept. */ }
}

/** Called with every answer that says the token is missing or wrong. */
export function onUnauthorized(action) {
  unauthorized = action;
}

/** A path with parameters; those without a value are left out. */
export function address(path, parameters = {}) {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) {
    if (value !== null && value !== undefined) query.set(name, value);
  }
  const text = query.toString();
  return text ? `${path}?${text}` : path;
}

export const streamPath = (name) => `/api/v1/streams/${encodeURIComponent(name)}`;

/** An answer whose status is good. Throws a Refusal, or AbortError if `signal` says so. */
export async function request(url, { signal, headers = {}, asks = true, accepts = [] } = {}) {
  const all = token === null ? headers : { ...headers, Authorization: `Bearer ${token}` };
  let answer;
  try {
    answer = await fetch(url, { signal, headers: all, redirect: 'error' });
  } catch (error) {
    if (error.name === 'AbortError') throw error;
    throw new Refusal(0, 'The daemon does not answer.');
  }
  if (answer.ok || accepts.includes(answer.status)) return answer;
  if (answer.status === 401 && asks) unauthorized();
  throw new Refusal(answer.status, await reason(answer));
}

async function reason(answer) {
  try {
    const { error } = await answer.json();
    if (typeof error === 'string' && error) return error;
  } catch { /* Not every answer is the daemon's. */ }
  return `The daemon answered ${answer.status} ${answer.statusText}`.trim();
}

/** JSON. */
export async function get(path, parameters, options) {
  const answer = await request(address(path, parameters), options);
  try {
    return await answer.json();
  } catch (error) {
    if (error.name === 'AbortError') throw error;
    throw new Refusal(0, 'The answer broke off.');
  }
}
