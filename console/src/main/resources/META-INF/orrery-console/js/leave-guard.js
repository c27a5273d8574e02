// The question before a page with unsaved work is left, by a link or in the browser's history.

export class LeaveGuard {
  #isUnsaved;
  #ask;
  #history;
  #asking = null;
  #isConfirmed = false;

  /**
   * @param isUnsaved returns true while the page has unsaved work
   * @param ask `text => promise` of true to leave
   * @param history the browser's
   */
  constructor({ isUnsaved, ask, history }) {
    this.#isUnsaved = isUnsaved;
    this.#ask = ask;
    this.#history = history;
  }

  /** Returns true if the page may be left at once, otherwise the promise of the reader's answer. Asks once at a time. */
  mayLeave(text) {
    if (!this.#isUnsaved()) {
      return true;
    }
    this.#asking ??= this.#ask(text).finally(() => (this.#asking = null));
    return this.#asking;
  }

  /**
   * The browser has moved in its history. With unsaved work the page takes its address back, asks, and moves again after
   * the answer: meanwhile the page reads its own address.
   *
   * @param address of the page that is shown
   * @returns true if the address that the browser moved to must open
   */
  moved(address) {
    if (this.#isConfirmed || !this.#isUnsaved()) {
      this.#isConfirmed = false;
      return true;
    }
    this.#history.pushState(null, '', address);
    if (this.#asking === null) {
      this.mayLeave().then(leaves => {
        if (leaves === true) {
          this.#isConfirmed = true;
          this.#history.back();
        }
      });
    }
    return false;
  }
}
