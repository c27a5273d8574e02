/** A list of instances, newest first, that grows at its end on demand and never moves under the reader. */

/** Compares ids, which do not fit a number: negative if the first is older. */
export function compareIds(one, other) {
  return one.length - other.length || (one < other ? -1 : one > other ? 1 : 0);
}

/** Rows that a page shows: with some thousand, each rendering takes longer than a reader waits. */
export const MOST_ROWS = 1000;

export class RunList {
  rows = [];
  /** Rows that went at the begin, when more than {@link MOST_ROWS} were loaded. */
  dropped = 0;
  /** Instances that came while the list stood still. */
  fresh = 0;
  /** Ids of rows that no longer match the filter. */
  left = new Set();
  /** The cursor behind the last row; null at the end of the list. */
  next = null;
  /** Creation of the oldest instance that the scheduler examined, if it stopped before it found enough. */
  examinedFrom = null;
  #latest = { items: [], next: null };
  /** The reader searched on behind a page that had found too little. */
  #searchedOn = false;

  /**
   * Takes the newest page again.
   *
   * @param held true to change rows in place only; a list that lacks its begin is always held
   */
  take(page, held) {
    this.#latest = page;
    if ((!held && this.dropped === 0) || this.rows.length === 0) {
      this.showAll();
      return;
    }
    const byId = new Map(page.items.map(item => [item.id, item]));
    const oldest = page.items.at(-1)?.id;
    const first = this.rows[0].id;
    this.rows = this.rows.map(row => byId.get(row.id) ?? row);
    this.fresh = page.items.filter(item => compareIds(item.id, first) > 0).length;
    for (const row of this.rows) {
      // A page that ends the list covers all that is older, too.
      const covered = page.next === null || (oldest !== undefined && compareIds(row.id, oldest) >= 0);
      if (covered && !byId.has(row.id)) {
        this.left.add(row.id);
      } else {
        this.left.delete(row.id);
      }
    }
  }

  /** Shows the newest page, and behind it the older rows if no gap is between them; the oldest go if there are too many. */
  showAll() {
    const { items, next, examinedFrom = null } = this.#latest;
    const older = next === null ? [] : this.rows.filter(row => compareIds(row.id, next) < 0);
    const overlaps = older.length > 0 && this.rows.some(row => compareIds(row.id, next) >= 0);
    const joined = this.dropped === 0 && (overlaps || (this.#searchedOn && examinedFrom !== null));
    const rows = joined ? [...items, ...older] : items;
    this.rows = rows.slice(0, MOST_ROWS);
    const isCut = this.rows.length < rows.length;
    this.next = isCut ? this.rows.at(-1).id : joined ? this.next : next;
    this.examinedFrom = isCut ? null : joined ? this.examinedFrom : examinedFrom;
    this.#searchedOn &&= joined;
    this.fresh = 0;
    this.dropped = 0;
    this.left.clear();
  }

  /** Adds the page behind the last row, and drops the first rows if there are too many. */
  more(page) {
    this.#searchedOn ||= this.examinedFrom !== null;
    const known = new Set(this.rows.map(row => row.id));
    const rows = [...this.rows, ...page.items.filter(item => !known.has(item.id))];
    this.rows = rows.slice(-MOST_ROWS);
    this.dropped += rows.length - this.rows.length;
    this.next = page.next;
    this.examinedFrom = page.examinedFrom ?? null;
  }

  clear() {
    this.rows = [];
    this.dropped = 0;
    this.fresh = 0;
    this.next = null;
    this.examinedFrom = null;
    this.#searchedOn = false;
    this.left.clear();
    this.#latest = { items: [], next: null };
  }
}
