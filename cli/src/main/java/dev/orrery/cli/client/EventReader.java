package dev.orrery.cli.client;

import dev.orrery.cli.UserException;
import dev.orrery.cli.client.SchedulerClient.Event;
import java.io.BufferedReader;
import java.io.IOException;
import java.util.function.Predicate;

/** Parses server-sent events, as specified by the HTML standard. */
final class EventReader {
  /** More than the longest line of a log, with every character escaped. */
  static final int MAX_EVENT = 1 << 20;

  private EventReader() {}

  /**
   * Passes on complete events only.
   *
   * @throws UserException if a line or an event is too long
   */
  static void read(BufferedReader lines, Predicate<Event> wantsMore) throws IOException {
    String name = "message";
    String id = null;
    StringBuilder data = null;
    for (String line = line(lines); line != null; line = line(lines)) {
      if (line.isEmpty()) {
        if (data != null && !wantsMore.test(new Event(name, id, data.toString()))) {
          return;
        }
        name = "message";
        id = null;
        data = null;
      } else if (line.startsWith("event:")) {
        name = value(line);
      } else if (line.startsWith("id:")) {
        id = value(line);
      } else if (line.startsWith("data:")) {
        data = data == null ? new StringBuilder() : data.append('\n');
        data.append(value(line));
        requireShort(data);
      }
    }
  }

  private static String line(BufferedReader in) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int c = in.read(); c != '\n'; c = in.read()) {
      if (c < 0) {
        return null;
      }
      line.append((char) c);
      requireShort(line);
    }
    int end = line.length() - 1;
    return end >= 0 && line.charAt(end) == '\r' ? line.substring(0, end) : line.toString();
  }

  private static void requireShort(StringBuilder text) {
    if (text.length() > MAX_EVENT) {
      throw new UserException(
          "The server sent an event of more than "
              + MAX_EVENT
              + " characters, which no scheduler does. Check the address.");
    }
  }

  private static String value(String line) {
    String value = line.substring(line.indexOf(':') + 1);
    return value.startsWith(" ") ? value.substring(1) : value;
  }
}
