// The content of the database: its tables with their retention, and transactions that are open for too long.

import { millisOfDuration } from './time.js';

const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'];

/** As the alert OrreryLongTransaction: claims are slower by then. */
const LONG_MILLIS = 300_000;

/** The setting of `orrery.retention` that deletes rows of a table; `instance` has active instances only. */
const RETENTION = {
  instance_history: 'history',
  attempt: 'history',
  log_chunk: 'logs',
  progress: 'progress',
  idempotency: 'idempotencyKeys',
  worker_session: 'sessions',
  webhook_delivery: 'deliveries',
};

/** A size in units of 1,024: `0 B`, `8.4 MiB`, `312 GiB`. */
export function formatBytes(bytes) {
  let size = bytes;
  let unit = 0;
  while (size >= 999.5 && unit < UNITS.length - 1) {
    size /= 1024;
    unit++;
  }
  return `${unit > 0 && size < 9.95 ? size.toFixed(1) : Math.round(size)} ${UNITS[unit]}`;
}

/** Sum of all tables, and the tables with their retention, the largest first. */
export function tablesOf({ tables, retention }) {
  const rows = tables.map(table => ({ ...table, kept: retention[RETENTION[table.name]] ?? null }));
  rows.sort((one, other) => other.bytes - one.bytes);
  return { bytes: rows.reduce((sum, { bytes }) => sum + bytes, 0), rows };
}

/** Tells if a transaction is open for so long that somebody may have forgotten it. */
export function isLong(duration) {
  return duration !== null && (millisOfDuration(duration) ?? 0) >= LONG_MILLIS;
}
