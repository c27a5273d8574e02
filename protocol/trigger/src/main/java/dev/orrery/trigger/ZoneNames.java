package dev.orrery.trigger;

import dev.orrery.protocol.text.NearestName;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * The allowed zones of triggers: the zones of the IANA database that every supported Java has, so
 * that all replicas agree.
 */
public final class ZoneNames {
  /**
   * Names that later releases of Java know as links, but Java 17 knows as fixed offsets or not at
   * all.
   */
  private static final Map<String, String> OF_LATER_JAVA =
      Map.of(
          "EST", "America/Panama, or America/New_York for daylight saving time",
          "MST", "America/Phoenix, or America/Denver for daylight saving time",
          "HST", "Pacific/Honolulu",
          "ROC", "Asia/Taipei");

  /** The range of {@code Etc/GMT+12} to {@code Etc/GMT-14}, whose signs are inverted. */
  private static final int LEAST_HOURS = -12;

  private static final int MAX_HOURS = 14;

  private static final Set<String> NAMES = names();

  private ZoneNames() {}

  private static Set<String> names() {
    Set<String> names = new TreeSet<>(ZoneId.getAvailableZoneIds());
    names.removeIf(name -> name.startsWith("SystemV/"));
    names.removeAll(OF_LATER_JAVA.keySet());
    return Collections.unmodifiableSet(names);
  }

  public static boolean contains(String name) {
    return NAMES.contains(name);
  }

  /** Returns a sentence with the suggested name, after a space; empty if there is none. */
  public static String advice(String written) {
    if (OF_LATER_JAVA.containsKey(written)) {
      return " Write " + OF_LATER_JAVA.get(written) + ".";
    }
    return NAMES.stream()
        .filter(name -> name.equalsIgnoreCase(written))
        .findFirst()
        .map(name -> " Did you mean '" + name + "'?")
        .or(() -> ofOffset(written))
        .orElseGet(() -> NearestName.question(written, NAMES));
  }

  private static Optional<String> ofOffset(String written) {
    int seconds;
    try {
      ZoneId zone = ZoneId.of(written);
      if (!(zone.normalized() instanceof ZoneOffset)) {
        return Optional.empty();
      }
      seconds = zone.getRules().getOffset(Instant.EPOCH).getTotalSeconds();
    } catch (DateTimeException e) {
      return Optional.empty();
    }
    int hours = seconds / 3600;
    if (seconds % 3600 != 0 || hours < LEAST_HOURS || hours > MAX_HOURS) {
      return Optional.of(" An offset is not a zone; write the name of a place.");
    }
    String name = hours == 0 ? "UTC" : String.format("Etc/GMT%+d", -hours);
    return Optional.of(" An offset is not a zone; write the name of a place, or " + name + ".");
  }
}
