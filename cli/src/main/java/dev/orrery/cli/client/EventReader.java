package dev.orrery.cli.client;

import dev.orrery.cli.client.SchedulerClient.Event;
import java.io.BufferedReader;
import java.io.IOException;
import java.util.function.Predicate;

/** Parses server-sent events, as specified by the HTML standard. */
final class EventReader {
  private EventReader() {}

  /** Passes on complete events only. */
  static void read(BufferedReader lines, Predicate<Event> wantsMore) throws IOException {
    String name = "message";
    String id = null;
    StringBuilder data = null;
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
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
      }
    }
  }

  private static String value(String line) {
    String value = line.substring(line.indexOf(':') + 1);
    return value.startsWith(" ") ? value.substring(1) : value;
  }
}
