// The state of a job that follows from its last ends, and the sort of a table in the address.

import { t } from './i18n.js';
import { formatDuration } from './time.js';

/** PAUSED, DISABLED, FAILING, or null for a job that needs no attention; a pause hides that it fails. */
export function attentionOf(job, statistics) {
  if (job.status?.paused) {
    return 'PAUSED';
  }
  if (job.enabled === false) {
    return 'DISABLED';
  }
  return statistics?.failingSince ? 'FAILING' : null;
}

/** For how long an overdue job has not succeeded at least. */
export function overdueWords({ alerts }) {
  return t('job.overdue', { limit: formatDuration(alerts?.noSuccessFor ?? '') });
}

/** `-next` is `{key: 'next', down: true}`. */
export function readSort(text, keys, otherwise) {
  const down = text?.startsWith('-') ?? false;
  const key = down ? text.slice(1) : text;
  return keys.includes(key) ? { key, down } : otherwise;
}

/** The sort after a click on a head: the same column turns around. */
export function nextSort(current, key, { downFirst = [] } = {}) {
  const down = current.key === key ? !current.down : downFirst.includes(key);
  return `${down ? '-' : ''}${key}`;
}
