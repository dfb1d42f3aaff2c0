// Numbers with their units.

const space = '\u00a0';
const whole = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });
const known = (value) => typeof value === 'number' && Number.isFinite(value);

export const count = (value) => (known(value) ? whole.format(value) : '–');

/** `1 stream`, `2 streams`. */
export const counted = (value, one, many = `${one}s`) => `${count(value)}${space}${value === 1 ? one : many}`;

/** A share of 1. Neither 0 nor 100 % unless it is. */
export function percent(share, digits = 0) {
  if (!known(share)) return '–';
  const step = 10 ** -digits / 2;
  const value = share * 100;
  if (value > 0 && value < step) return `<${(step * 2).toFixed(digits)}${space}%`;
  if (value < 100 && value > 100 - step) return `>${(100 - step * 2).toFixed(digits)}${space}%`;
  return `${value.toFixed(value === 0 || value === 100 ? 0 : digits)}${space}%`;
}

export function rate(value) {
  return known(value) ? `${value.toFixed(value < 100 ? 1 : 0)}${space}frames/s` : `–${space}frames/s`;
}

export function bytes(value) {
  if (!known(value)) return '–';
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${value.toFixed(unit === 0 || value >= 100 ? 0 : 1)}${space}${units[unit]}`;
}

export function milliseconds(value) {
  if (!known(value)) return '–';
  if (value >= 10_000) return `${(value / 1000).toFixed(1)}${space}s`;
  if (value >= 100) return `${whole.format(value)}${space}ms`;
  return `${value.toFixed(value >= 10 ? 1 : 2)}${space}ms`;
}
