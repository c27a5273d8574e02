/** The focus of a page that opened: on its first field or its heading as soon as there is one, until then on the content. */

export class PageFocus {
  #document;
  /** The element that has the focus for the page; null if none has, or the reader moved the focus. */
  #on = null;

  constructor(document) {
    this.#document = document;
  }

  /** Moves the focus from the page before to the one that is shown. */
  take() {
    this.#on = this.#first() ?? this.#document.getElementById('content');
    this.#on?.focus({ preventScroll: true });
    this.#on?.select?.();
  }

  /** Follows what was rendered: a field or heading that came, or that replaced the one with the focus. */
  follow() {
    if (this.#on === null) {
      return;
    }
    const { activeElement, body } = this.#document;
    const hasIt = activeElement === this.#on;
    const isLost = !this.#on.isConnected && (activeElement === null || activeElement === body);
    if (!hasIt && !isLost) {
      this.#on = null;
    } else if (this.#on !== this.#first()) {
      this.take();
    }
  }

  /** A page whose purpose is a form marks its first field. */
  #first() {
    return this.#document.querySelector('main [autofocus]') ?? this.#document.querySelector('h1');
  }
}
