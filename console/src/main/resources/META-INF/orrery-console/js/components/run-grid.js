// The runs of a job as a grid: a cell for each day, or for each hour of the last days.

import { html, nothing } from '../lit.js';
import { serverNow } from '../clock.js';
import { mark } from '../charts.js';
import { language, number, t } from '../i18n.js';
import { to } from '../router.js';
import { hourRows, sums, targetOf, weekColumns } from '../run-grid.js';
import { browserZone, formatInZone, timeMode } from '../time.js';
import { INSTANCE_STATES } from '../states.js';
import { section, stateWord } from './ui.js';

/** The zone of the reader, as the switch of times has it. */
export function gridZone() {
  return timeMode() === 'utc' ? 'UTC' : browserZone();
}

/**
 * The grid of days.
 *
 * @param runs the newest runs, the newest first
 * @param more true if there are older ones
 */
export function daysGrid({ app, runs, more }) {
  const zone = gridZone();
  const columns = weekColumns(runs, serverNow(), zone, { more });
  const weekday = new Intl.DateTimeFormat(language(), { weekday: 'short', timeZone: 'UTC' });
  const month = new Intl.DateTimeFormat(language(), { month: 'short', timeZone: 'UTC' });
  return grid({
    title: t('grid.days'),
    hint: t('grid.daysHint', { n: runs.length, zone }),
    kind: 'by-day',
    cells: columns.flat(),
    heads: columns.map((_, index) => {
      const monday = mondayOf(columns, index);
      return monday.getUTCDate() <= 7 ? month.format(monday) : '';
    }),
    rows: Array.from({ length: 7 }, (_, day) => ({
      head: weekday.format(Date.UTC(2024, 0, day + 1)),
      cells: columns.map(week =>
        cell(week[day], { name: week[day]?.day, href: week[day]?.run ? to.run(app, week[day].run) : undefined }),
      ),
    })),
  });
}

/** The Monday of a column; days of which nothing is known have none of their own. */
function mondayOf(columns, index) {
  const newest = columns.at(-1)[0].day;
  return new Date(Date.parse(`${newest}T00:00:00Z`) - (columns.length - 1 - index) * 7 * 86_400_000);
}

/**
 * The grid of hours.
 *
 * @param counts `{from, until, items}` of the ends by hour
 * @param runs the newest runs
 */
export function hoursGrid({ app, job, counts, runs }) {
  const zone = gridZone();
  const rows = hourRows(counts.items, counts, zone);
  return grid({
    title: t('grid.hours'),
    hint: t('grid.hoursHint', { zone }),
    kind: 'by-hour',
    cells: rows.flatMap(row => row.cells),
    heads: Array.from({ length: 24 }, (_, hour) => String(hour)),
    rows: rows.map(({ day, cells }) => ({
      head: day.slice(5),
      cells: cells.map(hour => cell(hour, { name: hour && hourText(hour, zone), href: hour?.sum > 0 ? address(app, job, hour, runs) : undefined })),
    })),
  });
}

function hourText({ from, until }, zone) {
  return `${formatInZone(from, zone).slice(0, 16)}–${formatInZone(until, zone).slice(11, 16)}`;
}

function address(app, job, hour, runs) {
  const { run, ...filter } = targetOf(hour, runs);
  return run ? to.run(app, run) : to.runs(app, { job, ...filter });
}

function grid({ title, hint, kind, cells, heads, rows }) {
  const counts = sums(cells);
  return section({
    title,
    content: html`<div class="chart-legend">
        ${INSTANCE_STATES.filter(state => counts[state] > 0).map(
          state => html`<span class="legend"
            ><span class="run-cell state-${state}">${mark(state)}</span>${stateWord(state)} <b>${number(counts[state])}</b></span
          >`,
        )}
      </div>
      <div class="grid-frame">
      <table class="run-grid ${kind}" aria-label=${title}>
        <thead>
          <tr>
            <td></td>
            ${heads.map(head => (head === '' ? html`<td></td>` : html`<th scope="col">${head}</th>`))}
          </tr>
        </thead>
        <tbody>
          ${rows.map(
            row => html`<tr>
              <th scope="row">${row.head}</th>
              ${row.cells}
            </tr>`,
          )}
        </tbody>
      </table>
      </div>
      <p class="hint">${hint}</p>`,
  });
}

/** A cell with its colour, a mark, and words; null is a day or an hour of which nothing is known. */
function cell(found, { name, href }) {
  if (found === null) {
    return html`<td></td>`;
  }
  const { counts, sum, state } = found;
  const words = INSTANCE_STATES.filter(one => counts[one] > 0).map(one => `${number(counts[one])} ${stateWord(one)}`);
  const title = `${name}: ${words.join(', ') || t('grid.noRun')}`;
  const content = html`${mark(state)}${sum > 1 ? html`<span class="run-count">${number(counts[state])}</span>` : nothing}`;
  return html`<td>
    ${
      href
        ? html`<a class="run-cell state-${state}" href=${href} title=${title} aria-label=${title} tabindex="-1">${content}</a>`
        : html`<span class="run-cell" title=${title}><span class="visually-hidden">${title}</span></span>`
    }
  </td>`;
}
