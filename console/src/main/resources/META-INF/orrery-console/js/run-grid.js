/**
 * The runs of a job as a grid of days. A job that runs now and then has a cell for each day, from the newest runs; one that
 * runs often has a cell for each hour, from the counts of ends. Both are bounded, however many runs there are.
 */

import { FAILURES } from './states.js';
import { dayOf, fieldsOf, startOfDay } from './zone-times.js';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** Counts by hour are kept for eight days; an hour less, for a browser whose clock is behind. */
const HOURS_KEPT = 8 * 24 - 1;
const DAYS_OF_HOURS = 8;
const LEAST_WEEKS = 6;
const MOST_WEEKS = 26;

/** Failures decide the colour; without them, the most frequent state does. */
const OTHERS = ['RUNNING', 'WAITING', 'SUCCEEDED', 'CANCELED', 'SKIPPED'];

/** The state that a cell shows; null for a cell without runs. */
export function stateOf(counts) {
  const failure = FAILURES.find(state => counts[state] > 0);
  if (failure !== undefined) {
    return failure;
  }
  const most = Math.max(0, ...OTHERS.map(state => counts[state] ?? 0));
  return most === 0 ? null : OTHERS.find(state => counts[state] === most);
}

/**
 * @param runs the newest runs, the newest first
 * @param more true if there are older ones
 * @returns `hours` for a job whose newest runs reach back less than the counts by hour, otherwise `days`
 */
export function kindOf(runs, more, now) {
  return more && runs.length > 0 && now - Date.parse(runs.at(-1).createdAt) < (DAYS_OF_HOURS - 1) * DAY ? 'hours' : 'days';
}

/** The span of the counts by hour: from midnight seven days ago, as far as they are kept, to the end of this hour. */
export function hoursSpan(now, zone) {
  const until = (Math.floor(now / HOUR) + 1) * HOUR;
  const { year, month, day } = fieldsOf(now, zone);
  const midnight = startOfDay(year, month, day - (DAYS_OF_HOURS - 1), zone);
  return { from: Math.max(Math.ceil(midnight / HOUR) * HOUR, until - HOURS_KEPT * HOUR), until };
}

/**
 * A row for each day, the newest first, with 24 cells by the clock of the zone; where clocks are set back, two hours
 * share a cell.
 *
 * @param items `{start, counts}` of hours, as the API has them
 * @returns `{day, cells}[]`, a cell as `{from, until, counts, sum, state}` or null for hours outside of the span
 */
export function hourRows(items, { from, until }, zone) {
  const counted = new Map(items.map(item => [Date.parse(item.start), item.counts]));
  const rows = new Map();
  for (let start = from; start < until; start += HOUR) {
    const day = dayOf(start, zone);
    if (!rows.has(day)) {
      rows.set(day, Array(24).fill(null));
    }
    const cells = rows.get(day);
    const { hour } = fieldsOf(start, zone);
    const before = cells[hour] ?? { from: start, counts: {} };
    cells[hour] = cell({ from: before.from, until: start + HOUR, counts: sum(before.counts, counted.get(start) ?? {}) });
  }
  return [...rows].map(([day, cells]) => ({ day, cells })).reverse();
}

/**
 * Columns of the weeks with runs, but at most half a year, the newest last, each with the cells of Monday to Sunday. A run counts on the day of its fire time,
 * so that a backfill fills the day that it is for.
 *
 * @param more true if there are older runs: nothing is known of the days before the oldest one here
 * @returns `(cell|null)[][]`, a cell as `{day, counts, sum, state, run}` with the newest run of that state; null for days to
 *   come, and for those of which nothing is known
 */
export function weekColumns(runs, now, zone, { more = false } = {}) {
  const first = more && runs.length > 0 ? dayOf(Date.parse(runs.at(-1).createdAt), zone) : '';
  const byDay = new Map();
  for (const run of runs) {
    const day = dayOf(Date.parse(run.fireTime ?? run.createdAt), zone);
    byDay.set(day, [...(byDay.get(day) ?? []), run]);
  }
  const today = fieldsOf(now, zone);
  // Days by their number, not by instants: no clock change can skip one.
  const last = Date.UTC(today.year, today.month - 1, today.day);
  const monday = last - ((new Date(last).getUTCDay() + 6) % 7) * DAY;
  const oldest = Math.min(last, ...[...byDay.keys()].map(day => Date.parse(`${day}T00:00:00Z`)));
  const weeks = Math.min(MOST_WEEKS, Math.max(LEAST_WEEKS, Math.ceil((monday - oldest) / (7 * DAY)) + 1));
  return Array.from({ length: weeks }, (_, week) =>
    Array.from({ length: 7 }, (_, weekday) => {
      const date = monday + ((week - weeks + 1) * 7 + weekday) * DAY;
      const day = new Date(date).toISOString().slice(0, 10);
      return date > last || (day < first && !byDay.has(day)) ? null : dayCell(day, byDay);
    }),
  );
}

function dayCell(day, byDay) {
  const runs = byDay.get(day) ?? [];
  const counts = {};
  runs.forEach(run => (counts[run.state] = (counts[run.state] ?? 0) + 1));
  const made = cell({ day, counts });
  return { ...made, run: runs.find(run => run.state === made.state)?.id ?? null };
}

function cell(fields) {
  const sum = Object.values(fields.counts).reduce((total, n) => total + n, 0);
  return { ...fields, sum, state: stateOf(fields.counts) };
}

function sum(one, other) {
  const both = { ...one };
  for (const [state, n] of Object.entries(other)) {
    both[state] = (both[state] ?? 0) + n;
  }
  return both;
}

/**
 * Returns the link of a cell of an hour: to its only run if that is among the newest, otherwise to a list.
 *
 * @param runs the newest runs; how long they took tells how much earlier a run of the hour was created
 * @returns `{run}`, or the filter `{state, from, until}` of a list, which is by creation
 */
export function targetOf(hour, runs) {
  const known = runs.filter(run => run.endedAt && Date.parse(run.endedAt) >= hour.from && Date.parse(run.endedAt) < hour.until);
  if (hour.sum === 1 && known.length === 1) {
    return { run: known[0].id };
  }
  const longest = Math.max(0, ...runs.map(run => (run.endedAt ? Date.parse(run.endedAt) - Date.parse(run.createdAt) : 0)));
  const from = Math.floor((hour.from - longest) / 60_000) * 60_000;
  return { state: hour.state, from: new Date(from).toISOString(), until: new Date(hour.until).toISOString() };
}

/** The sum of each state over all cells. */
export function sums(cells) {
  return cells.filter(Boolean).reduce((all, { counts }) => sum(all, counts), {});
}
