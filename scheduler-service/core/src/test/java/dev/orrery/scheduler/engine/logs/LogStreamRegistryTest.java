package dev.orrery.scheduler.engine.logs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.orrery.protocol.ErrorCode;
import dev.orrery.scheduler.base.database.DatabaseException;
import dev.orrery.scheduler.base.lifecycle.GracefulShutdown;
import dev.orrery.scheduler.base.lifecycle.Times;
import dev.orrery.scheduler.base.problem.ProblemException;
import dev.orrery.scheduler.base.quota.QuotaPermit;
import dev.orrery.scheduler.base.time.SettableTicker;
import dev.orrery.scheduler.engine.logs.FollowStore.FollowedLog;
import dev.orrery.scheduler.engine.logs.FollowStore.News;
import dev.orrery.scheduler.http.security.Caller;
import dev.orrery.scheduler.http.security.TestWatches;
import dev.orrery.scheduler.model.instance.InstanceState;
import dev.orrery.scheduler.testkit.ConcurrentCalls;
import dev.orrery.scheduler.testkit.TestMetrics;
import io.quarkus.runtime.ShutdownEvent;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.helpers.test.AssertSubscriber;
import jakarta.ws.rs.sse.OutboundSseEvent;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jboss.resteasy.reactive.server.jaxrs.SseImpl;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

@Execution(ExecutionMode.CONCURRENT)
@Tag("slow")
class LogStreamRegistryTest {
  private static final int APP = 7;
  private static final int OTHER_APP = 8;
  private static final FollowedLog START = new FollowedLog(7, null, LogCursor.START);

  /** Of an instance that writes nothing. */
  private static final FollowedLog OTHER = new FollowedLog(8, null, LogCursor.START);

  private final SettableTicker ticker = new SettableTicker();
  private final List<LogLine> lines = new CopyOnWriteArrayList<>();
  private final AtomicInteger reads = new AtomicInteger();
  private final AtomicInteger readsOfOther = new AtomicInteger();
  private final AtomicInteger failures = new AtomicInteger();
  private final AtomicInteger failedQueries = new AtomicInteger();
  private volatile LogProgress progress = LogProgress.active(1, true, true);

  private final LogStore store =
      new LogStore(null, null) {
        @Override
        List<LogLine> read(long instance, Integer attempt, LogCursor after, Limit limit) {
          if (instance == OTHER.instance()) {
            readsOfOther.incrementAndGet();
            return List.of();
          }
          reads.incrementAndGet();
          if (failures.getAndDecrement() > 0) {
            throw new DatabaseException(new SQLException("away"));
          }
          return lines.stream().filter(after::isBefore).limit(limit.chunks()).toList();
        }
      };
  private final FollowStore followStore =
      new FollowStore(null) {
        @Override
        List<News> query(List<FollowedLog> logs) {
          if (failedQueries.getAndDecrement() > 0) {
            throw new DatabaseException(new SQLException("away"));
          }
          return logs.stream().map(log -> new News(progress, hasMore(log))).toList();
        }

        private boolean hasMore(FollowedLog log) {
          return !log.equals(OTHER) && lines.stream().anyMatch(log.cursor()::isBefore);
        }
      };
  private final GracefulShutdown shutdown = Times.leaving(Duration.ZERO);
  private final LogStreamRegistry streams =
      new LogStreamRegistry(
          store,
          followStore,
          TestWatches.ofUnrevocable(),
          new FixedLogConfig(3, 2, Duration.ofMinutes(1)),
          ticker,
          TestMetrics.quotas(),
          shutdown);

  @AfterEach
  void stop() {
    streams.stop(new ShutdownEvent());
  }

  @Test
  void refusesStreamBeyondShareOfAppUntilStreamCloses() {
    AssertSubscriber<OutboundSseEvent> first = follow(1);
    follow(1);

    assertOverloaded(APP);

    first.cancel();
    assertThat(streams.count()).isEqualTo(1);
    follow(1);
    assertOverloaded(APP);
  }

  @Test
  void reservesStreamForAnotherAppUntilAllStreamsAreUsed() {
    follow(1);
    follow(1);

    QuotaPermit last = streams.enter(OTHER_APP);
    assertOverloaded(OTHER_APP);

    last.release();
    last.release();
    streams.enter(OTHER_APP);
    assertOverloaded(OTHER_APP);
  }

  @Test
  void countsConcurrentlyOpenedStreamsBeforeSubscription() {
    List<CompletableFuture<Boolean>> entered =
        IntStream.range(0, 40)
            .mapToObj(n -> ConcurrentCalls.start(this::enters))
            .collect(Collectors.toList());

    assertThat(entered.stream().filter(CompletableFuture::join)).hasSize(2);
  }

  private boolean enters() {
    try {
      streams.enter(APP);
      return true;
    } catch (ProblemException e) {
      return false;
    }
  }

  private void assertOverloaded(int app) {
    assertThatThrownBy(() -> streams.enter(app))
        .isInstanceOfSatisfying(
            ProblemException.class,
            e -> assertThat(e.problem().code()).isEqualTo(ErrorCode.OVERLOADED));
  }

  @Test
  void sendsOnlyRequestedEventsToSlowReaderWithoutRereading() {
    write(0, 1000);
    AssertSubscriber<OutboundSseEvent> reader = follow(1);
    reader.awaitItems(1);
    int before = reads.get();

    for (int n = 0; n < 50; n++) {
      streams.onLinesWritten(List.of(7L));
    }
    await().during(Duration.ofMillis(1500)).until(() -> reader.getItems().size() == 1);

    assertThat(reads.get()).isEqualTo(before);
    reader.request(999);
    reader.awaitItems(1000);
    assertThat(ids(reader)).isEqualTo(lines.stream().map(l -> "1-" + l.sequence()).toList());
  }

  @Test
  void findsLineWrittenByAnotherReplica() {
    AssertSubscriber<OutboundSseEvent> reader = follow(10);
    await().until(() -> reads.get() > 0);

    write(0, 1);

    reader.awaitItems(1, Duration.ofSeconds(5));
  }

  @Test
  void retriesFailedLogRead() {
    failures.set(2);
    write(0, 3);

    AssertSubscriber<OutboundSseEvent> reader = follow(10);

    reader.awaitItems(3, Duration.ofSeconds(8));
    assertThat(ids(reader)).containsExactly("1-0", "1-1", "1-2");
  }

  @Test
  void sendsEndEventAfterLastLine() {
    write(0, 250);
    progress = LogProgress.ended(1, InstanceState.FAILED, true);

    AssertSubscriber<OutboundSseEvent> reader = follow(Long.MAX_VALUE);

    reader.awaitCompletion(Duration.ofSeconds(5));
    assertThat(reader.getItems()).hasSize(251);
    OutboundSseEvent end = reader.getLastItem();
    assertThat(end.getName()).isEqualTo("end");
    assertThat(end.getData()).isEqualTo(new LogEventWriter.End("FAILED"));
    assertThat(streams.count()).isZero();
  }

  @Test
  void sendsHeartbeatToIdleStream() {
    AssertSubscriber<OutboundSseEvent> reader = follow(10);
    await().until(() -> reads.get() > 0);

    ticker.advance(Duration.ofSeconds(16));
    reader.awaitItems(1, Duration.ofSeconds(5));

    assertThat(reader.getItems().get(0).getComment()).isNotBlank();
    assertThat(reader.getItems().get(0).getId()).isNull();
  }

  @Test
  void endsStreamAfterMaximumDuration() {
    AssertSubscriber<OutboundSseEvent> reader = follow(10);

    ticker.advance(Duration.ofSeconds(61));

    reader.awaitCompletion(Duration.ofSeconds(5));
    assertThat(reader.getItems()).noneMatch(event -> "end".equals(event.getName()));
  }

  @Test
  void disconnectsAllStreamsOnServiceStop() {
    AssertSubscriber<OutboundSseEvent> reader = follow(10);

    streams.stop(new ShutdownEvent());

    reader.awaitCompletion(Duration.ofSeconds(5));
    assertThat(streams.count()).isZero();
  }

  @Test
  void disconnectsAllStreamsAndRefusesNewStreamsOnShutdownSignal() {
    AssertSubscriber<OutboundSseEvent> reader = follow(10);

    Times.leave(shutdown);

    reader.awaitCompletion(Duration.ofSeconds(5));
    assertThatThrownBy(() -> follow(1))
        .isInstanceOfSatisfying(
            ProblemException.class,
            e -> assertThat(e.problem().code()).isEqualTo(ErrorCode.UNAVAILABLE));
  }

  @Test
  void endsStreamOpenedAfterStopImmediately() {
    Multi<OutboundSseEvent> events =
        streams.follow(streams.enter(APP), Caller.ADMIN, START, new LogEventWriter(new SseImpl()));
    streams.stop(new ShutdownEvent());

    AssertSubscriber<OutboundSseEvent> reader =
        events.subscribe().withSubscriber(AssertSubscriber.create(10));

    reader.assertCompleted();
    assertThat(streams.count()).isZero();
  }

  /** The heartbeat shows that the tick has come. */
  @Test
  void keepsStreamOpenUntilMaximumDuration() {
    AssertSubscriber<OutboundSseEvent> reader = follow(10);
    await().until(() -> reads.get() > 0);

    ticker.advance(Duration.ofMinutes(1));
    reader.awaitItems(1, Duration.ofSeconds(5));

    assertThat(streams.count()).isOne();
  }

  @Test
  void findsLinesOfAnotherReplicaDespiteFailedQuery() {
    AssertSubscriber<OutboundSseEvent> reader = follow(10);
    await().until(() -> reads.get() > 0);

    write(0, 1);
    reader.awaitItems(1, Duration.ofSeconds(5));
    failedQueries.set(1);
    write(1, 2);

    reader.awaitItems(2, Duration.ofSeconds(8));
    assertThat(failedQueries.get()).isNegative();
  }

  /** The other stream is of an instance whose lines were written before. */
  @Test
  void wakesOnlyStreamsOfInstanceWithNewLines() {
    AssertSubscriber<OutboundSseEvent> reader = follow(10);
    follow(OTHER, 10);
    await().until(() -> readsOfOther.get() == 1);
    streams.onLinesWritten(List.of(OTHER.instance()));
    await().until(() -> readsOfOther.get() == 2);

    for (int n = 0; n < 3; n++) {
      write(n, n + 1);
      streams.onLinesWritten(List.of(START.instance()));
      reader.awaitItems(n + 1, Duration.ofSeconds(5));
    }

    assertThat(readsOfOther).hasValue(2);
  }

  private AssertSubscriber<OutboundSseEvent> follow(long demand) {
    return follow(START, demand);
  }

  private AssertSubscriber<OutboundSseEvent> follow(FollowedLog from, long demand) {
    return streams
        .follow(streams.enter(APP), Caller.ADMIN, from, new LogEventWriter(new SseImpl()))
        .subscribe()
        .withSubscriber(AssertSubscriber.create(demand));
  }

  private void write(int from, int to) {
    for (int sequence = from; sequence < to; sequence++) {
      lines.add(new LogLine(1, sequence, Instant.EPOCH, "stdout", "line " + sequence));
    }
  }

  private static List<String> ids(AssertSubscriber<OutboundSseEvent> reader) {
    return reader.getItems().stream().map(OutboundSseEvent::getId).toList();
  }
}
