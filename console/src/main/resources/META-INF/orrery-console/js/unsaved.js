// Work that is not saved: what holds some, and the drafts of documents.

/** Parts of the page, each of which can have work that is not saved. */
export class UnsavedWork {
  #parts = new Set();

  /**
   * @param isUnsaved returns true while the part has unsaved work
   * @returns ends the part
   */
  hold(isUnsaved) {
    const part = { isUnsaved };
    this.#parts.add(part);
    return () => this.#parts.delete(part);
  }

  get any() {
    return [...this.#parts].some(part => part.isUnsaved());
  }

  clear() {
    this.#parts.clear();
  }
}

/** Of the open page: a move to another page asks first. */
export const pageWork = new UnsavedWork();

/** Of open dialogs: they stay above whatever page opens, so only the end of the page asks. */
export const dialogWork = new UnsavedWork();

const MOST_DRAFTS = 20;

/**
 * Drafts by the name of what they change. They live as long as the browser's tab: a document may have a password, so it
 * is in no storage.
 */
export class Drafts {
  #drafts = new Map();

  /** Takes the draft; the one that was changed longest ago goes if there are too many. */
  keep(name, draft) {
    this.#drafts.delete(name);
    this.#drafts.set(name, draft);
    if (this.#drafts.size > MOST_DRAFTS) {
      this.#drafts.delete(this.#drafts.keys().next().value);
    }
  }

  /** The draft, or undefined. */
  of(name) {
    return this.#drafts.get(name);
  }

  get any() {
    return this.#drafts.size > 0;
  }

  drop(name) {
    this.#drafts.delete(name);
  }

  clear() {
    this.#drafts.clear();
  }
}

export const drafts = new Drafts();
