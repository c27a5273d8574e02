package dev.orrery.scheduler.base.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.orrery.protocol.startup.StartupException;
import dev.orrery.scheduler.base.database.DatabaseException;
import dev.orrery.scheduler.base.database.DatabaseFailures;
import dev.orrery.scheduler.base.time.SettableTicker;
import dev.orrery.scheduler.testkit.CapturedLog;
import java.net.SocketTimeoutException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class DatabaseStartTest {
  private final SettableTicker ticker = new SettableTicker();
  private final AtomicInteger tries = new AtomicInteger();

  private static Stream<Arguments> obstacles() {
    SQLException silent = new SQLException("The connection attempt failed.", "08001");
    silent.initCause(new SocketTimeoutException("Read timed out"));
    return Stream.of(
        Arguments.of(
            failure("the database system is starting up", "57P03"),
            "it is starting, or recovering from a crash (the database system is starting up)"),
        Arguments.of(new DatabaseException(silent), "it has not answered in time"),
        Arguments.of(
            failure("Connection attempt timed out.", "08001"), "it has not answered in time"),
        Arguments.of(failure("Sorry, acquisition timeout!", null), "it has not answered in time"),
        Arguments.of(
            new DatabaseException(
                new SQLException(
                    "Acquisition timeout while waiting for new connection",
                    new TimeoutException())),
            "it has not answered in time"),
        Arguments.of(DatabaseFailures.tooManyConnections(), "it has no connection left"),
        Arguments.of(
            new IllegalStateException(DatabaseFailures.busy()),
            "another transaction holds a lock that the migration needs"));
  }

  @ParameterizedTest
  @MethodSource("obstacles")
  void retriesStepUntilDatabaseIsReady(RuntimeException failure, String reason) {
    try (CapturedLog log = CapturedLog.of(DatabaseStart.class)) {
      start().run(failing(failure, failure, failure));

      assertThat(tries).hasValue(4);
      assertThat(log.lines())
          .singleElement()
          .asString()
          .startsWith("WARN Database is not ready: " + reason)
          .endsWith("retrying every 3 s for 4 min");
    }
  }

  @Test
  void logsEachNewReasonOnce() {
    RuntimeException starting = failure("the database system is starting up", "57P03");
    try (CapturedLog log = CapturedLog.of(DatabaseStart.class)) {
      start().run(failing(starting, starting, DatabaseFailures.busy(), DatabaseFailures.busy()));

      assertThat(log.lines()).hasSize(2);
    }
  }

  @Test
  void stopsStartWithInstructionsWhenLockPersists() {
    assertThatThrownBy(() -> start().run(always(DatabaseFailures.busy())))
        .isInstanceOf(StartupException.class)
        .hasMessageContaining("4 minutes")
        .hasMessageContaining("backup");
    assertThat(tries).hasValue(81);
  }

  @Test
  void stopsStartWithInstructionsWhenDatabaseStaysSilent() {
    assertThatThrownBy(() -> start().run(always(failure("Connection attempt timed out.", "08001"))))
        .isInstanceOf(StartupException.class)
        .hasMessageContaining("not ready within 4 minutes (Connection attempt timed out.)")
        .hasMessageContaining("quarkus.datasource.jdbc.url");
  }

  /** A long step counts for nothing, though it took longer than the wait may take. */
  @Test
  void measuresWaitFromFirstFailureOfStep() {
    start()
        .run(
            () -> {
              if (tries.incrementAndGet() == 1) {
                ticker.advance(Duration.ofMinutes(10));
                throw DatabaseFailures.busy();
              }
            });

    assertThat(tries).hasValue(2);
  }

  @Test
  void stopsStartImmediatelyIfWaitingDoesNotHelp() {
    List<RuntimeException> permanent =
        List.of(
            DatabaseFailures.outage(),
            DatabaseFailures.readOnly(),
            failure("password authentication failed", "28P01"),
            new StartupException("the encoding"));
    for (RuntimeException failure : permanent) {
      assertThatThrownBy(() -> start().run(always(failure))).isSameAs(failure);
    }
    assertThat(tries).hasValue(permanent.size());
  }

  private static DatabaseException failure(String message, String state) {
    return new DatabaseException(new SQLException(message, state));
  }

  private DatabaseStart start() {
    return new DatabaseStart(ticker, ticker::advance);
  }

  private Runnable always(RuntimeException failure) {
    return () -> {
      tries.incrementAndGet();
      throw failure;
    };
  }

  private Runnable failing(RuntimeException... failures) {
    Deque<RuntimeException> next = new ArrayDeque<>(List.of(failures));
    return () -> {
      tries.incrementAndGet();
      if (!next.isEmpty()) {
        throw next.remove();
      }
    };
  }
}
