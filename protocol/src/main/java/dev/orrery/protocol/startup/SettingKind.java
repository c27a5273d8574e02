package dev.orrery.protocol.startup;

import dev.orrery.protocol.Protocol;
import dev.orrery.protocol.UnknownNameException;
import dev.orrery.protocol.text.UrlText;
import java.util.Arrays;
import java.util.stream.Collectors;

/**
 * The kind of value that a setting holds. It decides when two spellings mean the same, and whether
 * the value may be shown.
 */
public enum SettingKind {
  TEXT {
    @Override
    String canonical(String value) {
      return value.strip();
    }
  },
  /** One protocol, or a list of them. */
  PROTOCOLS {
    @Override
    String canonical(String value) {
      try {
        return Protocol.parseList(value).stream()
            .map(Protocol::canonicalName)
            .collect(Collectors.joining(","));
      } catch (UnknownNameException e) {
        // Unchanged, so that the caller refuses it under the name that the user has set.
        return value;
      }
    }

    @Override
    String choices() {
      return " Valid names: " + Protocol.validNames() + ".";
    }
  },
  /** URLs of schedulers, separated by commas; PowerJob writes host and port without a scheme. */
  SERVERS {
    @Override
    String canonical(String value) {
      return Arrays.stream(value.split(",", -1))
          .map(String::strip)
          .filter(server -> !server.isEmpty())
          .map(server -> server.contains("://") ? server : "http://" + server)
          .collect(Collectors.joining(","));
    }
  },
  /** A value that is never shown and never trimmed. */
  SECRET {
    @Override
    String canonical(String value) {
      return value;
    }

    @Override
    String shown(String value) {
      return "(hidden)";
    }
  };

  /** Returns one spelling for all values that mean the same. */
  abstract String canonical(String value);

  /** The value in the form for messages. */
  String shown(String value) {
    return "'" + UrlText.withoutPasswords(value) + "'";
  }

  /** The valid values, as the end of a message; empty if there is no list of them. */
  String choices() {
    return "";
  }
}
