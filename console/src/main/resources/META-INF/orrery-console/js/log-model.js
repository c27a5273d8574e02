import { plain } from './ansi.js';

/** The most lines that a page keeps; the oldest go first. */
export const MAX_LINES = 100_000;

/** The most characters of a line that are shown before the reader asks for all. */
export const SHOWN_CHARACTERS = 2_000;

/** A line that reports progress, as the agent reads it. */
const PROGRESS = /^::progress \d{1,3}(?: .*)?$/;

/**
 * The lines of a log in the order of the stream: bounded, filtered by stream and attempt, searchable. Lines that report
 * progress are hidden at first.
 *
 * Positions count the lines that the filter lets through, from 0. They move when old lines are dropped; the `id` of a line
 * ("attempt-sequence") never changes.
 */
export class LogModel {
  #lines;
  #start = 0;
  #size = 0;
  #shown = [];
  #hidden = new Set();
  #attempt = null;
  #showsProgress = false;
  #linked;
  #query = '';
  #last = null;
  #matches = [];

  /** @param linked the id of a line that is shown also if it reports progress */
  constructor(capacity = MAX_LINES, { linked = null } = {}) {
    this.capacity = capacity;
    this.#linked = linked;
    this.#lines = [];
    /** Lines that were dropped because the log is longer than the capacity. */
    this.dropped = 0;
    /** Lines of the scheduler that say that output is missing. */
    this.notices = [];
    this.streams = new Set();
    this.attempts = new Set();
    /** True once a line has reported progress. */
    this.hasProgress = false;
  }

  get size() {
    return this.#size;
  }

  /** Lines that the filter lets through. */
  get length() {
    return this.#shown.length;
  }

  get query() {
    return this.#query;
  }

  /** Positions of the lines that contain the query, in order. */
  get matches() {
    return this.#matches;
  }

  /**
   * Adds lines behind those that are there. A line that was received before, after a reconnect, is left out.
   *
   * @returns {number} lines that went in front of the view because of the capacity
   */
  append(items) {
    let removed = 0;
    for (const item of items) {
      if (this.#isKnown(item)) {
        continue;
      }
      this.#last = item;
      const isProgress = item.stream === 'stdout' && PROGRESS.test(item.text);
      const line = { ...item, id: `${item.attempt}-${item.sequence}`, plain: plain(item.text), isProgress };
      if (this.#size === this.capacity) {
        removed += this.#dropFirst(line);
      } else {
        this.#lines.push(line);
        this.#size += 1;
      }
      this.#note(line);
      if (this.#passes(line)) {
        this.#shown.push(line);
        if (this.#contains(line)) {
          this.#matches.push(this.#shown.length - 1);
        }
      }
    }
    if (removed > 0) {
      this.#shown = this.#shown.slice(removed);
      this.#matches = this.#matches.map(position => position - removed).filter(position => position >= 0);
    }
    return removed;
  }

  #isKnown(item) {
    const last = this.#last;
    return (
      last !== null &&
      (item.attempt < last.attempt || (item.attempt === last.attempt && item.sequence <= last.sequence))
    );
  }

  #dropFirst(line) {
    const oldest = this.#lines[this.#start];
    this.#lines[this.#start] = line;
    this.#start = (this.#start + 1) % this.capacity;
    this.dropped += 1;
    return this.#passes(oldest) ? 1 : 0;
  }

  #note(line) {
    this.streams.add(line.stream);
    this.attempts.add(line.attempt);
    this.hasProgress ||= line.isProgress;
    const notice = line.stream === 'orrery' ? /^(truncated|incomplete)\b/.exec(line.plain) : null;
    if (notice !== null && this.notices.length < 100) {
      this.notices.push({ kind: notice[1], attempt: line.attempt, text: line.plain, id: line.id });
    }
  }

  #passes(line) {
    const isQuiet = line.isProgress && !this.#showsProgress && line.id !== this.#linked;
    return !isQuiet && !this.#hidden.has(line.stream) && (this.#attempt === null || line.attempt === this.#attempt);
  }

  #contains(line) {
    return this.#query !== '' && line.plain.toLowerCase().includes(this.#query);
  }

  isHidden(stream) {
    return this.#hidden.has(stream);
  }

  /** Shows or hides a stream. */
  setStream(stream, shown) {
    if (shown) {
      this.#hidden.delete(stream);
    } else {
      this.#hidden.add(stream);
    }
    this.#refilter();
  }

  get showsProgress() {
    return this.#showsProgress;
  }

  /** Shows or hides the lines that report progress. */
  setProgress(shown) {
    this.#showsProgress = shown;
    this.#refilter();
  }

  /** Shows one attempt, or all of them for null. */
  setAttempt(attempt) {
    this.#attempt = attempt;
    this.#refilter();
  }

  /** Finds lines that contain the text, in any case; "" ends the search. */
  search(text) {
    this.#query = text.toLowerCase();
    this.#rematch();
    return this.#matches.length;
  }

  #refilter() {
    this.#shown = [...this.#all()].filter(line => this.#passes(line));
    this.#rematch();
  }

  #rematch() {
    this.#matches = [];
    if (this.#query !== '') {
      this.#shown.forEach((line, position) => {
        if (this.#contains(line)) {
          this.#matches.push(position);
        }
      });
    }
  }

  *#all() {
    for (let index = 0; index < this.#size; index++) {
      yield this.#lines[(this.#start + index) % this.capacity];
    }
  }

  /** Returns the line at a position. */
  at(position) {
    return this.#shown[position];
  }

  /** Returns the lines from one position to before another. */
  slice(from, until) {
    return this.#shown.slice(Math.max(0, from), until);
  }

  /** Returns the position of a line by its id, or -1 if it is hidden, dropped or unknown. */
  positionOf(id) {
    const [attempt, sequence] = id.split('-').map(Number);
    let low = 0;
    let high = this.#shown.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const line = this.#shown[middle];
      if (line.attempt < attempt || (line.attempt === attempt && line.sequence < sequence)) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return this.#shown[low]?.id === id ? low : -1;
  }

  /** Returns the index in `matches` of the next match behind a position, or before it; wraps around; -1 without one. */
  nextMatch(position, backwards = false) {
    if (this.#matches.length === 0) {
      return -1;
    }
    if (backwards) {
      const before = this.#matches.findLastIndex(match => match < position);
      return before < 0 ? this.#matches.length - 1 : before;
    }
    const behind = this.#matches.findIndex(match => match > position);
    return behind < 0 ? 0 : behind;
  }
}

/** The part of a long list that a scrolled view has to draw. */
export function visibleRange(scrollTop, viewHeight, rowHeight, length, overscan = 20) {
  const first = Math.floor(scrollTop / rowHeight) - overscan;
  const last = Math.ceil((scrollTop + viewHeight) / rowHeight) + overscan;
  const from = Math.min(Math.max(0, first), Math.max(0, length - 1));
  return { from, until: Math.max(from, Math.min(length, last)) };
}

/** Cuts runs of a style at the places where the query occurs, so that those can be marked. */
export function marked(runs, query) {
  if (query === '') {
    return runs.map(run => ({ ...run, match: false }));
  }
  const whole = runs
    .map(run => run.text)
    .join('')
    .toLowerCase();
  const spans = [];
  for (let at = whole.indexOf(query); at >= 0; at = whole.indexOf(query, at + query.length)) {
    spans.push([at, at + query.length]);
  }
  return cut(runs, spans);
}

function cut(runs, spans) {
  const parts = [];
  let offset = 0;
  for (const run of runs) {
    const end = offset + run.text.length;
    let at = offset;
    for (const [from, until] of spans) {
      if (until > at && from < end) {
        add(parts, run, run.text.slice(at - offset, Math.max(from, at) - offset), false);
        add(parts, run, run.text.slice(Math.max(from, at) - offset, Math.min(until, end) - offset), true);
        at = Math.min(until, end);
      }
    }
    add(parts, run, run.text.slice(at - offset), false);
    offset = end;
  }
  return parts;
}

function add(parts, run, text, match) {
  if (text !== '') {
    parts.push({ text, classes: run.classes, match });
  }
}
