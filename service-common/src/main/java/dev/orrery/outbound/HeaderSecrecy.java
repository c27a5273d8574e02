package dev.orrery.outbound;

import java.util.Locale;
import java.util.Set;

/** Decides which request headers may hold a secret. This is a pure rule. */
public final class HeaderSecrecy {
  private static final Set<String> HARMLESS =
      Set.of(
          "accept", "accept-language", "content-language", "content-type", "range", "user-agent");

  /** The prefix of the headers that the agent adds, such as the id of the instance. */
  private static final String OWN = "orrery-";

  private HeaderSecrecy() {}

  /** Returns true for every header that is not known to be harmless. Ignores case. */
  public static boolean mayBeSecret(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    return !HARMLESS.contains(lower) && !lower.startsWith(OWN);
  }
}
