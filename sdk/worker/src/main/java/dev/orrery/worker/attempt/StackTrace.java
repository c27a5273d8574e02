package dev.orrery.worker.attempt;

import dev.orrery.protocol.text.BoundedText;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * Formats a stack trace with its causes as a limited number of lines: the first frames of each
 * exception, and, if the chain of causes is long, its beginning and its end, which contains the
 * root cause.
 */
final class StackTrace extends Writer {
  static final int MAX_FRAMES = 100;
  static final int MAX_BEGIN_LINES = 300;
  static final int MAX_END_LINES = 100;
  static final int MAX_BEGIN_BYTES = 48 * 1024;
  static final int MAX_END_BYTES = 16 * 1024;

  /** In characters, of which each has at most 3 bytes, so that the end has room for a line. */
  static final int MAX_LINE = 4 * 1024;

  private final List<String> begin = new ArrayList<>();
  private final Deque<String> end = new ArrayDeque<>();
  private final StringBuilder line = new StringBuilder();
  private int beginBytes;
  private int endBytes;
  private int frames;
  private int leftOut;

  private StackTrace() {}

  static List<String> lines(Throwable thrown) {
    StackTrace trace = new StackTrace();
    try {
      thrown.printStackTrace(new PrintWriter(trace));
    } catch (RuntimeException | Error e) {
      // A message is made by code of the application, which may fail, too.
      trace.write(thrown.getClass().getName() + ": its stack trace fails with " + e.getClass());
    }
    trace.endLine();
    return trace.lines();
  }

  @Override
  public void write(String text) {
    write(text.toCharArray(), 0, text.length());
  }

  @Override
  public void write(char[] text, int offset, int length) {
    for (int i = offset; i < offset + length; i++) {
      if (text[i] == '\n') {
        endLine();
      } else if (text[i] != '\r' && line.length() <= MAX_LINE) {
        line.append(text[i]);
      }
    }
  }

  private void endLine() {
    String next = BoundedText.abbreviate(line.toString(), MAX_LINE);
    line.setLength(0);
    if (next.stripLeading().startsWith("at ")) {
      frames++;
      if (frames > MAX_FRAMES) {
        return;
      }
    } else {
      if (frames > MAX_FRAMES) {
        add("\t… " + (frames - MAX_FRAMES) + " frames are left out here");
      }
      frames = 0;
    }
    if (!next.isEmpty()) {
      add(next);
    }
  }

  private void add(String next) {
    int bytes = bytes(next);
    if (end.isEmpty() && begin.size() < MAX_BEGIN_LINES && beginBytes + bytes <= MAX_BEGIN_BYTES) {
      beginBytes += bytes;
      begin.add(next);
      return;
    }
    end.add(next);
    endBytes += bytes;
    while (end.size() > MAX_END_LINES || endBytes > MAX_END_BYTES) {
      endBytes -= bytes(end.removeFirst());
      leftOut++;
    }
  }

  private static int bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length + 1;
  }

  private List<String> lines() {
    List<String> all = new ArrayList<>(begin);
    if (leftOut > 0) {
      all.add("… " + leftOut + " lines of the stack trace are left out here");
    }
    all.addAll(end);
    return all;
  }

  @Override
  public void flush() {
    // Each line is kept at once.
  }

  @Override
  public void close() {
    // Holds nothing.
  }
}
