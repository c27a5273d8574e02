package dev.orrery.worker.attempt;

import dev.orrery.protocol.message.AttemptRef;
import dev.orrery.protocol.message.LogsRequest.Chunk;
import dev.orrery.protocol.message.LogsRequest.Line;
import dev.orrery.protocol.message.MessageLimits;
import dev.orrery.protocol.text.BoundedText;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * The log lines of an attempt that the scheduler has not yet accepted. The attempt's threads write
 * them, the event loop reads them.
 *
 * <p>A log that is too long keeps its beginning and its end, because the end contains the reason
 * for a failure. Lines after the beginning are sent when the attempt has ended, because only then
 * are the last lines known.
 */
public final class AttemptLog {
  private static final int MAX_CHUNK_WEIGHT = 128 * 1024;

  /** The size of a chunk besides its lines, in characters. */
  private static final int FRAME = 16;

  private static final String OWN_STREAM = "orrery";
  private static final int KIB = 1024;

  /**
   * The reserved weight for the last lines of a long log; the rest of the bound is for the
   * beginning.
   */
  private static final int MAX_END = 256 * KIB;

  private static final int MAX_BEGIN = MessageLimits.MAX_ATTEMPT_LOG_BYTES - MAX_END;

  private static final String HELD_BACK =
      "held back: from here on, the last "
          + MAX_END / KIB
          + " KiB follow when the attempt has ended";

  private final AttemptRef attempt;

  /** Most attempts write nothing. */
  private final Deque<Pending> pending = new ArrayDeque<>(0);

  private int nextSequence;
  private int begin;
  private boolean hasEnded;
  private Chunk inFlight;
  private Runnable onFirstLine = () -> {};

  /**
   * The latest lines after the beginning. They have no numbers yet, because some may be dropped.
   */
  private final Deque<Held> end = new ArrayDeque<>(0);

  private int endWeight;
  private long leftOutLines;
  private long leftOutBytes;

  /** The weight of the last lines that remain when the whole log takes too long to send. */
  private static final int MAX_LAST = 64 * KIB;

  /**
   * @param leftOut whether it is the line that counts those left out at the limit of a log
   */
  private record Pending(int sequence, long atNanos, String stream, String text, boolean leftOut) {
    int weight() {
      return Line.weight(stream, text);
    }

    long bytes() {
      return utf8Length(text) + 1L;
    }
  }

  /**
   * @param bytes of the line as written, in UTF-8 with its line end
   */
  private record Held(long atNanos, String stream, String text, long bytes) {
    int weight() {
      return Line.weight(stream, text);
    }
  }

  public AttemptLog(AttemptRef attempt) {
    this.attempt = attempt;
  }

  /**
   * Adds a line; ignores it if the attempt has ended.
   *
   * @param text null is written as {@code null}
   */
  public synchronized void add(String stream, String text) {
    if (hasEnded) {
      return;
    }
    String given = String.valueOf(text);
    String line = BoundedText.abbreviate(given, MessageLimits.MAX_LOG_LINE_LENGTH);
    int weight = Line.weight(stream, line);
    if (end.isEmpty() && leftOutLines == 0) {
      if (begin + weight <= MAX_BEGIN) {
        begin += weight;
        put(System.nanoTime(), stream, line, false);
        return;
      }
      put(System.nanoTime(), OWN_STREAM, HELD_BACK, false);
    }
    hold(new Held(System.nanoTime(), stream, line, utf8Length(given) + 1L));
  }

  private void hold(Held line) {
    end.add(line);
    endWeight += line.weight();
    while (endWeight > MAX_END) {
      Held leftOut = end.removeFirst();
      endWeight -= leftOut.weight();
      leftOutLines++;
      leftOutBytes += leftOut.bytes();
    }
  }

  /** Ends the log: releases the last lines, after a line that counts the omitted ones. */
  public synchronized void end() {
    hasEnded = true;
    if (leftOutLines > 0) {
      put(System.nanoTime(), OWN_STREAM, leftOut(), true);
    }
    end.forEach(line -> put(line.atNanos(), line.stream(), line.text(), false));
    end.clear();
  }

  /**
   * Leaves out what has not been sent but the last 64 KiB, after a line that counts the omitted
   * lines. A chunk in flight stays, because the scheduler may have stored it.
   */
  public synchronized void keepLastLines() {
    Deque<Pending> last = new ArrayDeque<>();
    int unsent = pending.size() - (inFlight == null ? 0 : inFlight.lines().size());
    int weight = 0;
    while (last.size() < unsent) {
      weight += pending.getLast().weight();
      if (weight > MAX_LAST && !last.isEmpty()) {
        break;
      }
      last.addFirst(pending.removeLast());
    }
    long lines = 0;
    long bytes = 0;
    long first = 0;
    for (int left = unsent - last.size(); left > 0; left--) {
      Pending omitted = pending.removeLast();
      nextSequence = omitted.sequence();
      lines += omitted.leftOut() ? leftOutLines : 1;
      bytes += omitted.leftOut() ? leftOutBytes : omitted.bytes();
      first = omitted.atNanos();
    }
    if (lines > 0) {
      put(first, OWN_STREAM, tooSlow(lines, bytes), false);
      last.forEach(line -> put(line.atNanos(), line.stream(), line.text(), line.leftOut()));
    } else {
      pending.addAll(last);
    }
  }

  private static String tooSlow(long lines, long bytes) {
    return "truncated: %d lines, %d bytes, are left out here; sending them took too long"
        .formatted(lines, bytes);
  }

  private String leftOut() {
    return "truncated: %d lines, %d bytes, are left out here; an attempt keeps %d MiB of its log"
        .formatted(leftOutLines, leftOutBytes, MessageLimits.MAX_ATTEMPT_LOG_BYTES / (KIB * KIB));
  }

  /** Returns the size in UTF-8; half of a surrogate pair counts as two bytes. */
  private static long utf8Length(String text) {
    return text.chars()
        .mapToLong(unit -> unit < 0x80 ? 1 : unit < 0x800 ? 2 : isHalf(unit) ? 2 : 3)
        .sum();
  }

  private static boolean isHalf(int unit) {
    return Character.isSurrogate((char) unit);
  }

  /** Runs the action once, on the thread that writes the first line. */
  public synchronized void onFirstLine(Runnable action) {
    onFirstLine = action;
  }

  private void put(long atNanos, String stream, String text, boolean leftOut) {
    pending.add(new Pending(nextSequence++, atNanos, stream, text, leftOut));
    onFirstLine.run();
    onFirstLine = () -> {};
  }

  /**
   * Returns the next lines to send. They stay the same until acknowledged, because a chunk keeps
   * its lines.
   *
   * @param maxWeight the characters that a message can hold; more than any line weighs
   */
  public synchronized Optional<Chunk> next(int maxWeight) {
    if (pending.isEmpty()) {
      return Optional.empty();
    }
    int lines =
        inFlight == null
            ? countOfNext(Math.min(maxWeight, MAX_CHUNK_WEIGHT))
            : inFlight.lines().size();
    long now = System.nanoTime();
    List<Line> chosen = new ArrayList<>();
    for (Pending line : pending) {
      if (chosen.size() == lines) {
        break;
      }
      long age = Duration.ofNanos(now - line.atNanos()).toMillis();
      chosen.add(new Line(age, line.stream(), line.text()));
    }
    inFlight =
        new Chunk(attempt.instance(), attempt.attempt(), pending.getFirst().sequence(), chosen);
    return Optional.of(inFlight);
  }

  private int countOfNext(int maxWeight) {
    int lines = 0;
    int weight = 0;
    for (Pending line : pending) {
      weight += line.weight();
      if (lines > 0 && FRAME + weight > maxWeight) {
        break;
      }
      lines++;
    }
    return lines;
  }

  /**
   * Returns the size of a chunk in a message, in characters, including the overhead of each line.
   */
  public static int weight(Chunk chunk) {
    return FRAME
        + chunk.lines().stream().mapToInt(line -> Line.weight(line.stream(), line.text())).sum();
  }

  /**
   * Removes the lines up to and including this one.
   *
   * @return true if the scheduler has accepted new lines
   */
  public synchronized boolean accepted(int upTo) {
    int before = pending.size();
    while (!pending.isEmpty() && pending.getFirst().sequence() <= upTo) {
      pending.removeFirst();
    }
    if (pending.size() == before) {
      return false;
    }
    inFlight = null;
    return true;
  }

  /** Returns true if the scheduler has accepted all lines so far. */
  public synchronized boolean isDelivered() {
    return pending.isEmpty();
  }
}
