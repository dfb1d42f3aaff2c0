// Times as this device's clock and calendar have them. The daemon speaks UTC.

const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' });
const shortClock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
const weekday = new Intl.DateTimeFormat('en-GB', { weekday: 'short' });
const two = (value) => String(value).padStart(2, '0');
const space = '\u00a0';

const isDate = (date) => !Number.isNaN(date.getTime());

/** `2026-07-01`, of this place. */
export const dayOf = (date) => `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
export const today = () => dayOf(new Date());

/** When a day of this place begins; days have 23 or 25 hours now and then. Null where it is no day. */
export function startOf(day) {
  const parts = /^(\d{4})-(\d{2})-(\d{2})$/.exec(day ?? '');
  if (!parts) return null;
  const date = new Date(Number(parts[1]), Number(parts[2]) - 1, Number(parts[3]));
  return isDate(date) && dayOf(date) === day ? date : null;
}

export function dayAfter(day, days) {
  const date = startOf(day);
  return dayOf(new Date(date.getFullYear(), date.getMonth(), date.getDate() + days));
}

export const dayTitle = (day) => `${weekday.format(startOf(day))} ${day}`;

/** `14:32`. */
export const hoursOf = (time) => shortClock.format(new Date(time));

/** `14:32:05`, of another day `2026-07-01 14:32:05`; of this `day` without its date too. */
export function timeText(time, day = today()) {
  const date = new Date(time);
  if (time === null || time === undefined || !isDate(date)) return '–';
  return dayOf(date) === day ? clock.format(date) : `${dayOf(date)} ${clock.format(date)}`;
}

/** A `<time>`'s attribute. */
export const iso = (time) => new Date(time).toISOString();

/** A length: `0.8 s`, `42 s`, `3 min 05 s`, `2 h 05 min`, `3 d 4 h`. */
export function lengthText(seconds) {
  if (typeof seconds !== 'number' || !Number.isFinite(seconds)) return '–';
  if (seconds < 9.95) return `${seconds.toFixed(1)}${space}s`;
  const all = Math.round(seconds);
  const [days, hours, minutes] = [Math.floor(all / 86400), Math.floor(all / 3600) % 24, Math.floor(all / 60) % 60];
  if (days) return `${days}${space}d${hours ? `${space}${hours}${space}h` : ''}`;
  if (hours) return `${hours}${space}h${space}${two(minutes)}${space}min`;
  if (minutes) return `${minutes}${space}min${space}${two(all % 60)}${space}s`;
  return `${all}${space}s`;
}

/** A place in a recording: `0:03:20`. */
export function mediaText(seconds) {
  const all = Math.floor(seconds);
  return `${Math.floor(all / 3600)}:${two(Math.floor(all / 60) % 60)}:${two(all % 60)}`;
}

/** `Europe/Vienna (UTC+2)`. */
export function zoneText(date = new Date()) {
  const minutes = -date.getTimezoneOffset();
  const [hours, rest] = [Math.floor(Math.abs(minutes) / 60), Math.abs(minutes) % 60];
  const offset = minutes === 0 ? 'UTC' : `UTC${minutes < 0 ? '−' : '+'}${hours}${rest ? `:${two(rest)}` : ''}`;
  const zone = new Intl.DateTimeFormat().resolvedOptions().timeZone;
  return !zone || zone === 'UTC' ? offset : `${zone} (${offset})`;
}
