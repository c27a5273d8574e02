package dev.orrery.protocol;

import java.util.OptionalInt;

/** The API versions that one side supports, both ends included. */
public record VersionRange(int min, int max) {

  /** The API versions that this build supports. */
  public static final VersionRange SUPPORTED = new VersionRange(1, 1);

  public VersionRange {
    if (min < 1 || max < min) {
      throw new IllegalArgumentException(
          "A version range goes from 1 upwards, the lower end first; got " + min + " to " + max);
    }
  }

  /** The highest version that both sides support; empty if they share no version. */
  public OptionalInt highestShared(VersionRange other) {
    int highest = Math.min(max, other.max);
    return highest >= Math.max(min, other.min) ? OptionalInt.of(highest) : OptionalInt.empty();
  }

  @Override
  public String toString() {
    return min == max ? Integer.toString(min) : min + ".." + max;
  }
}
