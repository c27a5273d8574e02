package dev.orrery.scheduler.base.embedded;

import dev.orrery.protocol.startup.StartupException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/** The output of the server's programs during a start, which explains a failure. */
record ServerStartLog(Path file) {
  private static final int LINES_SHOWN = 8;

  /** Returns a failure whose message ends with the last lines of the log. */
  StartupException failure(String what) {
    String lines = lastLines();
    return new StartupException(what + ":" + System.lineSeparator() + lines + hint(lines));
  }

  boolean contains(String text) {
    return lastLines().contains(text);
  }

  private static String hint(String log) {
    if (log.contains("unshare")) {
      return System.lineSeparator()
          + "PostgreSQL does not run as root, and user namespaces are not available here. Start the"
          + " service as another user, or set quarkus.datasource.jdbc.url to an external database.";
    }
    if (log.contains("could not look up effective user ID")) {
      return System.lineSeparator()
          + "PostgreSQL needs an entry of this user in /etc/passwd. Add one, or set"
          + " quarkus.datasource.jdbc.url to an external database.";
    }
    return "";
  }

  private String lastLines() {
    try {
      List<String> lines = Files.readAllLines(file);
      return lines.stream()
          .skip(Math.max(0, lines.size() - LINES_SHOWN))
          .map(line -> "  " + line)
          .collect(Collectors.joining(System.lineSeparator()));
    } catch (IOException e) {
      return "  (its log cannot be read: " + e + ")";
    }
  }
}
