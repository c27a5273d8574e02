/** Common schedules as fields of a form, and the cron expressions that they stand for. */

export const MODES = ['minutes', 'hourly', 'daily', 'weekly', 'monthly', 'custom'];
export const DAYS = ['MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT', 'SUN'];
const WEEKDAYS = DAYS.slice(0, 5);

/** The start of each mode. */
export function startOf(mode) {
  return {
    minutes: { mode, every: 15 },
    hourly: { mode, minute: 0 },
    daily: { mode, hour: 2, minute: 30 },
    weekly: { mode, hour: 2, minute: 30, days: WEEKDAYS },
    monthly: { mode, hour: 2, minute: 30, day: '1' },
    custom: { mode },
  }[mode];
}

/** The expression of a schedule, with a second of 0; null for `custom`. */
export function toExpression({ mode, every, minute, hour, days, day }) {
  switch (mode) {
    case 'minutes':
      return `0 */${every} * * * *`;
    case 'hourly':
      return `0 ${minute} * * * *`;
    case 'daily':
      return `0 ${minute} ${hour} * * *`;
    case 'weekly':
      return `0 ${minute} ${hour} * * ${dayField(days)}`;
    case 'monthly':
      return `0 ${minute} ${hour} ${day} * *`;
    default:
      return null;
  }
}

function dayField(days) {
  const chosen = DAYS.filter(day => days.includes(day));
  if (chosen.length === 0) {
    return 'MON';
  }
  return chosen.join() === WEEKDAYS.join() ? 'MON-FRI' : chosen.join(',');
}

/** The schedule that an expression stands for, if it is one of the common ones. */
export function fromExpression(expression) {
  const fields = String(expression ?? '')
    .trim()
    .split(/\s+/);
  const [second, minute, hour, day, month, weekday] = fields.length === 5 ? ['0', ...fields] : fields;
  if (![5, 6].includes(fields.length) || second !== '0' || month !== '*') {
    return { mode: 'custom' };
  }
  return (
    minutesOf(minute, hour, day, weekday) ??
    hourlyOf(minute, hour, day, weekday) ??
    timeOfDay(minute, hour, day, weekday) ?? { mode: 'custom' }
  );
}

function minutesOf(minute, hour, day, weekday) {
  const step = /^(?:\*|0)\/([1-9]\d?)$/.exec(minute);
  return step && Number(step[1]) < 60 && hour === '*' && isAny(day) && isAny(weekday)
    ? { mode: 'minutes', every: Number(step[1]) }
    : null;
}

function hourlyOf(minute, hour, day, weekday) {
  return isNumber(minute, 59) && hour === '*' && isAny(day) && isAny(weekday)
    ? { mode: 'hourly', minute: Number(minute) }
    : null;
}

function timeOfDay(minute, hour, day, weekday) {
  if (!isNumber(minute, 59) || !isNumber(hour, 23)) {
    return null;
  }
  const at = { hour: Number(hour), minute: Number(minute) };
  if (isAny(day) && isAny(weekday)) {
    return { mode: 'daily', ...at };
  }
  if (isAny(weekday) && (/^L$/i.test(day) || (isNumber(day, 31) && Number(day) > 0))) {
    return { mode: 'monthly', ...at, day: day.toUpperCase() };
  }
  const days = isAny(day) ? daysOf(weekday) : null;
  return days === null ? null : { mode: 'weekly', ...at, days };
}

/** Days by name: numbers have two meanings. */
function daysOf(field) {
  const text = field.toUpperCase();
  if (text === 'MON-FRI') {
    return WEEKDAYS;
  }
  const names = text.split(',');
  return names.every(name => DAYS.includes(name)) ? DAYS.filter(day => names.includes(day)) : null;
}

function isAny(field) {
  return field === '*' || field === '?';
}

function isNumber(field, most) {
  return /^\d{1,2}$/.test(field) && Number(field) <= most;
}
