package dev.orrery.scheduler.trigger;

import java.util.OptionalInt;

/**
 * The values that match one field. A field that was parsed has at least one.
 *
 * @param bits bit n is set if n matches
 */
record FieldValues(long bits) {
  static final FieldValues NONE = new FieldValues(0);

  static FieldValues of(int value) {
    return new FieldValues(1L << value);
  }

  FieldValues plus(FieldValues others) {
    return new FieldValues(bits | others.bits);
  }

  boolean contains(int value) {
    return (bits & 1L << value) != 0;
  }

  int first() {
    return Long.numberOfTrailingZeros(bits);
  }

  /**
   * The smallest value that is not less than this one.
   *
   * @param value 0 to 63
   */
  OptionalInt nextOrSame(int value) {
    long rest = bits & -1L << value;
    return rest == 0 ? OptionalInt.empty() : OptionalInt.of(Long.numberOfTrailingZeros(rest));
  }
}
