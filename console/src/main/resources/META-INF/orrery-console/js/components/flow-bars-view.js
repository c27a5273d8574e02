// The nodes of a flow as bars on one axis of time, with the names that lead to their runs.

import { html, nothing, svg } from '../lit.js';
import { visible } from '../ansi.js';
import { spans } from '../chart-geometry.js';
import { serverNow } from '../clock.js';
import { flowBars } from '../flow-bars.js';
import { t } from '../i18n.js';
import { exact, formatClock, formatMillis } from '../time.js';
import { table } from './table.js';
import { badge, middleCut, stateWord } from './ui.js';

const WIDTH = 1000;
const HEIGHT = 14;
const TICKS = 4;

/**
 * @param nodes as the API has them
 * @param hrefOf the address of a node, undefined for none
 */
export function flowBarsView(nodes, hrefOf) {
  const bars = flowBars(nodes, serverNow());
  if (bars === null) {
    return html`<p class="muted">${t('nodes.noBars')}</p>`;
  }
  const { from, until, rows } = bars;
  return table({
    label: t('nodes.bars'),
    rows,
    key: row => row.node.name,
    href: row => hrefOf(row.node),
    columns: [
      { key: 'node', title: t('nodes.node'), kind: 'cut-cell', cell: ({ node }) => middleCut(visible(node.name)) },
      { key: 'bar', title: axis(from, until), kind: 'bar-cell', cell: row => (row.from === null ? badge(row.node.state) : barOf(row, from, until)) },
      { key: 'ran', title: t('runs.duration'), end: true, kind: 'nowrap', cell: row => (row.from === null ? nothing : formatMillis(row.until - row.from)) },
    ],
  });
}

function barOf({ node, from, until }, first, last) {
  const words = `${stateWord(node.state)}, ${exact(from)} – ${node.endedAt ? exact(until) : t('timeline.goesOn')}`;
  const [{ start, end }] = spans([{ from, until }], first, last);
  return svg`<svg class="run-bar" viewBox="0 0 ${WIDTH} ${HEIGHT}" preserveAspectRatio="none" role="img" aria-label=${words}>
    <title>${words}</title>
    <rect class="bar state-${node.state}" x=${start * WIDTH} y="0" width=${(end - start) * WIDTH} height=${HEIGHT}></rect>
  </svg>`;
}

/** Instants at equal distances, with seconds if the span is short. */
function axis(from, until) {
  const seconds = until - from < TICKS * 60_000;
  return html`<span class="bar-axis">${Array.from({ length: TICKS }, (_, index) => html`<span>${formatClock(from + ((until - from) * index) / (TICKS - 1), undefined, seconds)}</span>`)}</span>`;
}
