// Small charts as SVG. Colours are classes of the style sheet, by state; each chart has words for screen readers.

import { html, nothing, svg } from './lit.js';
import { filledBuckets, linePoints, placedParts, spans, stack, timeTicks, totals } from './chart-geometry.js';
import { number, t } from './i18n.js';
import { END_STATES } from './states.js';
import { stateWord } from './components/ui.js';
import { exact, formatClock, formatMillis, timeMode } from './time.js';

/** Marks inside a square, so that a state is seen without its colour. */
const MARKS = {
  FAILED: 'M3.5 3.5l5 5M8.5 3.5l-5 5',
  TIMED_OUT: 'M6 3v3.5h2.5',
  CANCELED: 'M3.5 8.5l5-5',
  SKIPPED: 'M3.5 6h5',
  LOST: 'M6 3v3.5M6 8.6v.2',
  RUNNING: 'M4.5 3.5l4 2.5-4 2.5z',
  WAITING: 'M3 6h.1M6 6h.1M9 6h.1',
};

/** The mark of a state alone. */
export function mark(state) {
  return MARKS[state] ? svg`<svg class="state-mark" viewBox="0 0 12 12" width="12" height="12" aria-hidden="true"><path d=${MARKS[state]}></path></svg>` : nothing;
}

/**
 * The last ends of a job as squares, oldest first.
 *
 * @param ends `{id, state, endedAt, runMillis}`
 * @param size the number of places; missing ones are empty, so that squares of jobs stand in line
 * @param href the address of an end; squares are links then
 * @param small for the cell of a table
 */
export function squares(ends, { size = 20, href, small = false } = {}) {
  const scale = small ? 0.68 : 1;
  const places = [...Array(Math.max(0, size - ends.length)).fill(null), ...ends.slice(-size)];
  const counts = END_STATES.map(state => [state, ends.filter(end => end.state === state).length]).filter(([, n]) => n > 0);
  const words = counts.map(([state, n]) => `${number(n)} ${stateWord(state)}`).join(', ') || t('chart.noEnds');
  return svg`<svg class="squares" viewBox="0 0 ${size * 13} 12" width=${size * 13 * scale} height=${12 * scale}
      role=${href ? 'group' : 'img'} aria-label=${words}>
    ${places.map((end, index) => (end === null ? emptySquare(index) : square(end, index, href)))}
  </svg>`;
}

function emptySquare(index) {
  return svg`<rect class="square-none" x=${index * 13 + 0.5} y="0.5" width="11" height="11" rx="2"></rect>`;
}

function square(end, index, href) {
  const title = `${stateWord(end.state)}, ${exact(end.endedAt)}${end.runMillis == null ? '' : `, ${formatMillis(end.runMillis)}`}`;
  const shape = svg`<g class="square state-${end.state}" transform="translate(${index * 13} 0)">
    <title>${title}</title>
    <rect width="12" height="12" rx="2"></rect>
    ${MARKS[end.state] ? svg`<path d=${MARKS[end.state]}></path>` : nothing}
  </g>`;
  return href ? svg`<a href=${href(end)} aria-label=${title} tabindex="-1">${shape}</a>` : shape;
}

/** A line without axes, for a cell of a table. */
export function sparkline(values, { width = 96, height = 20, label }) {
  if (values.length === 0) {
    return svg`<svg class="spark" width=${width} height=${height} role="img" aria-label=${label}></svg>`;
  }
  const points = linePoints(values, width - 2, height - 4).map(([x, y]) => `${round(x + 1)},${round(y + 2)}`);
  return svg`<svg class="spark" viewBox="0 0 ${width} ${height}" width=${width} height=${height} role="img" aria-label=${label}>
    <polyline points=${points.join(' ')}></polyline>
  </svg>`;
}

/**
 * Bars of one value each, such as the duration of the last runs.
 *
 * @param items `{value, state, title, href}`
 * @param least the number of places at least; the last item is in the last one
 */
export function bars(items, { width = 640, height = 80, least = 40, label, format = number }) {
  const max = Math.max(1, ...items.map(item => item.value ?? 0));
  const places = Math.max(least, items.length);
  const step = width / places;
  const first = places - items.length;
  return html`<figure class="chart bars-chart">
    ${svg`<svg viewBox="0 0 ${width} ${height}" preserveAspectRatio="none" class="bars" role="group" aria-label=${label}>
      <line class="grid-line" x1="0" x2=${width} y1="0.5" y2="0.5"></line>
      ${items.map((item, index) => {
        const tall = item.value ? Math.max(2, (item.value / max) * (height - 2)) : 1;
        const bar = svg`<rect class="bar state-${item.state ?? 'OTHER'}" x=${round((first + index) * step + step * 0.1)} y=${round(height - tall)}
          width=${round(step * 0.8)} height=${round(tall)}><title>${item.title ?? format(item.value)}</title></rect>`;
        return item.href ? svg`<a href=${item.href} aria-label=${item.title ?? format(item.value)} tabindex="-1">${bar}</a>` : bar;
      })}
    </svg>`}
    <figcaption class="chart-top">${format(max)}</figcaption>
  </figure>`;
}

/** A capacity or a progress: the filled part of a bar, with words. */
export function meter(value, max, { label, kind = '' }) {
  const part = max > 0 ? Math.min(1, value / max) : 0;
  return svg`<svg class="meter ${kind}" viewBox="0 0 100 6" preserveAspectRatio="none" role="img" aria-label=${label}>
    <rect class="meter-all" width="100" height="6" rx="1"></rect>
    <rect class="meter-part" width=${round(part * 100)} height="6" rx="1"></rect>
  </svg>`;
}

/**
 * Ends by state over time, as stacked bars with a legend that counts, and a table for screen readers.
 *
 * @param counts `{items: [{start, counts}]}` as the API has it
 * @param millis the length of a bucket
 * @param states from the bottom to the top
 * @param href the address of a bucket: `(start, until) => …`
 */
export function stackedBars(counts, { from, until, millis, states, label, height = 120, href }) {
  const items = filledBuckets(counts, from, until, millis);
  const stacked = stack(items, states);
  const sums = totals(items, states);
  const width = items.length * 10;
  return html`<figure class="chart stacked">
    <div class="chart-legend">
      ${states
        .filter(state => sums[state] > 0 || state === 'SUCCEEDED' || state === 'FAILED')
        .map(
          state => html`<span class="legend state-${state}"><span class="swatch"></span>${stateWord(state)}
            <b>${number(sums[state])}</b></span>`,
        )}
    </div>
    <div class="chart-plot">
      <span class="chart-top">${number(stacked.max)}</span>
      ${svg`<svg viewBox="0 0 ${width} ${height}" preserveAspectRatio="none" role="group" aria-label=${label}>
        <line class="grid-line" x1="0" x2=${width} y1="0.5" y2="0.5"></line>
        <line class="grid-line" x1="0" x2=${width} y1=${height / 2} y2=${height / 2}></line>
        ${stacked.bars.map((bar, index) => bucket(bar, index, { height, millis, href }))}
        <line class="axis" x1="0" x2=${width} y1=${height - 0.5} y2=${height - 0.5}></line>
      </svg>`}
      ${axis(from, until, at => tickText(at, until - from))}
    </div>
    ${dataTable(stacked.bars, states, label)}
  </figure>`;
}

/** Failures are seen also beside a burst of other ends. */
function leastOf(state) {
  return state === 'FAILED' || state === 'TIMED_OUT' ? 6 : 1.5;
}

function bucket(bar, index, { height, millis, href }) {
  const start = Date.parse(bar.start);
  const words = bar.parts.map(part => `${stateWord(part.state)} ${number(part.count)}`).join(', ');
  const shape = svg`<g class="bucket"><title>${exact(start)}: ${words || '0'}</title>
    <rect class="bucket-all" x=${index * 10} y="0" width="10" height=${height}></rect>
    ${placedParts(bar.parts, height, leastOf).map(
      (place, at) => svg`<rect class="bar state-${bar.parts[at].state}" x=${index * 10 + 1} width="8" y=${round(place.y)}
        height=${round(place.height)}></rect>`,
    )}</g>`;
  return href && bar.sum > 0 ? svg`<a href=${href(start, start + millis)} aria-label=${`${exact(start)}: ${words}`} tabindex="-1">${shape}</a>` : shape;
}

function dataTable(bars, states, label) {
  const filled = bars.filter(bar => bar.sum > 0);
  return html`<div class="visually-hidden"><table>
    <caption>${label}</caption>
    <tbody>
      ${filled.slice(-60).map(
        bar => html`<tr><th scope="row">${exact(bar.start)}</th>
          ${states.map(state => html`<td>${stateWord(state)}: ${bar.parts.find(part => part.state === state)?.count ?? 0}</td>`)}</tr>`,
      )}
    </tbody>
  </table></div>`;
}

function tickText(at, length) {
  const date = new Date(at);
  const utc = timeMode() === 'utc';
  return length > 36 * 3600_000
    ? `${utc ? date.getUTCMonth() + 1 : date.getMonth() + 1}-${utc ? date.getUTCDate() : date.getDate()}`
    : formatClock(at);
}

/**
 * Segments of time in one row, such as due → waited → attempts → end.
 *
 * @param segments `{from, until, kind, title}` in milliseconds; `kind` is a class such as state-RUNNING or phase-queued
 * @param marks `{at, label}`
 */
export function timeline(segments, { from, until, label, marks = [] }) {
  return html`<figure class="chart timeline">
    ${svg`<svg viewBox="0 0 1000 20" preserveAspectRatio="none" role="img" aria-label=${label}>
      <rect class="timeline-all" width="1000" height="20" rx="2"></rect>
      ${spans(segments, from, until).map(
        segment => svg`<rect class="bar ${segment.kind}" x=${round(segment.start * 1000)} y="3" height="14"
          width=${round(Math.max(2, (segment.end - segment.start) * 1000))}><title>${segment.title}</title></rect>`,
      )}
      ${marks.map(mark => {
        const x = round(((mark.at - from) / Math.max(1, until - from)) * 1000);
        return svg`<line class="timeline-mark" x1=${x} x2=${x} y1="0" y2="20"><title>${mark.label}</title></line>`;
      })}
    </svg>`}
  </figure>`;
}

/**
 * Instants of the next span as a strip, such as the fires of the next hour.
 *
 * @param points `{at, title, href}`
 */
export function strip(points, { from, until, label }) {
  return html`<figure class="chart strip">
    ${svg`<svg viewBox="0 0 1000 28" preserveAspectRatio="none" role="group" aria-label=${label}>
      <rect class="timeline-all" width="1000" height="28" rx="2"></rect>
      ${points.map(point => {
        const x = round(((point.at - from) / (until - from)) * 1000);
        const line = svg`<g class="strip-point"><title>${point.title}</title>
          <rect class="strip-hit" x=${x - 4} y="0" width="8" height="28"></rect>
          <rect class="strip-line" x=${x - 1} y="5" width="2" height="18"></rect></g>`;
        return point.href ? svg`<a href=${point.href} aria-label=${point.title} tabindex="-1">${line}</a>` : line;
      })}
    </svg>`}
    ${axis(from, until, at => formatClock(at))}
  </figure>`;
}

/** Times below a chart; those at its edges would stand out, and are left out. */
function axis(from, until, textOf) {
  const ticks = timeTicks(from, until).map(at => ({ at, x: ((at - from) / (until - from)) * 100 }));
  return svg`<svg class="chart-axis" height="16" aria-hidden="true">
    ${ticks.filter(({ x }) => x >= 5 && x <= 95).map(({ at, x }) => svg`<text x="${round(x)}%" y="12">${textOf(at)}</text>`)}
  </svg>`;
}

function round(value) {
  return Math.round(value * 100) / 100;
}
