/** Instances as CSV and JSON, and files that the browser saves. */

import { serverNow } from './clock.js';

export const COLUMNS = [
  'id',
  'app',
  'job',
  'jobVersion',
  'state',
  'waitingFor',
  'endReason',
  'fireTime',
  'dueAt',
  'startedAt',
  'endedAt',
  'runMillis',
  'attempt',
  'worker',
  'retryOf',
  'priority',
  'processor',
  'result',
  'error',
  'parameters',
];

/** RFC 4180, with a head; cells that a spreadsheet would run as a formula begin with an apostrophe. */
export function toCsv(items, columns = COLUMNS) {
  const rows = [columns, ...items.map(item => columns.map(column => cellText(item[column])))];
  return rows.map(row => row.map(quoted).join(',')).join('\r\n') + '\r\n';
}

function cellText(value) {
  if (value === null || value === undefined) {
    return '';
  }
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

function quoted(cell) {
  const safe = /^[=+\-@\t\r]/.test(cell) && !/^-?\d+(\.\d+)?$/.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** One line for each item, so that tools can read it line by line, in a document that is valid JSON. */
export function toJson(items) {
  return items.length === 0 ? '[]\n' : `[\n${items.map(item => JSON.stringify(item)).join(',\n')}\n]\n`;
}

/** A name for a file: letters and digits of the parts, and the time. */
export function fileName(parts, ending, now = new Date(serverNow())) {
  const stamp = now.toISOString().slice(0, 16).replace(/[-:]/g, '').replace('T', '-');
  return `${[...parts, stamp].map(part => String(part).replace(/[^A-Za-z0-9._-]/g, '_')).join('-')}.${ending}`;
}

/** Lets the browser save a file. */
export function save(name, type, content) {
  const address = URL.createObjectURL(new Blob(Array.isArray(content) ? content : [content], { type }));
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}
