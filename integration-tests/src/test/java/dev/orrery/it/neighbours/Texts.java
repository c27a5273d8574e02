package dev.orrery.it.neighbours;

import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Large bodies. */
final class Texts {
  static final int KIB = 1024;
  static final int MIB = 1024 * KIB;

  private Texts() {}

  /** Returns an object with an array of as many empty objects as fit. */
  static String ofEmptyObjects(int bytes) {
    return "{\"x\":[" + repeated("{}", bytes / 3 - 4) + "]}";
  }

  /** Returns the same entry repeatedly, separated by commas. */
  static String repeated(String entry, int count) {
    return (entry + ",").repeat(count - 1) + entry;
  }

  /** Returns entries separated by commas. */
  static String list(int count, IntFunction<String> entry) {
    return IntStream.range(0, count).mapToObj(entry).collect(Collectors.joining(","));
  }
}
