package dev.orrery.client;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Parses server-sent events, as specified by the HTML standard. */
final class EventReader {
  /** More than the longest line of a log, with every character escaped. */
  static final int MAX_EVENT_BYTES = 1 << 20;

  private final InputStream in;

  /** A complete event. */
  record Event(String name, Optional<String> id, String data) {}

  EventReader(InputStream in) {
    this.in = new BufferedInputStream(in);
  }

  /**
   * Returns the next complete event; empty at the end of the stream.
   *
   * @throws OrreryException if a line or an event is longer than 1 MiB
   */
  Optional<Event> next() throws IOException {
    String name = "message";
    String id = null;
    StringBuilder data = null;
    for (String line = line(); line != null; line = line()) {
      if (line.isEmpty()) {
        if (data != null) {
          return Optional.of(new Event(name, Optional.ofNullable(id), data.toString()));
        }
        name = "message";
        id = null;
      } else if (line.startsWith("event:")) {
        name = value(line);
      } else if (line.startsWith("id:")) {
        id = value(line);
      } else if (line.startsWith("data:")) {
        data = data == null ? new StringBuilder() : data.append('\n');
        data.append(value(line));
        if (data.length() > MAX_EVENT_BYTES) {
          throw tooLong();
        }
      }
    }
    return Optional.empty();
  }

  private static String value(String line) {
    String value = line.substring(line.indexOf(':') + 1);
    return value.startsWith(" ") ? value.substring(1) : value;
  }

  /** Returns a line without its end, null after the last. Half a line at the end is none. */
  private @Nullable String line() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int one = in.read(); one >= 0; one = in.read()) {
      if (one == '\n') {
        String text = line.toString(StandardCharsets.UTF_8);
        return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
      }
      line.write(one);
      if (line.size() > MAX_EVENT_BYTES) {
        throw tooLong();
      }
    }
    return null;
  }

  private static OrreryException tooLong() {
    return OrreryException.notOrrery(
        "A line of the log is longer than " + MAX_EVENT_BYTES + " bytes.");
  }
}
