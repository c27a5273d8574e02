/** The runs of the nodes of a flow on one axis of time. Instants are milliseconds of the scheduler's clock. */

/**
 * Nodes in the order of their start; those that have not started follow in their own order, without a bar. A reused run
 * belongs to another flow and to another time, so it has no bar either.
 *
 * @param nodes as the API has them; the start is that of the last attempt
 * @param now the end of what still runs
 * @returns `{from, until, rows: [{node, from, until}]}` with `from` null for a row without a bar; null if no node has one
 */
export function flowBars(nodes, now) {
  const rows = nodes.map(node => ({ node, ...spanOf(node, now) }));
  const started = rows.filter(row => row.from !== null);
  if (started.length === 0) {
    return null;
  }
  return {
    from: Math.min(...started.map(row => row.from)),
    until: Math.max(...started.map(row => row.until)),
    rows: [...started.sort((one, other) => one.from - other.from), ...rows.filter(row => row.from === null)],
  };
}

function spanOf({ reused, startedAt, endedAt }, now) {
  if (reused || !startedAt) {
    return { from: null, until: null };
  }
  const from = Date.parse(startedAt);
  return { from, until: Math.max(from, endedAt ? Date.parse(endedAt) : now) };
}
