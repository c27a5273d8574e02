/** The tops of rows of different heights in a scrolled list: a sum for each row, found by bisection. */
export class RowHeights {
  #tops = null;
  #length = 0;
  #height = 1;

  /**
   * @param {number} length the number of rows
   * @param {((index: number) => number)|null} units the height of a row in units; null if each is one unit high
   * @param {number} height pixels of a unit
   */
  set(length, units, height) {
    this.#length = length;
    this.#height = height;
    if (units === null) {
      this.#tops = null;
      return;
    }
    const tops = new Float64Array(length + 1);
    for (let index = 0; index < length; index++) {
      tops[index + 1] = tops[index] + units(index) * height;
    }
    this.#tops = tops;
  }

  /** Pixels of all rows. */
  get total() {
    return this.top(this.#length);
  }

  /** Pixels above a row. */
  top(index) {
    const row = Math.min(index, this.#length);
    return this.#tops === null ? row * this.#height : this.#tops[row];
  }

  /** The row at a distance from the top. */
  at(pixels) {
    if (this.#tops === null) {
      return Math.min(Math.floor(pixels / this.#height), Math.max(0, this.#length - 1));
    }
    let low = 0;
    for (let high = this.#length; high - low > 1;) {
      const middle = (low + high) >> 1;
      if (this.#tops[middle] <= pixels) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return low;
  }
}
