package dev.orrery.scheduler.base.problem;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.protocol.ErrorCode;
import dev.orrery.scheduler.base.database.ConnectionsInUseException;
import dev.orrery.scheduler.base.database.DatabaseException;
import dev.orrery.scheduler.base.database.DatabaseFailures;
import dev.orrery.scheduler.base.database.OutageCause;
import io.vertx.core.http.HttpClosedException;
import jakarta.transaction.RollbackException;
import java.io.IOException;
import java.net.SocketException;
import java.nio.channels.ClosedChannelException;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProblemMapperTest {
  @Test
  void unwrapsRefusalFromNestedCompletionExceptions() {
    ProblemException refusal = ProblemException.of(ErrorCode.DRAINING, "no more");

    assertThat(ProblemMapper.from(refusal)).isSameAs(refusal);
    assertThat(ProblemMapper.from(new CompletionException(new CompletionException(refusal))))
        .isSameAs(refusal);
  }

  @Test
  void suggestsRetryWhenDatabaseIsUnreachable() {
    ProblemException problem =
        ProblemMapper.from(
            new CompletionException(new DatabaseException(new SQLException("secret", "08001"))));

    assertThat(problem.problem().code()).isEqualTo(ErrorCode.UNAVAILABLE);
    assertThat(problem.retryAfter()).isPresent();
    assertThat(problem.problem().detail())
        .isEqualTo("The database is not available at the moment; try again.");
  }

  @ParameterizedTest
  @CsvSource({
    "53100, the disk of the database is full",
    "53300, the database has no connection left",
    "25006, 'the database is read-only, or a standby that was not promoted'",
  })
  void describesReasonOfOutageWithoutDatabaseMessage(String sqlState, String reason) {
    ProblemException problem =
        ProblemMapper.from(new DatabaseException(new SQLException("secret", sqlState)));

    assertThat(problem.problem().code()).isEqualTo(ErrorCode.UNAVAILABLE);
    assertThat(problem.problem().detail())
        .isEqualTo("The database is not available at the moment: " + reason + ". Try again.");
  }

  @Test
  void suggestsRetryWhenTransactionTimesOut() {
    ProblemException problem =
        ProblemMapper.from(
            new IllegalStateException(
                "Error invoking subclass method", new RollbackException("not active")));

    assertThat(problem.problem().code()).isEqualTo(ErrorCode.UNAVAILABLE);
    assertThat(problem.retryAfter()).isPresent();
    assertThat(problem.problem().detail()).contains("nothing was changed");
  }

  @Test
  void includesReasonOfOngoingOutage() {
    assertThat(ProblemMapper.from(DatabaseFailures.during(OutageCause.AWAY)).problem().detail())
        .isEqualTo(
            "The database is not available at the moment: the database cannot be reached. Try"
                + " again.");
  }

  @Test
  void reportsUnknownOutcomeWhenStatementWasAlreadySent() {
    ProblemException problem = ProblemMapper.from(DatabaseFailures.outage());

    assertThat(problem.problem().code()).isEqualTo(ErrorCode.UNAVAILABLE);
    assertThat(problem.retryAfter()).isPresent();
    assertThat(problem.problem().detail())
        .contains("outcome is unknown")
        .contains("same Idempotency-Key")
        .doesNotContain("nothing was changed");
  }

  @ParameterizedTest
  @CsvSource({
    "true, Too many calls of this app wait for the database; try again.",
    "false, Too many calls wait for the database; try again."
  })
  void suggestsRetryWhenTooManyCallsWaitForDatabase(boolean byOneApp, String detail) {
    ProblemException problem = ProblemMapper.from(new ConnectionsInUseException(byOneApp));

    assertThat(problem.problem().code()).isEqualTo(ErrorCode.OVERLOADED);
    assertThat(problem.problem().detail()).isEqualTo(detail);
  }

  @Test
  void treatsReadOnlyStandbyAsDatabaseOutage() {
    ProblemException problem = ProblemMapper.from(DatabaseFailures.readOnly());

    assertThat(problem.problem().code()).isEqualTo(ErrorCode.UNAVAILABLE);
    assertThat(problem.retryAfter()).isPresent();
  }

  /** A deadlock, and a failed serialization. */
  @ParameterizedTest
  @ValueSource(strings = {"40P01", "40001"})
  void suggestsRetryAfterDeadlockOrSerializationFailure(String sqlState) {
    ProblemException problem =
        ProblemMapper.from(new IllegalStateException(new SQLException("secret", sqlState)));

    assertThat(problem.problem().code()).isEqualTo(ErrorCode.UNAVAILABLE);
    assertThat(problem.problem().status()).isEqualTo(503);
    assertThat(problem.retryAfter()).isPresent();
    assertThat(problem.problem().detail())
        .isEqualTo(
            "The change met another one of the same rows, and nothing was changed; try again.");
  }

  /** The server ends a transaction of a process that was paused for longer than 15 s. */
  @Test
  void suggestsRetryAfterPauseOfSchedulerProcess() {
    ProblemException problem =
        ProblemMapper.from(new IllegalStateException(new SQLException("secret", "25P03")));

    assertThat(problem.problem().code()).isEqualTo(ErrorCode.UNAVAILABLE);
    assertThat(problem.problem().status()).isEqualTo(503);
    assertThat(problem.retryAfter()).isPresent();
    assertThat(problem.problem().detail())
        .isEqualTo(
            "The scheduler was paused during the change, and nothing was changed; try again.");
  }

  @Test
  void suggestsRetryWhenAnotherTransactionHoldsLock() {
    ProblemException problem =
        ProblemMapper.from(new IllegalStateException(DatabaseFailures.busy()));

    assertThat(problem.problem().code()).isEqualTo(ErrorCode.UNAVAILABLE);
    assertThat(problem.retryAfter()).isPresent();
    assertThat(problem.problem().detail())
        .isEqualTo(
            "Another transaction holds a lock on the rows, and nothing was changed; try again.");
  }

  @Test
  void suggestsRetryWhenConnectionPoolIsExhausted() {
    ProblemException problem = ProblemMapper.from(new SQLException("Sorry, acquisition timeout!"));

    assertThat(problem.problem().code()).isEqualTo(ErrorCode.UNAVAILABLE);
    assertThat(problem.retryAfter()).isPresent();
    assertThat(problem.problem().detail())
        .isEqualTo("All connections to the database are in use; try again.");
  }

  @Test
  void classifiesConnectionClosedByCallerAsMalformed() {
    for (Throwable closed :
        List.of(
            new HttpClosedException("Connection was closed"),
            new ClosedChannelException(),
            new IOException(new HttpClosedException("Connection was closed")),
            new IOException("Connection has been closed"),
            new IOException("Failed to write", new IOException("Broken pipe")),
            new IOException(new SocketException("Connection reset")),
            new IOException(
                "Failed to write", new IOException(new IOException("Connection reset by peer"))))) {
      assertThat(ProblemMapper.from(closed).problem().code()).isEqualTo(ErrorCode.MALFORMED);
    }
    for (Throwable fault :
        List.of(
            new IOException("disk"),
            new IOException("Failed to write"),
            new IOException("Failed to write", new IOException("disk")),
            new IllegalStateException(new IOException("Broken pipe")))) {
      assertThat(ProblemMapper.from(fault).problem().code()).isEqualTo(ErrorCode.INTERNAL);
    }
  }

  @Test
  void revealsOnlyErrorIdOfInternalFault() {
    for (RuntimeException fault :
        new RuntimeException[] {
          new IllegalStateException("secret"),
          new DatabaseException(new SQLException("secret", "22021")),
          new CompletionException(null)
        }) {
      ProblemException problem = ProblemMapper.from(fault);

      assertThat(problem.problem().code()).isEqualTo(ErrorCode.INTERNAL);
      assertThat(problem.problem().status()).isEqualTo(500);
      assertThat(problem.problem().detail())
          .matches("Unexpected failure; the log has it as error id [0-9a-f-]{36}");
      assertThat(problem.retryAfter()).isEmpty();
    }
  }
}
