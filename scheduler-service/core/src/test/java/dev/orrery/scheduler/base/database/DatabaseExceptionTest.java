package dev.orrery.scheduler.base.database;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.SocketTimeoutException;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DatabaseExceptionTest {
  @ParameterizedTest
  @CsvSource({
    ", OUTAGE",
    "08006, OUTAGE",
    "25006, OUTAGE",
    "53100, OUTAGE",
    "57P01, OUTAGE",
    "58030, OUTAGE",
    "XX001, OUTAGE",
    "99999, OUTAGE",
    "26000, OUTAGE",
    "42P05, OUTAGE",
    "55P03, BUSY",
    "57014, BUSY",
    "40001, CONFLICT",
    "40P01, CONFLICT",
    "25P03, CONFLICT",
    "23505, FAULT",
    "22021, FAULT",
    "42601, FAULT"
  })
  void classifiesFailureBySqlState(String state, Kind kind) {
    assertKind(new DatabaseException(new SQLException("on purpose", state)), kind);
  }

  /** The driver says this of a standby, as every pool asks for the primary. */
  @Test
  void reportsReadOnlyWhenNoHostIsPrimary() {
    DatabaseException refused =
        new DatabaseException(
            new SQLException(
                "Could not find a server with specified targetServerType: primary", "08001"));

    assertThat(refused.isReadOnly()).isTrue();
    assertThat(refused.isOutcomeUnknown()).isFalse();
    assertThat(OutageCause.of(refused)).isEqualTo(OutageCause.READ_ONLY);
  }

  @ParameterizedTest
  @CsvSource({
    "08006, true",
    "57P01, true",
    "08001, false",
    "08003, false",
    "57P03, false",
    "53300, false",
    "53100, false",
    "25006, false",
    "25P03, false",
    "57014, false",
    ", false"
  })
  void reportsUnknownOutcomeOnlyForStatementsPossiblySent(String state, boolean unknown) {
    assertThat(new DatabaseException(new SQLException("on purpose", state)).isOutcomeUnknown())
        .isEqualTo(unknown);
  }

  /** The transaction manager has the failure of a commit among what was suppressed, twice. */
  @Test
  void findsCommitFailureAmongSuppressedExceptions() {
    Throwable resource = new IllegalStateException("XAException");
    resource.initCause(new SQLException("An I/O error occurred", "08006"));
    Throwable rollback = new IllegalStateException("RollbackException: ARJUNA016053");
    rollback.addSuppressed(resource);

    assertThat(DatabaseException.behind(new IllegalStateException(rollback)))
        .hasValueSatisfying(found -> assertThat(found.isOutcomeUnknown()).isTrue());
  }

  @Test
  void endsSearchAtCircularExceptionCauses() {
    Throwable one = new IllegalStateException("one");
    Throwable two = new IllegalStateException("two", one);
    one.initCause(two);

    assertThat(DatabaseException.behind(one)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "08006, AWAY",
    "57P01, AWAY",
    "25006, READ_ONLY",
    "53100, DISK_FULL",
    "53300, TOO_MANY_CONNECTIONS"
  })
  void derivesOutageCauseFromSqlState(String state, OutageCause cause) {
    assertThat(OutageCause.of(new DatabaseException(new SQLException("on purpose", state))))
        .isEqualTo(cause);
  }

  @Test
  void reportsHangingDatabaseOnReadTimeout() {
    SQLException failure = new SQLException("An I/O error occurred", "08006");
    failure.initCause(new SocketTimeoutException("Read timed out"));

    assertThat(OutageCause.of(new DatabaseException(failure))).isEqualTo(OutageCause.HANGING);
  }

  @Test
  void classifiesPoolTimeoutAsExhausted() {
    assertKind(
        new DatabaseException(new SQLException("Sorry, acquisition timeout!")), Kind.EXHAUSTED);
  }

  private static void assertKind(DatabaseException exception, Kind kind) {
    assertThat(exception.isOutage()).as("outage").isEqualTo(kind == Kind.OUTAGE);
    assertThat(exception.isExhausted()).as("exhausted").isEqualTo(kind == Kind.EXHAUSTED);
    assertThat(exception.isBusy()).as("busy").isEqualTo(kind == Kind.BUSY);
    assertThat(exception.isConflict()).as("conflict").isEqualTo(kind == Kind.CONFLICT);
    assertThat(exception.isTemporary()).as("temporary").isEqualTo(kind != Kind.FAULT);
  }

  private enum Kind {
    OUTAGE,
    EXHAUSTED,
    BUSY,
    CONFLICT,
    FAULT
  }
}
