package dev.orrery.agent.processor;

import dev.orrery.agent.secret.SecretContext;
import dev.orrery.protocol.message.MessageLimits;
import dev.orrery.protocol.text.BoundedText;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Splits one output stream of a program into log lines as it arrives. A line ends at {@code \n},
 * {@code \r\n} or {@code \r}, which progress bars write. An incomplete line is logged after a
 * second.
 *
 * <p>The order in which a program wrote to two streams is unknown. Therefore a reader that follows
 * another one holds back its newest text until the other has read what was in its pipe, and at the
 * end until the other has read everything. So the error that ends a program is the last line of its
 * log.
 */
final class OutputReader {
  /** A longer line is split, so that a program without line ends does not exhaust the memory. */
  private static final int MAX_LINE = 8 * 1024;

  /** The maximum wait for the rest of the output after the program has ended, or a part of it. */
  private static final Duration MAX_END = Duration.ofSeconds(5);

  private static final Duration MAX_PART = Duration.ofSeconds(1);

  /** A reader that waits for so long has read all that was written before. */
  private static final Duration IDLE = Duration.ofMillis(200);

  private static final Duration CHECK_INTERVAL = Duration.ofMillis(50);

  /** More than a pipe of Linux and the buffers in front of it have. */
  private static final int PIPE = 96 * 1024;

  private final InputStream stream;
  private final String name;
  private final SecretContext context;
  private final ScheduledExecutorService timer;
  private final Optional<OutputReader> first;
  private final Thread thread;
  private final StringBuilder held = new StringBuilder();
  private final AtomicLong readLetters = new AtomicLong();
  private final StringBuilder line = new StringBuilder();
  private final ResultLine result = new ResultLine();

  /** The number of characters of the current line that were already logged. */
  private int logged;

  private boolean afterReturn;
  private boolean timerRuns;
  private boolean holdTimerRuns;

  /** How much the first reader had read when the held text came. */
  private long readBefore;

  private volatile boolean waits;
  private volatile long waitsSinceNanos;
  private long partNanos;

  /** The end of the current line's earlier part, which was already split off. */
  private String before = "";

  private String lastLine;

  private OutputReader(
      InputStream stream,
      String name,
      SecretContext context,
      ScheduledExecutorService timer,
      Optional<OutputReader> first) {
    this.stream = stream;
    this.first = first;
    this.name = name;
    this.context = context;
    this.timer = timer;
    this.thread = new Thread(this::read, "orrery-shell-" + name);
    this.thread.setDaemon(true);
  }

  static OutputReader start(
      InputStream stream, String name, SecretContext context, ScheduledExecutorService timer) {
    return start(new OutputReader(stream, name, context, timer, Optional.empty()));
  }

  /** Starts a reader of the program's other stream, which follows this one. */
  OutputReader follow(InputStream other, String otherName) {
    return start(new OutputReader(other, otherName, context, timer, Optional.of(this)));
  }

  private static OutputReader start(OutputReader reader) {
    reader.thread.start();
    return reader;
  }

  /** Returns the last line that is not blank, or its end if it exceeds the bound of an error. */
  synchronized Optional<String> lastLine() {
    return Optional.ofNullable(lastLine);
  }

  /** Returns the text of the last line that set the result of the attempt. */
  synchronized Optional<String> result() {
    return result.result();
  }

  /**
   * Waits up to {@link #MAX_END} for the end of the stream, when no process has the pipe open. A
   * busy machine gets as long again after each {@link #MAX_LINE} characters, up to what a pipe
   * holds: more, or less at a time, is of another process that has the pipe open.
   */
  void awaitEnd() throws InterruptedException {
    boolean interrupted = Thread.interrupted();
    long most = readLetters.get() + PIPE;
    long before;
    do {
      before = readLetters.get();
      thread.join(MAX_END.toMillis());
    } while (thread.isAlive()
        && readLetters.get() - before >= MAX_LINE
        && readLetters.get() < most);
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void awaitEndWithoutInterrupt() {
    try {
      awaitEnd();
    } catch (InterruptedException e) {
      throw new IllegalStateException("Nobody interrupts a reader", e);
    }
  }

  private void read() {
    try (Reader reader = new InputStreamReader(stream, StandardCharsets.UTF_8)) {
      char[] buffer = new char[MAX_LINE];
      for (int count = next(reader, buffer); count >= 0; count = next(reader, buffer)) {
        if (first.isPresent()) {
          hold(buffer, count);
        } else {
          take(CharBuffer.wrap(buffer, 0, count));
        }
        readLetters.addAndGet(count);
      }
    } catch (IOException e) {
      context.log("orrery", "failed to read the rest of the output: " + e.getMessage());
    }
    first.ifPresent(OutputReader::awaitEndWithoutInterrupt);
    takeRest();
  }

  private int next(Reader reader, char[] buffer) throws IOException {
    waitsSinceNanos = System.nanoTime();
    waits = true;
    int count = reader.read(buffer);
    waits = false;
    return count;
  }

  /** Returns true if it has read all that its pipe had when it had read so much. */
  private boolean hasPassed(long before) {
    return !thread.isAlive()
        || readLetters.get() - before > PIPE
        || (waits && System.nanoTime() - waitsSinceNanos > IDLE.toNanos());
  }

  /** Holds text in place of the text before. */
  private synchronized void hold(char[] text, int count) {
    takeHeld();
    held.append(text, 0, count);
    readBefore = first.orElseThrow().readLetters.get();
    if (!holdTimerRuns) {
      holdTimerRuns = true;
      schedule(this::takeHeldInTime, IDLE.toNanos());
    }
  }

  private synchronized void takeHeldInTime() {
    if (first.orElseThrow().hasPassed(readBefore)) {
      holdTimerRuns = false;
      takeHeld();
    } else {
      schedule(this::takeHeldInTime, CHECK_INTERVAL.toNanos());
    }
  }

  private synchronized void takeRest() {
    takeHeld();
    if (!line.isEmpty()) {
      end();
    }
  }

  private void takeHeld() {
    take(held);
    held.setLength(0);
  }

  private synchronized void take(CharSequence text) {
    for (int i = 0; i < text.length(); i++) {
      take(text.charAt(i));
    }
    if (line.length() > logged && !timerRuns) {
      timerRuns = true;
      schedule(this::logPart, MAX_PART.toNanos());
    }
  }

  private void take(char letter) {
    if (letter == '\r') {
      // The returns before the text of a progress bar end no line.
      if (!line.isEmpty()) {
        end();
        afterReturn = true;
      }
      return;
    }
    if (letter == '\n') {
      if (!afterReturn) {
        end();
      }
      afterReturn = false;
      return;
    }
    afterReturn = false;
    if (line.length() == logged) {
      partNanos = System.nanoTime();
    }
    line.append(letter);
    if (line.length() >= MAX_LINE && !Character.isHighSurrogate(letter)) {
      split();
    }
  }

  private void schedule(Runnable step, long nanos) {
    var unused = timer.schedule(step, nanos, TimeUnit.NANOSECONDS);
  }

  /** Logs an incomplete line that has waited long enough; otherwise waits again. */
  private synchronized void logPart() {
    timerRuns = false;
    if (line.length() == logged) {
      return;
    }
    long left = partNanos + MAX_PART.toNanos() - System.nanoTime();
    if (left > 0) {
      timerRuns = true;
      schedule(this::logPart, left);
      return;
    }
    boolean splitsPair = Character.isHighSurrogate(line.charAt(line.length() - 1));
    int end = logged + context.cut(line.substring(logged, line.length() - (splitsPair ? 1 : 0)));
    if (end > logged) {
      logTo(end);
    }
  }

  private void logTo(int end) {
    if (end > logged || logged == 0) {
      context.log(name, line.substring(logged, end));
      logged = end;
    }
  }

  private void split() {
    int end = logged + context.cut(line.substring(logged));
    String rest = line.substring(end);
    line.setLength(end);
    before = BoundedText.endOfUtf8(before + logEnd(), MessageLimits.MAX_ERROR_BYTES);
    clear();
    line.append(rest);
  }

  private void end() {
    if (name.equals("stdout")) {
      ProgressLine.pass(line.toString(), context);
    }
    String whole = before + logEnd();
    if (!whole.isBlank()) {
      lastLine = BoundedText.endOfUtf8(whole, MessageLimits.MAX_ERROR_BYTES);
    }
    before = "";
    clear();
  }

  /** Returns the line with its secrets masked. */
  private String logEnd() {
    logTo(line.length());
    String text = context.masked(line.toString());
    result.pass(text, before.isEmpty());
    return text;
  }

  private void clear() {
    line.setLength(0);
    logged = 0;
  }
}
