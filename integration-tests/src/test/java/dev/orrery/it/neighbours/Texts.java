package dev.orrery.it.neighbours;

import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Large bodies. */
final class Texts {
  static final int KIB = 1024;
  static final int MIB = 1024 * KIB;

  private Texts() {}

  /** An object with an array of empty objects: as many values as there is room for. */
  static String ofEmptyObjects(int bytes) {
    return "{\"x\":[" + repeated("{}", bytes / 3 - 4) + "]}";
  }

  /** The same entry with commas between. */
  static String repeated(String entry, int count) {
    return (entry + ",").repeat(count - 1) + entry;
  }

  /** Entries with commas between them. */
  static String list(int count, IntFunction<String> entry) {
    return IntStream.range(0, count).mapToObj(entry).collect(Collectors.joining(","));
  }
}
