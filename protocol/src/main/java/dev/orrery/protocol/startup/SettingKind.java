package dev.orrery.protocol.startup;

import dev.orrery.protocol.Protocol;
import dev.orrery.protocol.UnknownNameException;
import dev.orrery.protocol.text.UrlText;
import java.util.Arrays;
import java.util.stream.Collectors;

/**
 * The kind of a setting's value: when two spellings are equal, and whether the value may be shown.
 */
public enum SettingKind {
  TEXT {
    @Override
    String canonical(String value) {
      return value.strip();
    }
  },
  /** One or more protocols. */
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

  /** Returns one spelling for all equivalent values. */
  abstract String canonical(String value);

  /** Returns the value for messages. */
  String shown(String value) {
    return "'" + UrlText.withoutPasswords(value) + "'";
  }

  /** Returns the valid values, as the end of a message; empty if they cannot be listed. */
  String choices() {
    return "";
  }
}
