/** Fire times in the zone of a job and in the reader's, with the changes of the clocks between them. */

const formats = new Map();

/** Minutes that the clocks of the zone are ahead of UTC at the instant. */
export function offsetMinutes(instant, zone) {
  const parts = fieldsOf(instant, zone);
  const wall = Date.UTC(parts.year, parts.month - 1, parts.day, parts.hour, parts.minute, parts.second);
  return Math.round((wall - Math.floor(instant / 1000) * 1000) / 60_000);
}

/** Year, month (1 to 12), day, hour, minute and second of the wall clock. */
export function fieldsOf(instant, zone) {
  const fields = formatOf(zone).formatToParts(new Date(instant));
  return Object.fromEntries(
    fields.filter(field => field.type !== 'literal').map(field => [field.type, Number(field.value)]),
  );
}

function formatOf(zone) {
  let format = formats.get(zone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
    formats.set(zone, format);
  }
  return format;
}

/** The zone if this browser knows it, otherwise UTC. */
export function knownZone(zone) {
  try {
    formatOf(zone);
    return zone;
  } catch {
    return 'UTC';
  }
}

export function offsetText(minutes) {
  const distance = Math.abs(minutes);
  return `${minutes < 0 ? '−' : '+'}${two(Math.floor(distance / 60))}:${two(distance % 60)}`;
}

function two(value) {
  return String(value).padStart(2, '0');
}

/** The day of the wall clock, such as 2027-03-28. */
export function dayOf(instant, zone) {
  const { year, month, day } = fieldsOf(instant, zone);
  return `${String(year).padStart(4, '0')}-${two(month)}-${two(day)}`;
}

/**
 * @param {string[]} fireTimes in their order
 * @param {string} zone of the job
 * @param {string} readerZone
 * @param {number} now the clocks of the first row are compared with those of now
 * @returns {{at: string, offset: number, readerOffset: number, shift: number, readerShift: number}[]} `shift` is by how many
 *   minutes the clocks of the job's zone were moved since the row before: 60 in spring, -60 in autumn
 */
export function fireRows(fireTimes, zone, readerZone, now) {
  let offset = offsetMinutes(now, zone);
  let readerOffset = offsetMinutes(now, readerZone);
  return fireTimes.map(at => {
    const instant = Date.parse(at);
    const row = { at, offset: offsetMinutes(instant, zone), readerOffset: offsetMinutes(instant, readerZone) };
    row.shift = row.offset - offset;
    row.readerShift = row.readerOffset - readerOffset;
    offset = row.offset;
    readerOffset = row.readerOffset;
    return row;
  });
}

/** The instant at which a day begins in the zone, also where clocks change at midnight. */
export function startOfDay(year, month, day, zone) {
  const wall = Date.UTC(year, month - 1, day);
  let instant = wall - offsetMinutes(wall, zone) * 60_000;
  instant = wall - offsetMinutes(instant, zone) * 60_000;
  // Where midnight does not exist, the guess is in the day before: the day begins at the end of the gap.
  for (let step = 0; step < 8 && fieldsOf(instant, zone).day !== new Date(wall).getUTCDate(); step++) {
    instant += 30 * 60_000;
  }
  return instant;
}

/**
 * The weeks of a month, from Monday, with what happens on each day.
 *
 * @param {{at: string, kind: string}[]} events such as planned fires and states of instances
 * @returns {({day: string, number: number, counts: Record<string, number>, today: boolean, shift: number}|null)[][]} null
 *   for days of other months; `shift` is by how many minutes the clocks move on that day
 */
export function monthGrid(year, month, events, zone, now) {
  const counts = new Map();
  for (const { at, kind } of events) {
    const day = dayOf(Date.parse(at), zone);
    const ofDay = counts.get(day) ?? {};
    ofDay[kind] = (ofDay[kind] ?? 0) + 1;
    counts.set(day, ofDay);
  }
  const today = dayOf(now, zone);
  const length = new Date(Date.UTC(year, month, 0)).getUTCDate();
  const before = (new Date(Date.UTC(year, month - 1, 1)).getUTCDay() + 6) % 7;
  const cells = Array(before).fill(null);
  for (let number = 1; number <= length; number++) {
    const day = `${String(year).padStart(4, '0')}-${two(month)}-${two(number)}`;
    const start = startOfDay(year, month, number, zone);
    const end = startOfDay(year, month, number + 1, zone);
    const shift = offsetMinutes(end, zone) - offsetMinutes(start, zone);
    cells.push({ day, number, counts: counts.get(day) ?? {}, today: day === today, shift });
  }
  while (cells.length % 7 !== 0) {
    cells.push(null);
  }
  return Array.from({ length: cells.length / 7 }, (_, week) => cells.slice(week * 7, week * 7 + 7));
}

/** The months around one, as `2027-03`; null for another text. */
export function monthOf(text) {
  const match = /^(\d{4})-(0[1-9]|1[0-2])$/.exec(text ?? '');
  return match === null ? null : { year: Number(match[1]), month: Number(match[2]) };
}

export function monthText({ year, month }, add = 0) {
  const date = new Date(Date.UTC(year, month - 1 + add, 1));
  return `${date.getUTCFullYear()}-${two(date.getUTCMonth() + 1)}`;
}

/** The instant of a wall time such as 2027-03-28T02:30 in the zone; a time in a gap is moved behind it. Null if malformed. */
export function instantOfWall(text, zone) {
  const match = /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d))?)?$/.exec(text ?? '');
  if (match === null) {
    return null;
  }
  const [year, month, day, hour, minute, second] = match.slice(1).map(part => Number(part ?? 0));
  const wall = Date.UTC(year, month - 1, day, hour, minute, second);
  const early = wall - offsetMinutes(wall - 86_400_000, zone) * 60_000;
  const late = wall - offsetMinutes(wall + 86_400_000, zone) * 60_000;
  const matches = [early, late].filter(instant => instant + offsetMinutes(instant, zone) * 60_000 === wall);
  return matches[0] ?? early;
}
