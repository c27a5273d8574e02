/**
 * The time line of an instance: fire time, due, waits by reason, attempts, end. Instants are milliseconds of the
 * scheduler's clock.
 */

/**
 * @param {object} instance as the API returns it
 * @param {object[]} attempts its attempts, oldest first
 * @param {number} now the end of what has not ended
 * @param {number|null} jitterMillis the jitter of the trigger, if the job has one
 * @returns {{start: number, end: number, open: boolean, segments: object[], marks: object[], lateness: number|null,
 *   jitter: number|null, firstDue: number|null}}
 *
 * A segment has `from`, `until`, `open` (it goes on) and a `kind`: `jitter` (planned delay), `caughtUp` (fired late),
 * `early` (waits for its time), `wait` (with `reason`, null if the API no longer knows it), `attempt` (with `attempt`).
 */
export function timeline(instance, attempts, now, jitterMillis = null) {
  const fire = millis(instance.fireTime);
  const end = millis(instance.endedAt);
  const due = firstDue(instance, attempts);
  const first = millis(attempts[0]?.startedAt);
  const segments = [];
  addDelay(segments, fire, due, jitterMillis);
  addFirstWait(segments, { instance, due: due ?? fire, first, end, now });
  addAttempts(segments, { instance, attempts, end, now });
  const marks = marksOf(fire, due, end);
  const instants = [...segments.flatMap(({ from, until }) => [from, until]), ...marks.map(mark => mark.at)];
  const start = instants.length > 0 ? Math.min(...instants) : now;
  return {
    start,
    end: instants.length > 0 ? Math.max(...instants, start) : now,
    open: end === null,
    segments,
    marks,
    firstDue: due,
    jitter: fire !== null && due !== null ? Math.max(0, due - fire) : null,
    lateness: due !== null && first !== null ? Math.max(0, first - due) : null,
  };
}

/** When the first attempt was due; null where a later attempt has replaced that instant. */
function firstDue(instance, attempts) {
  const due = millis(instance.dueAt);
  const first = millis(attempts[0]?.startedAt);
  return first !== null && due !== null && due > first ? null : due;
}

function addDelay(segments, fire, due, jitterMillis) {
  if (fire === null || due === null || due <= fire) {
    return;
  }
  const planned = jitterMillis !== null && due - fire <= jitterMillis;
  segments.push({ kind: planned ? 'jitter' : 'caughtUp', from: fire, until: due, open: false });
}

function addFirstWait(segments, { instance, due, first, end, now }) {
  const until = first ?? end ?? now;
  if (due === null) {
    return;
  }
  if (first === null && end === null && due > now) {
    segments.push({ kind: 'early', reason: 'DUE_TIME', from: now, until: due, open: true });
  } else if (until > due) {
    const open = first === null && end === null;
    segments.push({ kind: 'wait', reason: open ? instance.waitingFor : null, from: due, until, open });
  }
}

function addAttempts(segments, { instance, attempts, end, now }) {
  attempts.forEach((attempt, index) => {
    const from = millis(attempt.startedAt);
    const ended = millis(attempt.endedAt);
    const isLast = index === attempts.length - 1;
    segments.push({
      kind: 'attempt',
      attempt,
      from,
      until: Math.max(from, ended ?? end ?? now),
      open: ended === null && end === null,
    });
    const next = isLast ? null : millis(attempts[index + 1].startedAt);
    if (next !== null && ended !== null && next > ended) {
      addGap(segments, {
        attempt,
        from: ended,
        until: next,
        due: index === attempts.length - 2 ? millis(instance.dueAt) : null,
      });
    } else if (isLast && instance.state === 'WAITING' && ended !== null) {
      addLastWait(segments, { instance, from: ended, now });
    }
  });
}

/** Between two attempts: the back-off, if the end of it is known the wait behind it, or the wait after a loss. */
function addGap(segments, { attempt, from, until, due }) {
  if (attempt.state === 'LOST' || attempt.state === 'HANDED_BACK') {
    segments.push({ kind: 'wait', reason: attempt.state, from, until, open: false });
  } else if (due !== null && due > from && due < until) {
    segments.push({ kind: 'wait', reason: 'BACKOFF', from, until: due, open: false });
    segments.push({ kind: 'wait', reason: null, from: due, until, open: false });
  } else {
    segments.push({ kind: 'wait', reason: 'BACKOFF', from, until, open: false });
  }
}

function addLastWait(segments, { instance, from, now }) {
  const due = millis(instance.dueAt);
  if (due !== null && due > now) {
    segments.push({ kind: 'wait', reason: instance.waitingFor ?? 'BACKOFF', from, until: due, open: true });
    return;
  }
  if (due !== null && due > from) {
    segments.push({ kind: 'wait', reason: 'BACKOFF', from, until: due, open: false });
  }
  const start = Math.max(from, due ?? from);
  segments.push({ kind: 'wait', reason: instance.waitingFor, from: start, until: Math.max(start, now), open: true });
}

function marksOf(fire, due, end) {
  const marks = [];
  if (fire !== null) {
    marks.push({ kind: 'fire', at: fire });
  }
  if (due !== null && due !== fire) {
    marks.push({ kind: 'due', at: due });
  }
  if (end !== null) {
    marks.push({ kind: 'end', at: end });
  }
  return marks;
}

function millis(instant) {
  return instant === null || instant === undefined ? null : Date.parse(instant);
}

/**
 * Places segments on an axis of `width` units. Short ones get a minimum so that they can be seen; the others give way.
 *
 * @returns {{x: number, width: number}[]} in the order of the segments
 */
export function placed(segments, width, least = 3) {
  const spans = segments.map(({ from, until }) => Math.max(0, until - from));
  const total = spans.reduce((sum, span) => sum + span, 0);
  if (segments.length === 0) {
    return [];
  }
  const minimum = Math.min(least, width / segments.length);
  const room = width - minimum * segments.length;
  let x = 0;
  return spans.map(span => {
    const size = minimum + (total === 0 ? room / segments.length : (room * span) / total);
    const place = { x, width: size };
    x += size;
    return place;
  });
}
