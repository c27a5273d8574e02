// The scheduler's clock: all times of the API are by it, and the browser's may be wrong.

/** The resolution of the header Date. */
const SECOND = 1000;

/** The reader is told of whole minutes, because the clock of their computer shows another time than the page. */
const NOTICED_MILLIS = 60_000;

/**
 * The clock of the scheduler as answers show it: each has its time in whole seconds, of a moment between request and
 * answer. The difference to the browser's clock is within the bounds that all of them allow.
 */
export class ServerClock {
  #least = -Infinity;
  #most = Infinity;

  /** Milliseconds from the browser's clock to the scheduler's; 0 as long as both may be equal. */
  get offset() {
    return this.#least > 0 ? this.#least : this.#most < 0 ? this.#most : 0;
  }

  /** The offset to the minute, to tell the reader; 0 if it is small. */
  get noticedOffset() {
    return Math.round(this.offset / NOTICED_MILLIS) * NOTICED_MILLIS;
  }

  /**
   * @param date the header Date of an answer; null for none
   * @param sentAt the browser's clock before the request
   * @param receivedAt the browser's clock after the answer
   */
  heard(date, sentAt, receivedAt) {
    const at = date === null || date === undefined ? NaN : Date.parse(date);
    if (Number.isNaN(at) || receivedAt < sentAt) {
      return;
    }
    const least = at - receivedAt;
    const most = at + SECOND - sentAt;
    // Bounds without a common value: one of the clocks was set since.
    const isSet = least > this.#most || most < this.#least;
    this.#least = isSet ? least : Math.max(least, this.#least);
    this.#most = isSet ? most : Math.min(most, this.#most);
  }

  /** @param browserNow milliseconds of the browser's clock */
  at(browserNow) {
    return browserNow + this.offset;
  }
}

export const serverClock = new ServerClock();

/** Now, by the scheduler's clock, in milliseconds. */
export function serverNow() {
  return serverClock.at(Date.now());
}
