package dev.orrery.testing;

import java.util.List;

/** Finds log lines by which a program reports a violated invariant. */
public final class BrokenRules {
  public static final List<String> SIGNS =
      List.of(
          "had no live session; requeued them",
          "had no active instance and no next fire",
          "Fire times already had an instance",
          "instances instead of",
          "outcomes of",
          "Nothing overlaps",
          "OutOfMemoryError",
          "deadlock detected");

  private BrokenRules() {}

  /** Returns these lines of an output, in order. */
  public static List<String> in(String output) {
    return output.lines().filter(line -> SIGNS.stream().anyMatch(line::contains)).toList();
  }
}
