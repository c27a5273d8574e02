package dev.orrery.scheduler.engine.logs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.protocol.message.AttemptRef;
import dev.orrery.protocol.message.LogsRequest;
import dev.orrery.protocol.message.LogsRequest.Chunk;
import dev.orrery.protocol.message.LogsRequest.Line;
import dev.orrery.protocol.message.LogsResponse;
import dev.orrery.scheduler.base.lifecycle.Times;
import dev.orrery.scheduler.base.time.SettableTicker;
import dev.orrery.scheduler.engine.worker.Capabilities;
import dev.orrery.scheduler.engine.worker.LiveSessions;
import dev.orrery.scheduler.engine.worker.Session;
import dev.orrery.scheduler.http.security.Caller;
import dev.orrery.scheduler.model.commit.ManualExecutor;
import dev.orrery.scheduler.model.instance.Fence;
import dev.orrery.scheduler.testkit.TestMetrics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Checks which log lines are stored and which streams are woken. */
class LogIntakeTest {
  /** The weight of a line of one character. */
  private static final int LINE = LogsRequest.Line.weight("stdout", "a");

  private final SettableTicker ticker = new SettableTicker();
  private final Session session =
      LiveSessions.session(new Capabilities(1, List.of("noop"), List.of()), 5, ticker);
  private final ManualExecutor executor = new ManualExecutor();
  private final Map<AttemptRef, Long> owned = new HashMap<>();
  private final List<String> events = new ArrayList<>();
  private final List<Long> sums = new ArrayList<>();

  private final LogStore store =
      new LogStore(null, null) {
        @Override
        Map<Fence, OptionalLong> ownedBytes(Collection<Fence> fences, Set<Fence> summed) {
          Map<Fence, OptionalLong> found = new HashMap<>();
          fences.stream()
              .filter(fence -> owned.containsKey(fence.attempt()))
              .forEach(fence -> found.put(fence, bytes(fence, summed)));
          return found;
        }

        private OptionalLong bytes(Fence fence, Set<Fence> summed) {
          if (!summed.contains(fence)) {
            return OptionalLong.empty();
          }
          sums.add(fence.attempt().instance());
          return OptionalLong.of(owned.get(fence.attempt()));
        }

        @Override
        void insert(List<Chunk> chunks) {
          chunks.forEach(chunk -> events.add("stored " + chunk.instance()));
        }

        @Override
        void markIncomplete(List<AttemptRef> attempts, String text) {
          attempts.forEach(attempt -> events.add("marked " + attempt.instance() + " " + text));
        }
      };
  private final LogStreamRegistry followers =
      new LogStreamRegistry(
          store,
          null,
          null,
          new FixedLogConfig(1, 1, Duration.ZERO),
          ticker,
          TestMetrics.quotas(),
          Times.leaving(Duration.ZERO)) {
        @Override
        void onLinesWritten(Collection<Long> instances) {
          instances.forEach(instance -> events.add("told of " + instance));
        }
      };
  private final LogIntake intake =
      new LogIntake(
          store, followers, LiveSessions.only(session), executor, ticker, executor.metrics());

  @Test
  void wakesStreamsAfterStoringLines() {
    owned.put(attempt(1), 0L);
    owned.put(attempt(2), 0L);

    take(chunk(1, "a"), chunk(2, "b"));

    assertThat(events).containsExactly("stored 1", "stored 2", "told of 1", "told of 2");
  }

  @Test
  void acceptsButDropsLinesOfOtherSessionsAndBeyondLimit() {
    owned.put(attempt(1), LogLimits.MAX_ATTEMPT_BYTES - LINE + 1);
    owned.put(attempt(2), LogLimits.MAX_ATTEMPT_BYTES - LINE);

    LogsResponse answer = take(chunk(1, "a"), chunk(2, "b"), chunk(3, "c"));

    assertThat(events)
        .containsExactly(
            "stored 2",
            "told of 2",
            "marked 1 truncated: an attempt writes at most 1 MiB",
            "told of 1");
    assertThat(answer.accepted())
        .extracting(LogsResponse.Accepted::instance)
        .containsExactly(1L, 2L, 3L);
  }

  /** Lines that are stored together count together, those of two requests too. */
  @Test
  void appliesSizeLimitToLinesStoredTogether() {
    owned.put(attempt(1), LogLimits.MAX_ATTEMPT_BYTES - 2L * LINE + 1);

    LogsRequest first = request(chunk(1, 0, "a"), chunk(1, 1, "b"));
    var answers =
        List.of(
            intake.take(Caller.ADMIN, first), intake.take(Caller.ADMIN, request(chunk(1, 2, "c"))));
    executor.runAll();

    assertThat(answers).allMatch(CompletableFuture::isDone);
    assertThat(events).startsWith("stored 1", "told of 1").doesNotContain("stored 2");
    assertThat(events).filteredOn(event -> event.equals("stored 1")).hasSize(1);
  }

  @Test
  void readsLogSizeOncePerMinute() {
    owned.put(attempt(1), 0L);

    take(chunk(1, 0, "a"));
    ticker.advance(Duration.ofSeconds(30));
    take(chunk(1, 1, "b"));
    assertThat(sums).containsExactly(1L);
    ticker.advance(Duration.ofSeconds(30));
    take(chunk(1, 2, "c"));

    assertThat(sums).containsExactly(1L, 1L);
    assertThat(events).filteredOn(event -> event.equals("stored 1")).hasSize(3);
  }

  /** Its chunks may have been sent again, and so counted twice. */
  @Test
  void rereadsLogSizeBeforeDroppingLines() {
    owned.put(attempt(1), LogLimits.MAX_ATTEMPT_BYTES - LINE);

    take(chunk(1, 0, "a"));
    take(chunk(1, 0, "a"));

    assertThat(sums).containsExactly(1L, 1L);
    assertThat(events).filteredOn(event -> event.equals("stored 1")).hasSize(2);
  }

  @Test
  void marksFullLogOnceForManyDroppedLines() {
    owned.put(attempt(1), LogLimits.MAX_ATTEMPT_BYTES);

    take(chunk(1, 0, "a"));
    take(chunk(1, 1, "b"));
    take(chunk(1, 2, "c"));

    assertThat(sums).containsExactly(1L);
    assertThat(events).filteredOn(event -> event.startsWith("marked 1")).hasSize(1);
  }

  @Test
  void dropsLinesOfReassignedAttempt() {
    owned.put(attempt(1), 0L);
    take(chunk(1, 0, "a"));
    owned.clear();
    events.clear();

    take(chunk(1, 1, "b"));

    assertThat(events).isEmpty();
  }

  @Test
  void wakesNoStreamWithoutStoredLines() {
    take(chunk(3, "c"));

    assertThat(events).isEmpty();
  }

  @Test
  void wakesStreamsForIncompleteLogMarker() {
    intake.markIncomplete(List.of(attempt(1)));

    assertThat(events)
        .containsExactly(
            "marked 1 incomplete: the last lines were not delivered before the attempt was"
                + " reported",
            "told of 1");
  }

  @Test
  void marksLogOfLostAttemptAsPossiblyIncomplete() {
    new LostAttemptLogLine(intake).onLost(List.of(attempt(1)));

    assertThat(events).containsExactly("marked 1 " + LostAttemptLogLine.TEXT, "told of 1");
  }

  private LogsResponse take(Chunk... chunks) {
    var answer = intake.take(Caller.ADMIN, request(chunks));
    executor.runAll();
    return answer.join();
  }

  private LogsRequest request(Chunk... chunks) {
    return new LogsRequest(session.id().toString(), List.of(chunks));
  }

  private static Chunk chunk(long instance, String text) {
    return chunk(instance, 0, text);
  }

  private static Chunk chunk(long instance, int sequence, String text) {
    return new Chunk(instance, 1, sequence, List.of(new Line(0, "stdout", text)));
  }

  private static AttemptRef attempt(long instance) {
    return new AttemptRef(instance, 1);
  }
}
