/** The difference of two texts by lines. */

const MOST_EDITS = 500;

/**
 * Compares two texts (Myers' algorithm).
 *
 * @returns {{kind: 'same'|'removed'|'added', text: string, left: number|null, right: number|null}[]} all lines in order, with
 *   their numbers from 1 on each side
 */
export function diffLines(before, after) {
  const left = linesOf(before);
  const right = linesOf(after);
  let start = 0;
  while (start < left.length && start < right.length && left[start] === right[start]) {
    start += 1;
  }
  let end = 0;
  while (end < left.length - start && end < right.length - start && left.at(-1 - end) === right.at(-1 - end)) {
    end += 1;
  }
  const middle = edits(left.slice(start, left.length - end), right.slice(start, right.length - end));
  return numbered([
    ...left.slice(0, start).map(text => ({ kind: 'same', text })),
    ...middle,
    ...left.slice(left.length - end).map(text => ({ kind: 'same', text })),
  ]);
}

function linesOf(text) {
  const lines = text.split('\n');
  if (lines.at(-1) === '') {
    lines.pop();
  }
  return lines;
}

function edits(left, right) {
  const trace = shortestPath(left, right);
  if (trace === null) {
    // Texts that share almost nothing: their shortest difference would take too long and help no reader.
    return [...left.map(text => ({ kind: 'removed', text })), ...right.map(text => ({ kind: 'added', text }))];
  }
  const lines = [];
  let x = left.length;
  let y = right.length;
  for (let depth = trace.length - 1; depth >= 0; depth--) {
    const reached = trace[depth];
    const k = x - y;
    const down = k === -depth || (k !== depth && at(reached, k - 1) < at(reached, k + 1));
    const fromX = depth === 0 ? 0 : at(reached, down ? k + 1 : k - 1);
    const fromY = depth === 0 ? 0 : fromX - (down ? k + 1 : k - 1);
    while (x > fromX && y > fromY && (depth === 0 || x > fromX + (down ? 0 : 1) || y > fromY + (down ? 1 : 0))) {
      x -= 1;
      y -= 1;
      lines.push({ kind: 'same', text: left[x] });
    }
    if (depth > 0) {
      if (down) {
        y -= 1;
        lines.push({ kind: 'added', text: right[y] });
      } else {
        x -= 1;
        lines.push({ kind: 'removed', text: left[x] });
      }
    }
  }
  return removalsFirst(lines.reverse());
}

/** For each number of edits, the furthest x on each diagonal before that edit; null if there are too many. */
function shortestPath(left, right) {
  const trace = [];
  const reached = new Map([[1, 0]]);
  for (let depth = 0; depth <= Math.min(left.length + right.length, MOST_EDITS); depth++) {
    trace.push(new Map(reached));
    for (let k = -depth; k <= depth; k += 2) {
      const down = k === -depth || (k !== depth && at(reached, k - 1) < at(reached, k + 1));
      let x = down ? at(reached, k + 1) : at(reached, k - 1) + 1;
      while (x < left.length && x - k < right.length && left[x] === right[x - k]) {
        x += 1;
      }
      reached.set(k, x);
      if (x >= left.length && x - k >= right.length) {
        return trace;
      }
    }
  }
  return null;
}

function at(reached, k) {
  return reached.get(k) ?? -1;
}

function removalsFirst(lines) {
  const sorted = [];
  let added = [];
  for (const line of lines) {
    if (line.kind === 'added') {
      added.push(line);
    } else if (line.kind === 'removed') {
      sorted.push(line);
    } else {
      sorted.push(...added, line);
      added = [];
    }
  }
  return [...sorted, ...added];
}

function numbered(lines) {
  let left = 0;
  let right = 0;
  return lines.map(({ kind, text }) => ({
    kind,
    text,
    left: kind === 'added' ? null : ++left,
    right: kind === 'removed' ? null : ++right,
  }));
}

/**
 * The changed parts with some lines around them.
 *
 * @returns {{skipped: number, lines: object[]}[]} `skipped` counts the equal lines that are left out before a part; a last
 *   part without lines counts those at the end
 */
export function hunks(lines, context = 3) {
  const near = new Set();
  lines.forEach((line, index) => {
    if (line.kind !== 'same') {
      for (let other = index - context; other <= index + context; other++) {
        near.add(other);
      }
    }
  });
  const parts = [];
  let skipped = 0;
  let open = false;
  lines.forEach((line, index) => {
    if (!near.has(index)) {
      skipped += 1;
      open = false;
      return;
    }
    if (!open) {
      parts.push({ skipped, lines: [] });
      skipped = 0;
      open = true;
    }
    parts.at(-1).lines.push(line);
  });
  if (skipped > 0) {
    parts.push({ skipped, lines: [] });
  }
  return parts;
}
