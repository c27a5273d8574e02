// Sizes of tables, retention and open transactions, for the page of the cluster.

import { html, nothing } from '../lit.js';
import { number, t } from '../i18n.js';
import { formatBytes, isLong, tablesOf } from '../storage.js';
import { formatDuration } from '../time.js';
import { icon } from './icons.js';
import { table } from './table.js';
import { notAvailable, problemBox } from './ui.js';

/**
 * @param poll of `getStorage`; null for a role that may not read it
 */
export function storageCard(poll) {
  if (poll === null) {
    return html`<p class="muted">${t('role.needs', { role: t('role.admin') })}</p>`;
  }
  if (poll.notAvailable) {
    return notAvailable();
  }
  if (poll.problem) {
    return problemBox(poll.problem);
  }
  const data = poll.data;
  return html`${data?.estimated ? html`<p class="small muted">${t('storage.estimated')}</p>` : nothing}
    ${table({
      label: t('storage.title'),
      columns: [
        { key: 'name', title: t('storage.table'), kind: 'nowrap', cell: row => html`<span class="mono strong">${row.name}</span>` },
        { key: 'bytes', title: t('storage.size'), end: true, kind: 'nowrap', cell: row => html`${data.estimated ? '≈ ' : ''}${formatBytes(row.bytes)}` },
        { key: 'rows', title: t('storage.rows'), end: true, kind: 'nowrap narrow-hide', cell: row => (row.estimatedRows === null ? none() : `≈ ${number(row.estimatedRows)}`) },
        { key: 'days', title: t('storage.days'), end: true, cell: row => (row.days === null ? none() : number(row.days)) },
        { key: 'oldest', title: t('storage.oldestDay'), kind: 'nowrap narrow-hide', cell: row => row.oldestDay ?? none() },
        { key: 'kept', title: t('storage.kept'), end: true, kind: 'nowrap', cell: row => (row.kept === null ? none() : formatDuration(row.kept)) },
      ],
      rows: data && tablesOf(data).rows,
      key: row => row.name,
      skeletonRows: 8,
    })}
    ${data ? facts(data) : nothing}`;
}

function facts(data) {
  const { oldest, oldestIdle, snapshotAge, hidden } = data.transactions;
  const perJob = data.retention.historyPerJob;
  return html`<dl class="facts">
    <dt>${t('storage.all')}</dt>
    <dd>${data.estimated ? '≈ ' : ''}${formatBytes(tablesOf(data).bytes)}</dd>
    ${perJob > 0 ? html`<dt>${t('storage.perJob')}</dt><dd>${number(perJob)}</dd>` : nothing}
    <dt>${t('storage.oldestTransaction')}</dt>
    <dd>${hidden ? html`<span class="muted">${hidden}</span>` : age(oldest)}</dd>
    ${hidden ? nothing : html`<dt>${t('storage.oldestIdle')}</dt><dd>${age(oldestIdle)}</dd>`}
    <dt>${t('storage.snapshot')}</dt>
    <dd>${snapshotAge === null ? t('storage.none') : t('storage.transactions', { n: snapshotAge })}</dd>
  </dl>`;
}

function age(duration) {
  if (duration === null) {
    return t('storage.none');
  }
  return isLong(duration)
    ? html`<span class="badge state-TIMED_OUT" title=${t('storage.long')}>${icon('warning')}${formatDuration(duration)}</span>`
    : formatDuration(duration);
}

function none() {
  return html`<span class="none">–</span>`;
}
