package dev.orrery.scheduler.base.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.fail;

import dev.orrery.scheduler.base.quota.QuotaMetrics;
import dev.orrery.scheduler.base.time.Ticker;
import io.agroal.api.AgroalDataSource;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.sql.SQLException;
import java.util.Optional;
import java.util.OptionalInt;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class EngineDatabaseTest {
  private final SchemaState schema = new SchemaState();
  private final DatabaseReachability reachability = new DatabaseReachability();
  private final EngineDatabase database =
      new EngineDatabase(null, schema, null, null, null, reachability);

  @Test
  void refusesCallsBeforeSchemaCheck() {
    requireRefusal();
  }

  @Test
  void refusesCallsOnNewerSchema() {
    schema.found("5", Optional.of("6"));

    requireRefusal();
  }

  @Test
  void refusesCallsDuringOutage() {
    schema.found("5", Optional.empty());
    reachability.lost(OutageCause.HANGING);

    requireRefusal();
  }

  /** The outage begins while the calls wait for a place. */
  @Test
  void sendsNoStatementWhenOutageBeginsDuringWait() throws SQLException {
    schema.found("5", Optional.empty());
    QuotaMetrics shares = new QuotaMetrics(new SimpleMeterRegistry());
    CallingApp app =
        () -> {
          reachability.lost(OutageCause.HANGING);
          return OptionalInt.of(7);
        };
    try (AgroalDataSource pool = IdlePool.ofAtMost(4)) {
      EngineDatabase waiting = database(pool, app, shares);

      requireNothingSent(() -> waiting.autocommit(connection -> fail("a statement")));
      reachability.reached();
      requireNothingSent(() -> waiting.read(connection -> fail("a read")));
    }
  }

  /** A call that took a second place for each of its reads would wait for itself. */
  @Test
  void countsNestedReadsOnceAgainstQuota() throws SQLException {
    schema.found("5", Optional.empty());
    SimpleMeterRegistry meters = new SimpleMeterRegistry();
    QuotaMetrics shares = new QuotaMetrics(meters);
    CallingApp app = () -> OptionalInt.of(7);
    try (AgroalDataSource pool = IdlePool.ofAtMost(4)) {
      EngineDatabase reading = database(pool, app, shares);
      Gauge used = meters.get("orrery.share.used.ratio").tag("kind", "reads").gauge();

      double inside = reading.readAndUse(() -> reading.readAndUse(used::value));

      assertThat(inside).isEqualTo(0.5);
      assertThat(used.value()).isZero();
    }
  }

  private EngineDatabase database(AgroalDataSource pool, CallingApp app, QuotaMetrics quotas) {
    ConnectionQuota quota = new ConnectionQuota(pool, pool, pool, Ticker.SYSTEM, quotas);
    return new EngineDatabase(
        pool, schema, new ReadPool(pool, app, reachability, quota), quota, app, reachability);
  }

  private static void requireNothingSent(ThrowingCallable work) {
    assertThatThrownBy(work)
        .isInstanceOf(DatabaseException.class)
        .hasMessageContaining("no statement sent");
  }

  private void requireRefusal() {
    requireRefusal(() -> database.autocommit(connection -> fail("a statement")));
    requireRefusal(() -> database.read(connection -> fail("a read")));
  }

  /** As in an outage, so that what is done again and again is put off. */
  private static void requireRefusal(ThrowingCallable work) {
    assertThatThrownBy(work)
        .isInstanceOf(DatabaseException.class)
        .extracting(refused -> ((DatabaseException) refused).isOutage())
        .isEqualTo(true);
  }
}
