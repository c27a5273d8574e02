package dev.orrery.testing;

import java.util.List;

/** Log lines in which a program reports that one of its own invariants is broken. */
public final class BrokenRules {
  public static final List<String> SIGNS =
      List.of(
          "had no live session; they were requeued",
          "had no active instance and no next fire",
          "Fire times had an instance already",
          "instances instead of",
          "outcomes of",
          "Nothing overlaps",
          "OutOfMemoryError",
          "deadlock detected");

  private BrokenRules() {}

  /** Returns such lines of an output, in its order. */
  public static List<String> in(String output) {
    return output.lines().filter(line -> SIGNS.stream().anyMatch(line::contains)).toList();
  }
}
