package dev.orrery.scheduler.base.failover;

import dev.orrery.scheduler.base.database.ConnectionRegistry;
import dev.orrery.scheduler.base.database.PoolDriver;
import io.agroal.api.AgroalDataSource;
import io.agroal.api.AgroalDataSource.FlushMode;
import io.quarkus.agroal.DataSource;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.List;

/** Closes connections of all pools that may lead to a server other than the primary. */
@Singleton
public class PoolFlush {
  private final List<AgroalDataSource> pools;
  private final ConnectionRegistry connections;

  @Inject
  public PoolFlush(
      AgroalDataSource edits,
      @DataSource("engine") AgroalDataSource engine,
      @DataSource("reads") AgroalDataSource reads,
      ConnectionRegistry connections) {
    this(List.of(edits, engine, reads), connections);
  }

  public PoolFlush(List<AgroalDataSource> pools, ConnectionRegistry connections) {
    this.pools = pools;
    this.connections = connections;
  }

  /** Closes idle connections now, and the others when they return to their pool. */
  void gracefully() {
    pools.forEach(pool -> pool.flush(FlushMode.GRACEFUL));
  }

  /** Closes all connections, so that waiting statements fail. */
  void atOnce() {
    connections.abortAll();
    PoolDriver.abandonLogins();
    gracefully();
  }

  /** Aborts pending logins, and closes connections like {@link #gracefully}. */
  public void afterOutage() {
    PoolDriver.abandonLogins();
    gracefully();
  }
}
