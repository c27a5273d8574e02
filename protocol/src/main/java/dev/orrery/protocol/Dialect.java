package dev.orrery.protocol;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * The format of the bytes, independent of the protocol that carries them. There is one value: a
 * second one is planned for workers of PowerJob, so handshake and sessions name it from the start.
 */
public enum Dialect {
  /** Our own operations, see {@link WorkerOperation}. */
  ORRERY;

  /** The canonical spelling, lower case in every locale. */
  @JsonValue
  public String canonicalName() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * Reads one name, in any case, blanks around it ignored.
   *
   * @throws UnknownNameException if the name is absent, empty or none of ours
   */
  @JsonCreator
  public static Dialect parse(String name) {
    String wanted = name == null ? "" : name.strip().toUpperCase(Locale.ROOT);
    return Arrays.stream(values())
        .filter(dialect -> dialect.name().equals(wanted))
        .findFirst()
        .orElseThrow(
            () ->
                new UnknownNameException(
                    "dialect",
                    name,
                    Arrays.stream(values())
                        .map(Dialect::canonicalName)
                        .collect(Collectors.joining(", "))));
  }
}
