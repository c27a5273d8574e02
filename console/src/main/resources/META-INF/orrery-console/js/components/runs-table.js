// Instances as rows: what ran, in which state, and why.

import { html, nothing } from '../lit.js';
import { serverNow } from '../clock.js';
import { has, number, t } from '../i18n.js';
import { endedOf } from '../part-counts.js';
import { visible } from '../ansi.js';
import { to } from '../router.js';
import { waitingText } from '../waiting-words.js';
import { badge, millis, time } from './ui.js';
import { table } from './table.js';

/** Why it is in its state, in a line: the reason it waits, its error, or how it ended. */
export function reason(instance) {
  if (instance.state === 'WAITING' && instance.waitingFor) {
    return t('runs.waitsFor', { reason: waitingText(instance) });
  }
  if (instance.state === 'RUNNING') {
    if (instance.parts || instance.nodes) {
      return countsWord(instance);
    }
    return instance.progress ? `${instance.progress.percent} % ${visible(instance.progress.message ?? '')}` : '';
  }
  const isNamed = instance.endReason === 'NODES_FAILED' && instance.error;
  const end = instance.endReason && !isNamed ? endWord(instance.endReason, instance.skippedCount) : '';
  const counts = instance.error ? '' : countsWord(instance);
  return [end, instance.error ?? (instance.state === 'SUCCEEDED' ? (instance.result ?? counts) : counts)]
    .filter(Boolean)
    .map(visible)
    .join(t('text.colon'));
}

/** The ended parts or nodes of all, such as "12/500 parts ended"; '' for a run without them. */
export function countsWord({ parts, nodes }) {
  const counts = parts ?? nodes;
  if (!counts) {
    return '';
  }
  const values = { ended: `${number(endedOf(counts))}/${number(counts.total)}`, n: counts.failed };
  if (parts) {
    return counts.failed > 0 ? t('parts.endedFailed', values) : t('parts.ended', values);
  }
  return counts.failed > 0 ? t('nodes.endedFailed', values) : t('nodes.ended', values);
}

export function endWord(reason, count) {
  return has(`endReason.${reason}`) ? t(`endReason.${reason}`, { n: count ?? 1 }) : reason;
}

/** How an instance came to be, as far as its fields tell. */
export function origin(instance) {
  if (instance.origin) {
    return instance.origin;
  }
  if (instance.parent) {
    return 'FLOW';
  }
  return instance.retryOf ? 'RETRY' : instance.fireTime ? 'SCHEDULED' : 'MANUAL';
}

export function runsTable({ rows, app, label, choice, empty, withJob = true, left = new Set(), skeletonRows }) {
  return table({
    label,
    rows,
    choice,
    empty,
    skeletonRows,
    href: row => to.run(app, row.id),
    nameOf: row => `${row.job} ${row.id}`,
    rowKind: row => (left.has(row.id) ? 'left-row' : ''),
    columns: [
      {
        key: 'state',
        title: t('runs.state'),
        kind: 'state-cell',
        cell: row =>
          html`${badge(row.state, left.has(row.id) ? t('runs.left') : undefined)}<span class="visually-hidden">${row.job} ${row.id}</span>`,
      },
      withJob
        ? {
            key: 'job',
            title: t('runs.job'),
            kind: 'cut-cell job-cell',
            cell: row => html`<span title=${row.job}>${row.job}</span>`,
          }
        : null,
      { key: 'why', title: t('runs.why'), kind: 'grow', cell: row => why(row) },
      { key: 'due', title: t('runs.due'), kind: 'nowrap wrap-head', cell: row => time(row.fireTime ?? row.dueAt) },
      { key: 'duration', title: t('runs.duration'), end: true, kind: 'nowrap narrow-hide', cell: row => duration(row) },
      {
        key: 'attempt',
        title: t('runs.attempts'),
        end: true,
        kind: 'narrow-hide',
        cell: row => row.attempt || html`<span class="none">–</span>`,
      },
      {
        key: 'worker',
        title: t('runs.worker'),
        kind: 'cut-cell wide-only',
        cell: row => html`<span title=${visible(row.worker ?? '')}>${visible(row.worker ?? '')}</span>`,
      },
      { key: 'origin', title: t('runs.origin'), kind: 'nowrap widest-only', cell: row => t(`origin.${origin(row)}`) },
      { key: 'id', title: t('runs.id'), kind: 'mono nowrap widest-only', cell: row => row.id },
    ].filter(Boolean),
  });
}

function why(row) {
  const text = visible(reason(row));
  return text === ''
    ? html`<span></span>`
    : html`<span class=${row.error && row.state !== 'SUCCEEDED' ? 'mono' : ''} title=${text}>${text}</span>`;
}

function duration(row) {
  if (row.runMillis !== null && row.runMillis !== undefined) {
    return millis(row.runMillis);
  }
  if (row.state === 'RUNNING' && row.startedAt) {
    return html`<span class="muted">${millis(Math.max(0, serverNow() - Date.parse(row.startedAt)))}</span>`;
  }
  return row.endedAt && row.startedAt ? millis(Date.parse(row.endedAt) - Date.parse(row.startedAt)) : nothing;
}
