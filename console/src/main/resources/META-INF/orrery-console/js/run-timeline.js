/**
 * The time line of an instance: fire time, creation, due, waits by reason, attempts, end. Instants are milliseconds of
 * the scheduler's clock.
 */

/** Triggers are queried once a second, so only a creation that is later than that is a late one. */
const LATE_MILLIS = 1000;

/**
 * @param {object} instance as the API returns it
 * @param {object[]} attempts its attempts, oldest first
 * @param {number} now the end of what has not ended
 * @param {number|null} jitterMillis the jitter of the trigger, 0 if it has none; null if that is not known
 * @param {number|null} pausedAt since when its job is paused
 * @returns {{start: number, end: number, open: boolean, segments: object[], marks: object[], lateness: number|null,
 *   jitter: number|null, waitsSince: number|null}}
 *
 * A segment has `from`, `until`, `open` (it goes on) and a `kind`: `jitter` (planned delay), `caughtUp` (created late),
 * `planned` (for a later time), `wait` (with `reason`, null if the API no longer knows it), `attempt` (with `attempt`).
 */
export function timeline(instance, attempts, now, { jitterMillis = null, pausedAt = null } = {}) {
  // A retry keeps the fire time of the instance that it repeats, but not its delays.
  const fire = instance.retryOf ? null : millis(instance.fireTime);
  const created = millis(instance.createdAt);
  const end = millis(instance.endedAt);
  const first = millis(attempts[0]?.startedAt);
  const due = firstDue({ instance, fire, created, first, jitterMillis });
  const segments = [];
  const isJitter = due !== null && fire !== null && due >= fire && isPlanned({ fire, created, due, jitterMillis });
  addDelay(segments, { fire, created, due, end, now, isJitter });
  addFirstWait(segments, { instance, fire, created, due, first, end, now, pausedAt });
  addAttempts(segments, { instance, attempts, end, now, pausedAt });
  const marks = marksOf({ fire, created, due, end });
  const instants = [...segments.flatMap(({ from, until }) => [from, until]), ...marks.map(mark => mark.at)];
  const start = instants.length > 0 ? Math.min(...instants) : now;
  return {
    start,
    end: instants.length > 0 ? Math.max(...instants, start) : now,
    open: end === null,
    segments,
    marks,
    jitter: isJitter ? due - fire : null,
    lateness: due !== null && first !== null ? Math.max(0, first - due) : null,
    waitsSince: segments.find(({ kind, open }) => kind === 'wait' && open)?.from ?? null,
  };
}

/** When the first attempt was due. A back-off replaces that instant; without jitter, it was the fire time. */
function firstDue({ instance, fire, created, first, jitterMillis }) {
  const due = millis(instance.dueAt);
  if (first === null || due === null || due <= first) {
    return due;
  }
  return jitterMillis === 0 && fire !== null && created !== null && created - fire < LATE_MILLIS ? fire : null;
}

/** A fire is due at its time and the jitter; a backfill at its creation. */
function isPlanned({ fire, created, due, jitterMillis }) {
  if (created === null) {
    return jitterMillis !== null && due - fire <= jitterMillis;
  }
  return due - fire < LATE_MILLIS || Math.abs(due - created) > 1;
}

function addDelay(segments, { fire, created, due, end, now, isJitter }) {
  const from = fire ?? created ?? now;
  if (due !== null && due > from + (fire === null ? 1 : 0)) {
    const open = end === null && due > now;
    const kind = fire === null ? 'planned' : isJitter ? 'jitter' : 'caughtUp';
    segments.push({ kind, ...(open ? { reason: 'DUE_TIME' } : {}), from, until: Math.min(due, end ?? due), open });
  }
  if (isLate({ fire, created, due })) {
    segments.push({ kind: 'caughtUp', from: due ?? fire, until: created, open: false });
  }
}

function isLate({ fire, created, due }) {
  return fire !== null && created !== null && created - (due ?? fire) >= LATE_MILLIS;
}

function addFirstWait(segments, { instance, fire, created, due, first, end, now, pausedAt }) {
  const ready = isLate({ fire, created, due }) ? created : (due ?? fire ?? created);
  const open = first === null && end === null;
  const until = first ?? end ?? now;
  if (ready !== null && until > ready) {
    addWait(segments, { reason: open ? instance.waitingFor : null, from: ready, until, open, pausedAt });
  }
}

/** A wait for the end of a pause began with the pause; the reason before it is not known. */
function addWait(segments, { reason, from, until, open, pausedAt }) {
  const isLater = open && reason === 'PAUSED' && pausedAt !== null && pausedAt > from && pausedAt < until;
  if (isLater) {
    segments.push({ kind: 'wait', reason: null, from, until: pausedAt, open: false });
  }
  segments.push({ kind: 'wait', reason, from: isLater ? pausedAt : from, until, open });
}

function addAttempts(segments, { instance, attempts, end, now, pausedAt }) {
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
    // An instance that ends between attempts, by a cancel, has waited until then.
    const next = isLast ? (attempt.state === instance.state ? null : end) : millis(attempts[index + 1].startedAt);
    if (next !== null && ended !== null && next > ended) {
      addGap(segments, {
        attempt,
        from: ended,
        until: next,
        due: index >= attempts.length - 2 ? millis(instance.dueAt) : null,
      });
    } else if (isLast && instance.state === 'WAITING' && ended !== null) {
      addLastWait(segments, { instance, from: ended, now, pausedAt });
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

function addLastWait(segments, { instance, from, now, pausedAt }) {
  const due = millis(instance.dueAt);
  if (due !== null && due > now) {
    segments.push({ kind: 'wait', reason: instance.waitingFor ?? 'BACKOFF', from, until: due, open: true });
    return;
  }
  if (due !== null && due > from) {
    segments.push({ kind: 'wait', reason: 'BACKOFF', from, until: due, open: false });
  }
  const start = Math.max(from, due ?? from);
  addWait(segments, { reason: instance.waitingFor, from: start, until: Math.max(start, now), open: true, pausedAt });
}

function marksOf({ fire, created, due, end }) {
  const marks = [];
  if (fire !== null) {
    marks.push({ kind: 'fire', at: fire });
  }
  if (created !== null) {
    marks.push({ kind: 'created', at: created });
  }
  if (due !== null && due !== fire && due !== created) {
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
 * Marks and segments in the order in which a reader follows them: an instant, then what began there. The creation
 * stands behind a delay only if that delay was before it.
 */
export function stepsOf({ segments, marks }) {
  const mark = kind => marks.filter(one => one.kind === kind);
  const created = mark('created');
  const isBefore = segment => segment.kind === 'caughtUp' || (segment.kind === 'jitter' && segment.until <= (created[0]?.at ?? 0));
  const firstAfter = segments.findIndex(segment => !isBefore(segment));
  const split = firstAfter === -1 ? segments.length : firstAfter;
  return [...mark('fire'), ...segments.slice(0, split), ...created, ...segments.slice(split), ...mark('end')];
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
