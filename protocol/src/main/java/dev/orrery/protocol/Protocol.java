package dev.orrery.protocol;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.orrery.protocol.message.MessageLimits;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * A protocol between worker and scheduler. Names from users and peers are case-insensitive, and
 * surrounding whitespace is ignored; we write them in lower case.
 */
public enum Protocol {
  HTTP(MessageLimits.MAX_MESSAGE_BYTES),
  AKKA(MessageLimits.MAX_AKKA_MESSAGE_BYTES),

  /** Only {@linkplain Dialect#POWERJOB PowerJob workers} speak it. */
  MU(MessageLimits.MAX_MU_MESSAGE_BYTES);

  /**
   * A JSON escape needs up to six bytes per character. The other third of the message is reserved
   * for names, numbers and quotes.
   */
  private static final int BYTES_PER_CHARACTER = 9;

  private final int maxMessageBytes;

  Protocol(int maxMessageBytes) {
    this.maxMessageBytes = maxMessageBytes;
  }

  /** The largest message from or to a worker; senders cut or split larger ones. */
  public int maxMessageBytes() {
    return maxMessageBytes;
  }

  /** The number of characters of text that fit into one message in any case. */
  public int maxMessageCharacters() {
    return maxMessageBytes / BYTES_PER_CHARACTER;
  }

  /** The canonical spelling, lower case in every locale. */
  @JsonValue
  public String canonicalName() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** As {@link #parse(Dialect, String)}, of Orrery's own workers. */
  @JsonCreator
  public static Protocol parse(String name) {
    return parse(Dialect.ORRERY, name);
  }

  /**
   * Reads the name of one of a dialect's protocols. Case and surrounding whitespace are ignored.
   *
   * @throws UnknownNameException if the name is absent, empty or unknown
   */
  public static Protocol parse(Dialect dialect, String name) {
    String wanted = name == null ? "" : name.strip().toUpperCase(Locale.ROOT);
    return dialect.protocols().stream()
        .filter(protocol -> protocol.name().equals(wanted))
        .findFirst()
        .orElseThrow(() -> new UnknownNameException("protocol", name, validNames(dialect)));
  }

  /** As {@link #parseList(Dialect, String)}, of Orrery's own workers. */
  public static List<Protocol> parseList(String names) {
    return parseList(Dialect.ORRERY, names);
  }

  /**
   * Reads a list separated by commas; whitespace and one trailing comma are ignored, and duplicates
   * are dropped. The order is kept: the first one is the main protocol unless another is
   * configured.
   *
   * @throws UnknownNameException if the list has no name, or an unknown one
   */
  public static List<Protocol> parseList(Dialect dialect, String names) {
    String list = names == null ? "" : names.strip();
    if (list.endsWith(",")) {
      list = list.substring(0, list.length() - 1);
    }
    List<Protocol> protocols = new ArrayList<>();
    for (String name : list.split(",", -1)) {
      Protocol protocol = parse(dialect, name);
      if (!protocols.contains(protocol)) {
        protocols.add(protocol);
      }
    }
    return List.copyOf(protocols);
  }

  /** The names for Orrery's own workers, for messages: {@code http, akka}. */
  public static String validNames() {
    return validNames(Dialect.ORRERY);
  }

  private static String validNames(Dialect dialect) {
    return dialect.protocols().stream()
        .map(Protocol::canonicalName)
        .collect(Collectors.joining(", "));
  }
}
