// The box with the runs that run now.

import { html, nothing } from '../lit.js';
import { serverNow } from '../clock.js';
import { visible } from '../ansi.js';
import { meter } from '../charts.js';
import { t } from '../i18n.js';
import { to } from '../router.js';
import { runningRows } from '../running-now.js';
import { exact, formatMillis } from '../time.js';
import { countsWord } from './runs-table.js';
import { table } from './table.js';
import { millis, problemBox, section, skeleton } from './ui.js';

const SHOWN = 8;

/** @param poll of a page of instances in the state RUNNING */
export function runningNow(app, poll) {
  return section({ title: t('running.title'), content: content(app, poll) });
}

function content(app, poll) {
  if (poll.problem) {
    return problemBox(poll.problem, { retry: () => poll.refresh() });
  }
  if (poll.data === undefined) {
    return skeleton(3);
  }
  const rows = runningRows(poll.data.items, serverNow());
  const more = Boolean(poll.data.next) || rows.length > SHOWN;
  return html`${table({
    label: t('running.title'),
    rows: rows.slice(0, SHOWN),
    key: row => row.instance.id,
    href: row => to.run(app, row.instance.id),
    empty: html`<p class="muted">${t(poll.data.next ? 'running.noneRead' : 'running.none')}</p>`,
    columns: [
      { key: 'job', title: t('runs.job'), kind: 'cut-cell job-cell', cell: row => html`<span title=${row.instance.job}>${row.instance.job}</span>` },
      { key: 'progress', title: t('running.progress'), kind: 'grow', cell: row => progress(row) },
      {
        key: 'since',
        title: t('running.ran'),
        end: true,
        kind: 'nowrap',
        cell: row => html`<span title=${row.instance.startedAt ? exact(row.instance.startedAt) : nothing}>${millis(row.ranMillis)}</span>`,
      },
      { key: 'rest', title: t('running.rest'), end: true, kind: 'nowrap narrow-hide', cell: row => (row.restMillis === null ? millis(null) : html`≈ ${formatMillis(row.restMillis)}`) },
      {
        key: 'worker',
        title: t('runs.worker'),
        kind: 'cut-cell wide-only',
        cell: row => html`<span title=${visible(row.instance.worker ?? '')}>${visible(row.instance.worker ?? '')}</span>`,
      },
    ],
  })}
  ${more ? html`<p><a href=${to.runs(app, { state: 'RUNNING' })}>${t('running.all')}</a></p>` : nothing}`;
}

/** A bar with its number and words; a run that reports nothing says so. */
function progress({ instance, percent, message }) {
  if (percent === null) {
    return html`<span class="none">${t('running.noReport')}</span>`;
  }
  const words = countsWord(instance) || visible(message ?? '');
  return html`<span class="running-progress" title=${words}>
    ${meter(percent, 100, { label: t('run.progress', { n: percent }) })} <b class="numbers">${percent} %</b> <span class="cut">${words}</span>
  </span>`;
}
