// Triggers in words, short enough for a cell of a table: "weekdays 02:30, Europe/Berlin". The exact meaning, in long
// words, is what the API returns with the fire times; an expression that is not understood here is shown as it is.

import { language } from './i18n.js';
import { formatDuration, millisOfDuration } from './time.js';

const MOST_TIMES = 4;
const MACROS = {
  '@hourly': '0 * * * *',
  '@daily': '0 0 * * *',
  '@midnight': '0 0 * * *',
  '@weekly': '0 0 * * 0',
  '@monthly': '0 0 1 * *',
  '@yearly': '0 0 1 1 *',
  '@annually': '0 0 1 1 *',
};
const DAYS = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];
const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];

const ENGLISH = {
  days: ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'],
  months: ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'],
  comma: ', ',
  none: 'only on request',
  every: (n, unit) => (n === 1 ? `every ${unit}` : `every ${n} ${unit}s`),
  rate: text => `every ${text}`,
  nextDay: 'next day ',
  delay: text => `${text} after the last end`,
  once: text => `once ${text}`,
  jitter: text => `jitter ${text}`,
  from: text => `from ${text}`,
  until: text => `until ${text}`,
  daily: 'daily',
  weekdays: 'weekdays',
  weekends: 'weekends',
  weekly: names => names.map(name => `${name}s`).join(', '),
  monthDay: days => `day ${days} of the month`,
  lastDay: back => (back === 0 ? 'last day of the month' : `${back} ${back === 1 ? 'day' : 'days'} before the last of the month`),
  lastWeekday: 'last weekday of the month',
  nearest: day => `weekday nearest day ${day}`,
  lastOf: name => `last ${name} of the month`,
  nth: (n, name) => `${['first', 'second', 'third', 'fourth', 'fifth'][n - 1]} ${name} of the month`,
  either: ' or ',
  both: ' and ',
  inMonths: names => `in ${names}`,
  inYears: text => `in ${text}`,
  minuteOf: minutes => `every hour at ${minutes}`,
  between: (from, to) => `${from}–${to}`,
  at: (days, times) => `${days} ${times}`,
};

const CHINESE = {
  days: ['周日', '周一', '周二', '周三', '周四', '周五', '周六'],
  months: ['1月', '2月', '3月', '4月', '5月', '6月', '7月', '8月', '9月', '10月', '11月', '12月'],
  comma: '，',
  none: '仅按请求运行',
  every: (n, unit) => {
    const word = { second: '秒', minute: '分钟', hour: '小时' }[unit];
    return n === 1 ? `每${word}` : `每 ${n} ${word}`;
  },
  rate: text => `每 ${text}`,
  nextDay: '次日',
  delay: text => `上次结束后 ${text}`,
  once: text => `一次，${text}`,
  jitter: text => `抖动 ${text}`,
  from: text => `自 ${text}`,
  until: text => `至 ${text}`,
  daily: '每天',
  weekdays: '工作日',
  weekends: '周末',
  weekly: names => `每${names.join('、')}`,
  monthDay: days => `每月 ${days} 日`,
  lastDay: back => (back === 0 ? '每月最后一天' : `每月最后一天前 ${back} 天`),
  lastWeekday: '每月最后一个工作日',
  nearest: day => `最接近 ${day} 日的工作日`,
  lastOf: name => `每月最后一个${name}`,
  nth: (n, name) => `每月第 ${n} 个${name}`,
  either: ' 或 ',
  both: ' 且 ',
  inMonths: names => `限 ${names}`,
  inYears: text => `限 ${text} 年`,
  minuteOf: minutes => `每小时 ${minutes}`,
  between: (from, to) => `${from}–${to}`,
  at: (days, times) => `${days} ${times}`,
};

/** A trigger of a job document in a few words of the reader's language; without one, the job runs on request only. */
export function triggerWords(trigger) {
  const words = language() === 'zh-CN' ? CHINESE : ENGLISH;
  if (!trigger) {
    return words.none;
  }
  const rest = [];
  if (trigger.cron !== undefined || trigger.within) {
    rest.push(trigger.zone || 'UTC');
  }
  if (trigger.from && trigger.every === undefined) {
    rest.push(words.from(day(trigger.from)));
  }
  if (trigger.until) {
    rest.push(words.until(day(trigger.until)));
  }
  if (trigger.jitter && millisOfDuration(trigger.jitter) !== 0) {
    rest.push(words.jitter(formatDuration(trigger.jitter)));
  }
  return [first(trigger, words), ...rest].join(words.comma);
}

/** The words of the scheduler, which are exact, where it has them in the reader's language; undefined without a trigger. */
export function triggerMeaning(trigger, description) {
  return description && language() !== 'en' ? triggerWords(trigger) : description;
}

function first(trigger, words) {
  if (trigger.cron !== undefined) {
    return cronWords(trigger.cron, trigger.dialect, words) ?? trigger.cron;
  }
  if (trigger.every !== undefined) {
    return words.rate(formatDuration(trigger.every)) + (trigger.within ? windowWords(trigger.within, words) : '');
  }
  if (trigger.delay !== undefined) {
    return words.delay(formatDuration(trigger.delay));
  }
  return words.once(trigger.at ?? '');
}

/** ` 09:00–18:30, weekdays`; the day is that of the start. */
function windowWords({ from, to, days }, words) {
  const names = days && weekWords(days.map(name => DAYS.indexOf(name)), words);
  return ` ${words.between(from, (to < from ? words.nextDay : '') + to)}${names ? words.comma + names : ''}`;
}

function day(instant) {
  return String(instant).replace(/T00:00(:00(\.0+)?)?Z$/, '');
}

/** The words of a cron expression; null if it has a form that is not understood here. */
export function cronWords(expression, dialect, words = language() === 'zh-CN' ? CHINESE : ENGLISH) {
  const fields = (MACROS[expression.trim().toLowerCase()] ?? expression).trim().toUpperCase().split(/\s+/);
  if (fields.length < 5 || fields.length > 7) {
    return null;
  }
  if (fields.length === 5) {
    fields.unshift('0');
  }
  const [seconds, minutes, hours] = [values(fields[0], 0, 59), values(fields[1], 0, 59), values(fields[2], 0, 23)];
  const months = values(fields[4], 1, 12, MONTHS);
  const sundayIsOne = dialect === 'quartz';
  const dates = dateWords(fields[3], fields[5], sundayIsOne, dialect === 'spring' || dialect === undefined, words);
  if (!seconds || !minutes || !hours || !months || dates === null) {
    return null;
  }
  const time = timeWords(seconds, minutes, hours, words);
  const parts = [time.listed ? words.at(dates || words.daily, time.text) : dates ? words.at(time.text + words.comma, dates).replace('  ', ' ') : time.text];
  if (months.length < 12) {
    parts.push(words.inMonths(runs(months, month => words.months[month - 1])));
  }
  if (fields[6] && !/^[*?]$/.test(fields[6])) {
    parts.push(words.inYears(fields[6].replace('-', '–')));
  }
  return parts.join(words.comma).replace('，，', '，').replace('， ', '，');
}

function timeWords(seconds, minutes, hours, words) {
  if (seconds.length * minutes.length * hours.length <= MOST_TIMES) {
    const times = hours.flatMap(h => minutes.flatMap(m => seconds.map(s => clock(h, m) + (isZero(seconds) ? '' : `:${two(s)}`))));
    return { listed: true, text: times.join(', ') };
  }
  const within = hours.length === 24 ? '' : ` ${hoursText(hours, words)}`;
  if (isZero(seconds) && isZero(minutes)) {
    const step = stepOf(hours, 24);
    return { listed: false, text: step ? words.every(step, 'hour') : words.every(1, 'hour') + within };
  }
  if (isZero(seconds)) {
    const step = stepOf(minutes, 60);
    return { listed: false, text: (step ? words.every(step, 'minute') : words.minuteOf(minutes.map(m => `:${two(m)}`).join(', '))) + within };
  }
  const step = stepOf(seconds, 60);
  if (minutes.length === 60) {
    return { listed: false, text: (step ? words.every(step, 'second') : `${words.every(1, 'minute')} :${seconds.map(two).join(', :')}`) + within };
  }
  const minutesText = words.minuteOf(runs(minutes, m => `:${two(m)}`));
  return { listed: false, text: `${minutesText} ${step ? words.every(step, 'second') : `+${seconds.join(', ')}s`}${within}` };
}

function hoursText(hours, words) {
  const isRange = hours.length > 1 && hours[hours.length - 1] - hours[0] + 1 === hours.length;
  return isRange ? words.between(clock(hours[0], 0), clock(hours[hours.length - 1], 59)) : hours.map(h => `${two(h)}h`).join(', ');
}

/** Words of both day fields; '' if every date matches, null if a form is not understood. */
function dateWords(ofMonth, ofWeek, sundayIsOne, bothMustMatch, words) {
  const month = /^[*?]$/.test(ofMonth) ? '' : ofMonthWords(ofMonth, words);
  const week = /^[*?]$/.test(ofWeek) ? '' : ofWeekWords(ofWeek, sundayIsOne, words);
  if (month === null || week === null) {
    return null;
  }
  return month && week ? month + (bothMustMatch ? words.both : words.either) + week : month || week;
}

function ofMonthWords(field, words) {
  const plain = values(field, 1, 31);
  if (plain) {
    return plain.length === 31 ? '' : words.monthDay(runs(plain, String));
  }
  const all = field.split(',').map(item => {
    const last = /^L(?:-(\d+))?$/.exec(item);
    const nearest = /^(\d+)W$/.exec(item);
    if (last) {
      return words.lastDay(Number(last[1] ?? 0));
    }
    if (item === 'LW') {
      return words.lastWeekday;
    }
    return nearest ? words.nearest(nearest[1]) : values(item, 1, 31) && words.monthDay(runs(values(item, 1, 31), String));
  });
  return all.every(Boolean) ? all.join(words.comma) : null;
}

function ofWeekWords(field, sundayIsOne, words) {
  const dayOf = text => (DAYS.includes(text) ? DAYS.indexOf(text) : (Number(text) - (sundayIsOne ? 1 : 0)) % 7);
  const special = field.split(',').map(item => {
    const last = /^([A-Z]{3}|\d)L$/.exec(item);
    const nth = /^([A-Z]{3}|\d)#([1-5])$/.exec(item);
    const name = (last ?? nth) && words.days[dayOf((last ?? nth)[1])];
    return !name ? null : last ? words.lastOf(name) : words.nth(Number(nth[2]), name);
  });
  if (special.every(Boolean)) {
    return special.join(words.comma);
  }
  const found = weekValues(field, dayOf, sundayIsOne);
  if (found === null) {
    return null;
  }
  return weekWords([...found], words);
}

/** Words of days of the week, 0 is Sunday; '' for all of them. */
function weekWords(found, words) {
  const days = found.sort((a, b) => (a || 7) - (b || 7));
  const key = days.join('');
  if (days.length === 7) {
    return '';
  }
  return key === '12345' ? words.weekdays : key === '60' ? words.weekends : words.weekly(days.map(one => words.days[one]));
}

function weekValues(field, dayOf, sundayIsOne) {
  const found = new Set();
  for (const item of field.split(',')) {
    const [, range, step] = /^([^/]+)(?:\/(\d+))?$/.exec(item) ?? [];
    const ends = range === '*' ? (sundayIsOne ? ['1', '7'] : ['0', '6']) : range?.split('-');
    if (!ends || ends.length > 2 || ends.some(end => !/^[0-7]$/.test(end) && !DAYS.includes(end))) {
      return null;
    }
    let at = dayOf(ends[0]);
    const last = ends.length > 1 ? dayOf(ends[1]) : step ? 6 : at;
    const length = ((last - at + 7) % 7) + (ends[0] === '0' && ends[1] === '7' ? 7 : 0);
    for (let walked = 0; walked <= length; walked += Number(step ?? 1), at += Number(step ?? 1)) {
      found.add(at % 7);
    }
  }
  return found;
}

/** The sorted values of a field with lists, ranges and steps; null for another form. */
function values(field, low, high, names = []) {
  const found = new Set();
  for (const item of field.split(',')) {
    const [, range, step] = /^([^/]+)(?:\/(\d+))?$/.exec(item) ?? [];
    const ends = range === '*' || range === '?' ? [low, high] : range?.split('-').map(end => valueOf(end, names, low));
    if (!ends || ends.length > 2 || ends.some(end => !(end >= low && end <= high)) || step === '0') {
      return null;
    }
    const from = ends[0];
    const to = ends.length > 1 ? ends[1] : step ? high : from;
    const length = to >= from ? to - from : to - from + high - low + 1;
    for (let walked = 0; walked <= length; walked += Number(step ?? 1)) {
      found.add(low + ((from - low + walked) % (high - low + 1)));
    }
  }
  return [...found].sort((a, b) => a - b);
}

function valueOf(text, names, low) {
  return names.includes(text) ? names.indexOf(text) + low : /^\d+$/.test(text) ? Number(text) : NaN;
}

/** The distance of values that are spread evenly over the whole cycle from its start; null if they are not. */
function stepOf(list, cycle) {
  const step = cycle / list.length;
  return list.length > 1 && Number.isInteger(step) && list.every((value, i) => value === i * step) ? step : null;
}

/** `1–5, 9`: runs of three or more as ranges. */
function runs(list, nameOf) {
  const texts = [];
  for (let i = 0; i < list.length; i++) {
    let end = i;
    while (list[end + 1] === list[end] + 1) {
      end++;
    }
    if (end - i >= 2) {
      texts.push(`${nameOf(list[i])}–${nameOf(list[end])}`);
      i = end;
    } else {
      texts.push(nameOf(list[i]));
    }
  }
  return texts.join(', ');
}

function isZero(list) {
  return list.length === 1 && list[0] === 0;
}

function clock(hour, minute) {
  return `${two(hour)}:${two(minute)}`;
}

function two(value) {
  return String(value).padStart(2, '0');
}
