package dev.orrery.protocol;

import java.util.List;
import java.util.regex.Pattern;

/**
 * Decides whether an HTTP status counts as success, by a list of statuses such as {@code 204} and
 * classes such as {@code 2xx}.
 */
public final class ExpectedStatus {
  public static final List<String> DEFAULT = List.of("2xx");

  public static final int MIN = 200;
  public static final int MAX = 599;

  /** The form of an entry, as a regular expression. */
  public static final String PATTERN = "[2-5](?:\\d\\d|xx)";

  private static final Pattern ENTRY = Pattern.compile(PATTERN);

  private ExpectedStatus() {}

  /** Returns true if this is a status from 200 to 599, or a class of them. */
  public static boolean isValid(String entry) {
    return ENTRY.matcher(entry).matches();
  }

  /**
   * Returns true if one of the entries covers this status.
   *
   * @param entries if empty, {@link #DEFAULT} applies
   */
  public static boolean matches(List<String> entries, int status) {
    String text = Integer.toString(status);
    return (entries.isEmpty() ? DEFAULT : entries)
        .stream().anyMatch(entry -> entry.equals(text) || entry.equals(text.charAt(0) + "xx"));
  }

  /** Returns true if a redirect counts as success and must not be followed. */
  public static boolean namesARedirect(List<String> entries) {
    return entries.stream().anyMatch(entry -> entry.startsWith("3"));
  }
}
