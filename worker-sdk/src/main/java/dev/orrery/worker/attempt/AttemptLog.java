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
 * The lines of one attempt that the scheduler does not have yet. The attempt's threads write them,
 * the event loop reads them.
 */
public final class AttemptLog {
  private static final int MAX_CHUNK_WEIGHT = 128 * 1024;

  /** The characters of a chunk besides its lines. */
  private static final int FRAME = 16;

  private static final String OWN_STREAM = "orrery";
  private static final String TRUNCATED =
      "truncated: an attempt writes at most "
          + MessageLimits.MAX_ATTEMPT_LOG_BYTES / (1024 * 1024)
          + " MiB";

  private final AttemptRef attempt;
  private final Deque<Pending> pending = new ArrayDeque<>();
  private int nextSequence;
  private int writtenBytes;
  private boolean truncated;
  private Chunk inFlight;
  private Runnable onFirstLine = () -> {};

  private record Pending(int sequence, long atNanos, String stream, String text) {}

  public AttemptLog(AttemptRef attempt) {
    this.attempt = attempt;
  }

  /** Adds a line. Lines beyond the bound of an attempt are dropped; one line reports that. */
  public synchronized void add(String stream, String text) {
    if (truncated) {
      return;
    }
    String line = BoundedText.abbreviate(text, MessageLimits.MAX_LOG_LINE_LENGTH);
    writtenBytes += Line.weight(stream, line);
    if (writtenBytes > MessageLimits.MAX_ATTEMPT_LOG_BYTES) {
      truncated = true;
      put(OWN_STREAM, TRUNCATED);
    } else {
      put(stream, line);
    }
  }

  /** Runs the action once, on the thread that writes the first line. */
  public synchronized void onFirstLine(Runnable action) {
    onFirstLine = action;
  }

  private void put(String stream, String text) {
    pending.add(new Pending(nextSequence++, System.nanoTime(), stream, text));
    if (nextSequence == 1) {
      onFirstLine.run();
    }
  }

  /**
   * Returns the next lines to send: the same ones until they are acknowledged, because a chunk
   * keeps its lines.
   *
   * @param maxWeight the characters that a message holds; more than any line weighs
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
      weight += Line.weight(line.stream(), line.text());
      if (lines > 0 && FRAME + weight > maxWeight) {
        break;
      }
      lines++;
    }
    return lines;
  }

  /** The characters that a chunk takes in a message, with the overhead of each line. */
  public static int weight(Chunk chunk) {
    return FRAME
        + chunk.lines().stream().mapToInt(line -> Line.weight(line.stream(), line.text())).sum();
  }

  /**
   * The scheduler has the lines up to and including this one.
   *
   * @return true if it has more lines than before
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

  /** Returns true if the scheduler has all lines so far. */
  public synchronized boolean isDelivered() {
    return pending.isEmpty();
  }
}
