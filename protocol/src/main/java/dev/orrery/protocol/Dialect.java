package dev.orrery.protocol;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** A set of messages that is exchanged over a protocol. */
public enum Dialect {
  /** The operations of {@link WorkerOperation}. */
  ORRERY,

  /** The messages of PowerJob workers, which no Orrery worker may offer. */
  POWERJOB;

  /** The protocols over which its messages can be exchanged. */
  public List<Protocol> protocols() {
    return switch (this) {
      case ORRERY -> List.of(Protocol.HTTP, Protocol.AKKA);
      case POWERJOB -> List.of(Protocol.values());
    };
  }

  /** The canonical spelling, lower case in every locale. */
  @JsonValue
  public String canonicalName() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * Reads one name. Case and surrounding whitespace are ignored.
   *
   * @throws UnknownNameException if the name is absent, empty or unknown
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
