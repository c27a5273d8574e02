package dev.orrery.cli.local;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Finds the warnings that a program logged during its start. */
final class StartWarnings {
  /** The log format of both programs: time, level, class, message. */
  private static final Pattern LINE = Pattern.compile("[-\\d]+T\\S+ WARN +\\[\\S+] (.+)");

  private static final int MAX_LINES = 1_000;
  private static final int MAX_WARNINGS = 20;

  private StartWarnings() {}

  /** Returns the messages; empty if the log cannot be read. */
  static List<String> in(Path log) {
    try (Stream<String> lines = Files.lines(log)) {
      return lines
          .limit(MAX_LINES)
          .map(LINE::matcher)
          .filter(Matcher::matches)
          .map(line -> line.group(1))
          .distinct()
          .limit(MAX_WARNINGS)
          .toList();
    } catch (IOException | UncheckedIOException e) {
      return List.of();
    }
  }
}
