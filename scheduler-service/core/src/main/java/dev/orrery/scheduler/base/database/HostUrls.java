package dev.orrery.scheduler.base.database;

import java.util.List;
import java.util.stream.Stream;

/** Splits a JDBC URL with several hosts into one URL for each host. */
final class HostUrls {
  private static final String PREFIX = "jdbc:postgresql://";

  private HostUrls() {}

  /**
   * Returns the URL of each host, with the database and the options; the URL itself if it has one
   * host.
   */
  static List<String> of(String url) {
    if (!url.startsWith(PREFIX)) {
      return List.of(url);
    }
    String rest = url.substring(PREFIX.length());
    int end = firstOf(rest, '/', '?');
    String[] hosts = rest.substring(0, end).split(",");
    return Stream.of(hosts).map(host -> PREFIX + host + rest.substring(end)).toList();
  }

  private static int firstOf(String text, char one, char other) {
    int end = 0;
    while (end < text.length() && text.charAt(end) != one && text.charAt(end) != other) {
      end++;
    }
    return end;
  }
}
