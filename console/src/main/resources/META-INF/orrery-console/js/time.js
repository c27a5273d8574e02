// Instants and durations as text. One switch for the whole console: relative, local, or UTC.

import { serverNow } from './clock.js';
import { language } from './i18n.js';

export const MODES = ['relative', 'local', 'utc'];

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

let mode = 'relative';

export function timeMode() {
  return mode;
}

export function setTimeMode(wanted) {
  mode = MODES.includes(wanted) ? wanted : 'relative';
}

/** The text of an instant in the chosen mode. */
export function formatInstant(instant, now = serverNow(), wanted = mode) {
  if (instant === null || instant === undefined) {
    return '–';
  }
  const at = millisOf(instant);
  if (wanted === 'relative') {
    return relative(at - now);
  }
  return wanted === 'utc' ? utc(at) : local(at);
}

/** The exact instant, for a tooltip: local time with its offset, and UTC. */
export function exact(instant) {
  const at = millisOf(instant);
  return `${local(at, true)} ${offset(at)} · ${utc(at, true)}`;
}

export function millisOf(instant) {
  return typeof instant === 'number' ? instant : Date.parse(instant);
}

function relative(millis) {
  const distance = Math.abs(millis);
  const text = short(distance);
  if (language() === 'zh-CN') {
    return distance < SECOND ? '刚刚' : millis < 0 ? `${text}前` : `${text}后`;
  }
  return distance < SECOND ? 'now' : millis < 0 ? `${text} ago` : `in ${text}`;
}

/** The time between two instants, as {@link formatInstant} counts it: `5m`; `0s` if they have changed places. */
export function formatDistance(from, until) {
  return short(Math.max(0, millisOf(until) - millisOf(from)));
}

/** One unit below a day, two in the first week: `12s`, `5m`, `3h`, `2d 4h`, `40d`, `4y`. */
function short(millis) {
  if (millis < MINUTE) {
    return Math.floor(millis / SECOND) + unit('s');
  }
  if (millis < HOUR) {
    return Math.floor(millis / MINUTE) + unit('m');
  }
  if (millis < DAY) {
    return Math.floor(millis / HOUR) + unit('h');
  }
  const days = Math.floor(millis / DAY);
  if (days >= 730) {
    return Math.floor(days / 365) + unit('y');
  }
  const hours = Math.floor((millis % DAY) / HOUR);
  return days + unit('d') + (days < 7 && hours > 0 ? ` ${hours}${unit('h')}` : '');
}

/** Units of figures are symbols in all languages. */
function symbol(name) {
  return name;
}

const CHINESE_UNITS = { ms: ' 毫秒', s: ' 秒', m: ' 分钟', h: ' 小时', d: ' 天', y: ' 年' };

function unit(name) {
  return language() === 'zh-CN' ? CHINESE_UNITS[name] : name;
}

/** A measured span of time: `84ms`, `1.2s`, `3m 20s`, `2h 5m`, `3d 4h`. */
export function formatMillis(millis) {
  return spanText(millis, symbol);
}

function spanText(millis, unit) {
  if (millis === null || millis === undefined) {
    return '–';
  }
  if (millis < SECOND) {
    return Math.round(millis) + unit('ms');
  }
  if (millis < 10 * SECOND) {
    return (millis / SECOND).toFixed(1).replace('.0', '') + unit('s');
  }
  if (millis < MINUTE) {
    return Math.floor(millis / SECOND) + unit('s');
  }
  const [big, small, bigUnit, smallUnit] =
    millis < HOUR ? [MINUTE, SECOND, 'm', 's'] : millis < DAY ? [HOUR, MINUTE, 'h', 'm'] : [DAY, HOUR, 'd', 'h'];
  const rest = Math.floor((millis % big) / small);
  return Math.floor(millis / big) + unit(bigUnit) + (rest > 0 ? ` ${rest}${unit(smallUnit)}` : '');
}

/** Milliseconds of an ISO 8601 duration such as PT1H30M or P2DT3H, or of a short one such as 1h30m; null if neither. */
export function millisOfDuration(text) {
  const found =
    /^(-)?P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(-?\d+(?:\.\d+)?)S)?)?$/i.exec(text) ??
    /^(-)?(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m(?!s))?(?:(\d+(?:\.\d+)?)s)?(?:(\d+)ms)?$/i.exec(text);
  if (!found || found.slice(2).every(part => part === undefined)) {
    return null;
  }
  const [days, hours, minutes, seconds, millis] = found.slice(2).map(part => Number(part ?? 0));
  const sum = days * DAY + hours * HOUR + minutes * MINUTE + seconds * SECOND + (millis ?? 0);
  return found[1] ? -sum : sum;
}

/** A duration of a document in words of the language. */
export function formatDuration(text) {
  const millis = millisOfDuration(text);
  return millis === null ? text : (millis < 0 ? '−' : '') + spanText(Math.abs(millis), unit);
}

function local(at, always = false) {
  const date = new Date(at);
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  const time = `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
  return always || !sameLocalDay(date, new Date(serverNow())) ? `${day} ${time}` : time;
}

function utc(at, always = false) {
  const text = new Date(at).toISOString();
  const today = new Date(serverNow()).toISOString().slice(0, 10) === text.slice(0, 10);
  return (always || !today ? `${text.slice(0, 10)} ` : '') + text.slice(11, 19) + 'Z';
}

function sameLocalDay(one, other) {
  return one.toDateString() === other.toDateString();
}

function offset(at) {
  const minutes = -new Date(at).getTimezoneOffset();
  return `${minutes < 0 ? '−' : '+'}${two(Math.floor(Math.abs(minutes) / 60))}:${two(Math.abs(minutes) % 60)}`;
}

function two(value) {
  return String(value).padStart(2, '0');
}

/** Hours and minutes (and seconds) of an instant for the axis of a chart, in UTC if the switch says so. */
export function formatClock(instant, wanted = mode, seconds = false) {
  const date = new Date(millisOf(instant));
  const fields =
    wanted === 'utc'
      ? [date.getUTCHours(), date.getUTCMinutes(), date.getUTCSeconds()]
      : [date.getHours(), date.getMinutes(), date.getSeconds()];
  return fields.slice(0, seconds ? 3 : 2).map(two).join(':');
}

/** The wall time of an instant in a zone: `2027-03-28 02:30:00`. */
export function formatInZone(instant, zone) {
  const fields = new Intl.DateTimeFormat('en-CA', {
    timeZone: zone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
  }).formatToParts(new Date(millisOf(instant)));
  const part = Object.fromEntries(fields.map(field => [field.type, field.value]));
  return `${part.year}-${part.month}-${part.day} ${part.hour}:${part.minute}:${part.second}`;
}

export function browserZone() {
  return Intl.DateTimeFormat().resolvedOptions().timeZone;
}
