package dev.orrery.trigger.cron;

import java.util.OptionalInt;
import java.util.stream.IntStream;

/**
 * The set of values that match a field of a cron expression. A parsed field has at least one value;
 * in some months, a day field may match no day.
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

  FieldValues and(FieldValues others) {
    return new FieldValues(bits & others.bits);
  }

  boolean contains(int value) {
    return (bits & 1L << value) != 0;
  }

  int count() {
    return Long.bitCount(bits);
  }

  /**
   * @param value 0 to 63
   */
  int countBelow(int value) {
    return Long.bitCount(bits & ((1L << value) - 1));
  }

  int first() {
    return Long.numberOfTrailingZeros(bits);
  }

  int last() {
    return Long.SIZE - 1 - Long.numberOfLeadingZeros(bits);
  }

  /**
   * Returns the smallest matching value that is not less than this one.
   *
   * @param value 0 to 63
   */
  OptionalInt nextOrSame(int value) {
    long rest = bits & -1L << value;
    return rest == 0 ? OptionalInt.empty() : OptionalInt.of(Long.numberOfTrailingZeros(rest));
  }

  IntStream stream() {
    return IntStream.range(0, Long.SIZE).filter(this::contains);
  }
}
