package dev.orrery.agent.processor;

import dev.orrery.worker.AttemptContext;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;

/** Turns one output of a program into lines of the log, as they arrive. */
final class OutputReader {
  /** A longer line becomes several, so that a program without line ends takes no memory. */
  private static final int MAX_LINE = 8 * 1024;

  /** The longest wait for the rest of the output after the program has ended. */
  private static final Duration LONGEST_END = Duration.ofSeconds(5);

  private final InputStream stream;
  private final String name;
  private final AttemptContext context;
  private final Thread thread;
  private volatile String lastLine;

  private OutputReader(InputStream stream, String name, AttemptContext context) {
    this.stream = stream;
    this.name = name;
    this.context = context;
    this.thread = new Thread(this::read, "orrery-shell-" + name);
    this.thread.setDaemon(true);
  }

  static OutputReader start(InputStream stream, String name, AttemptContext context) {
    OutputReader reader = new OutputReader(stream, name, context);
    reader.thread.start();
    return reader;
  }

  /** The last line that is not blank. */
  Optional<String> lastLine() {
    return Optional.ofNullable(lastLine);
  }

  /** Returns when all is read, because no process has the pipe open any more. */
  void awaitEnd() throws InterruptedException {
    boolean interrupted = Thread.interrupted();
    thread.join(LONGEST_END.toMillis());
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void read() {
    StringBuilder line = new StringBuilder();
    try (Reader reader = new InputStreamReader(stream, StandardCharsets.UTF_8)) {
      char[] buffer = new char[MAX_LINE];
      for (int count = reader.read(buffer); count >= 0; count = reader.read(buffer)) {
        for (int i = 0; i < count; i++) {
          if (buffer[i] == '\n') {
            end(line);
          } else {
            line.append(buffer[i]);
            if (line.length() >= MAX_LINE && !Character.isHighSurrogate(buffer[i])) {
              end(line);
            }
          }
        }
      }
    } catch (IOException e) {
      context.log("orrery", "the output could not be read to its end: " + e.getMessage());
    }
    if (!line.isEmpty()) {
      end(line);
    }
  }

  private void end(StringBuilder line) {
    String ended = line.toString();
    line.setLength(0);
    String text = ended.endsWith("\r") ? ended.substring(0, ended.length() - 1) : ended;
    context.log(name, text);
    if (name.equals("stdout")) {
      ProgressLine.pass(text, context);
    }
    if (!text.isBlank()) {
      lastLine = text;
    }
  }
}
