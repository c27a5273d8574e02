// Live data by bounded polling: one call at a time, none in a hidden tab, slower while the scheduler is away.

const FIRST_RETRY_MILLIS = 1000;
const LAST_RETRY_MILLIS = 15_000;

/** The wait before the next try after `failures` failures in a row. */
export function retryMillis(failures, retryAfterSeconds) {
  const backoff = Math.min(LAST_RETRY_MILLIS, FIRST_RETRY_MILLIS * 2 ** Math.max(0, failures - 1));
  return Math.max(backoff, Math.min(LAST_RETRY_MILLIS, (retryAfterSeconds ?? 0) * 1000));
}

/** True for a module that the network did not bring, and not for one with a mistake. */
export function isMissingModule(problem) {
  return problem instanceof TypeError;
}

/**
 * Loads, and repeats it while it fails for a reason that passes: the network is away, or the scheduler restarts.
 *
 * @param isWanted returns false to give up
 * @param onProblem called after each failure
 * @param wait `millis => promise`
 * @returns the value; undefined if it is not wanted any more, or failed for another reason
 */
export async function untilLoaded(load, { isWanted, onProblem, wait }) {
  for (let failures = 1; ; failures++) {
    try {
      const value = await load();
      return isWanted() ? value : undefined;
    } catch (problem) {
      if (!isWanted()) {
        return undefined;
      }
      onProblem(problem);
      if (!isMissingModule(problem) && !problem.passing) {
        return undefined;
      }
      await wait(retryMillis(failures, problem.retryAfter));
      if (!isWanted()) {
        return undefined;
      }
    }
  }
}

/** The state of the connection, for all polls of the page together: `live` or `reconnecting`. */
export class Connection {
  #away = new Set();
  #listeners = new Set();

  get state() {
    return this.#away.size > 0 ? 'reconnecting' : 'live';
  }

  mark(poll, away) {
    const before = this.state;
    if (away) {
      this.#away.add(poll);
    } else {
      this.#away.delete(poll);
    }
    if (before !== this.state) {
      this.#listeners.forEach(listener => listener(this.state));
    }
  }

  onChange(listener) {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}

export const connection = new Connection();

/**
 * A value that is read again and again: `data` once it came, `problem` if the last call was refused, `loading` before
 * the first answer. While the scheduler is away, the old data stays.
 */
export class Poll {
  data = undefined;
  problem = null;
  loading = true;
  #load;
  #every;
  #onChange;
  #timer = null;
  #calling = null;
  #failures = 0;
  #closed = false;
  #environment;
  #onVisible = () => this.#visibilityChanged();

  /**
   * @param load called with an AbortSignal
   * @param every milliseconds from an answer to the next call; 0 to call once
   */
  constructor(load, { every = 5000, onChange = () => {}, environment = browser() } = {}) {
    this.#load = load;
    this.#every = every;
    this.#onChange = onChange;
    this.#environment = environment;
    environment.document?.addEventListener('visibilitychange', this.#onVisible);
    this.refresh();
  }

  /** True if this release of the scheduler lacks the call. */
  get notAvailable() {
    return this.problem?.notAvailable === true;
  }

  /** True if the session has ended: no call is of use until the reader has signed in again. */
  get #isSignedOut() {
    return this.problem?.status === 401;
  }

  /** Calls now; a call in flight is dropped. Resolves when the answer is in. */
  async refresh() {
    if (this.#closed) {
      return;
    }
    this.#calling?.abort();
    this.#environment.clearTimeout(this.#timer);
    const controller = new AbortController();
    this.#calling = controller;
    try {
      const data = await this.#load(controller.signal);
      if (controller.signal.aborted) {
        return;
      }
      this.data = data;
      this.problem = null;
      this.#settled(0);
    } catch (problem) {
      if (controller.signal.aborted || problem.name === 'AbortError') {
        return;
      }
      if (!problem.passing) {
        this.problem = problem;
        this.#settled(0);
      } else {
        this.#settled(this.#failures + 1, problem.retryAfter);
      }
    }
  }

  close() {
    this.#closed = true;
    this.#calling?.abort();
    this.#environment.clearTimeout(this.#timer);
    this.#environment.document?.removeEventListener('visibilitychange', this.#onVisible);
    connection.mark(this, false);
  }

  #settled(failures, retryAfter) {
    this.#calling = null;
    this.#failures = failures;
    this.loading = this.data === undefined && this.problem === null;
    connection.mark(this, failures > 0);
    this.#plan(failures > 0 ? retryMillis(failures, retryAfter) : this.#every);
    this.#onChange(this);
  }

  #plan(wait) {
    if (this.#closed || wait === 0 || this.#isSignedOut || this.#environment.document?.hidden) {
      return;
    }
    this.#timer = this.#environment.setTimeout(() => this.refresh(), wait);
  }

  #visibilityChanged() {
    if (this.#environment.document.hidden) {
      this.#environment.clearTimeout(this.#timer);
    } else if (this.#calling === null && !this.#isSignedOut && (this.#every > 0 || this.#failures > 0)) {
      this.refresh();
    }
  }
}

function browser() {
  return {
    document: globalThis.document,
    setTimeout: (run, millis) => setTimeout(run, millis),
    clearTimeout: timer => clearTimeout(timer),
  };
}

/**
 * A list that does not jump. Rows that are shown change in place; new rows are counted in `fresh` until `showAll()`.
 * A list that has no row yet, or whose reader has not scrolled or pointed (`held` returns false), takes all at once.
 */
export class HeldList {
  rows = [];
  fresh = 0;
  #latest = [];
  #key;

  constructor(key = row => row.id) {
    this.#key = key;
  }

  /** @param held true to keep the order and the number of rows that are shown */
  take(latest, held = true) {
    this.#latest = latest;
    if (!held || this.rows.length === 0) {
      this.showAll();
      return;
    }
    const byKey = new Map(latest.map(row => [this.#key(row), row]));
    const shown = new Set(this.rows.map(this.#key));
    this.rows = this.rows.map(row => byKey.get(this.#key(row)) ?? row);
    this.fresh = latest.filter(row => !shown.has(this.#key(row))).length;
  }

  showAll() {
    this.rows = this.#latest;
    this.fresh = 0;
  }

  /** Forgets all, for a list with another filter. */
  clear() {
    this.rows = [];
    this.#latest = [];
    this.fresh = 0;
  }
}
