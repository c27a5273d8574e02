package dev.orrery.scheduler.base.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.orrery.scheduler.base.time.Ticker;
import dev.orrery.scheduler.testkit.TestMetrics;
import io.agroal.api.AgroalDataSource;
import jakarta.interceptor.InvocationContext;
import jakarta.transaction.TransactionManager;
import java.lang.reflect.Proxy;
import java.sql.SQLException;
import java.time.Duration;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The pool has two connections, and one app may use one of them. */
class EditQuotaInterceptorTest {
  private static final int APP = 7;

  private final TransactionManager transactions =
      com.arjuna.ats.jta.TransactionManager.transactionManager();

  private final DatabaseReachability reachability = new DatabaseReachability();
  private AgroalDataSource pool;
  private ConnectionQuota quota;
  private EditQuotaInterceptor interceptor;

  @BeforeEach
  void create() throws SQLException {
    pool = IdlePool.ofAtMost(2);
    quota = new ConnectionQuota(pool, pool, pool, Ticker.SYSTEM, TestMetrics.quotas());
    interceptor =
        new EditQuotaInterceptor(() -> OptionalInt.of(APP), quota, reachability, transactions);
  }

  @AfterEach
  void close() {
    pool.close();
  }

  @Test
  void releasesQuotaOfEditRefusedDuringOutage() throws Exception {
    reachability.lost(OutageCause.HANGING);

    assertThatThrownBy(() -> interceptor.enter(call(() -> "done")))
        .isInstanceOf(DatabaseException.class)
        .hasMessageContaining("no statement sent");

    reachability.reached();
    assertThat(CompletableFuture.supplyAsync(() -> enter(call(() -> "done"))))
        .succeedsWithin(Duration.ofSeconds(5))
        .isEqualTo("done");
  }

  @Test
  void countsNestedEditOfTransactionOnceAgainstQuota() throws Exception {
    Object inner =
        interceptor.enter(
            call(
                () -> {
                  transactions.begin();
                  try {
                    return interceptor.enter(call(() -> "inner"));
                  } finally {
                    transactions.rollback();
                  }
                }));

    assertThat(inner).isEqualTo("inner");
  }

  private Object enter(InvocationContext call) {
    try {
      return interceptor.enter(call);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  /** Work in place of an intercepted method. */
  @FunctionalInterface
  private interface Work {
    Object run() throws Exception;
  }

  private static InvocationContext call(Work work) {
    return (InvocationContext)
        Proxy.newProxyInstance(
            EditQuotaInterceptorTest.class.getClassLoader(),
            new Class<?>[] {InvocationContext.class},
            (proxy, method, arguments) -> work.run());
  }
}
