package dev.orrery.cli.view;

import java.util.List;

/** Formats a list of names for a sentence: the first ones, and how many more there are. */
public final class NameList {
  private static final int MAX_NAMED = 20;

  private NameList() {}

  /** Returns {@code a, b and 3 more}. */
  public static String of(List<String> names) {
    int more = names.size() - MAX_NAMED;
    return more <= 0
        ? String.join(", ", names)
        : String.join(", ", names.subList(0, MAX_NAMED)) + " and " + more + " more";
  }
}
