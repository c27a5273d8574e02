package dev.orrery.it.neighbours;

import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Large bodies. */
final class Texts {
  static final int KIB = 1024;

  private Texts() {}

  /** Returns entries separated by commas. */
  static String list(int count, IntFunction<String> entry) {
    return IntStream.range(0, count).mapToObj(entry).collect(Collectors.joining(","));
  }
}
