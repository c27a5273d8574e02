package dev.orrery.scheduler.base.failover;

import dev.orrery.scheduler.base.database.ConnectionRegistry;
import dev.orrery.scheduler.base.database.DatabaseException;
import dev.orrery.scheduler.base.database.DedicatedConnectionFactory;
import dev.orrery.scheduler.base.database.OutageCause;
import dev.orrery.scheduler.base.database.RefusedServerException;
import dev.orrery.scheduler.base.database.SessionCheck;
import dev.orrery.scheduler.base.database.SqlStatement;
import io.agroal.api.AgroalDataSource;
import io.quarkus.agroal.DataSource;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.UUID;
import org.jboss.logging.Logger;
import org.postgresql.Driver;
import org.postgresql.PGProperty;
import org.postgresql.hostchooser.GlobalHostStatusTracker;
import org.postgresql.hostchooser.HostStatus;
import org.postgresql.util.HostSpec;

/** Opens connections that write one small row, which all replicas share. */
@Singleton
class ProbeStore implements ProbeConnection.Source {
  private static final Logger LOG = Logger.getLogger(ProbeStore.class);

  /** The name in the database's activity view. */
  static final String APPLICATION_NAME = "orrery-write-check";

  private static final String ROW = "database.check";

  static final Duration PROBE_TIMEOUT = Duration.ofSeconds(2);

  /** The URL may override these. The network time-out bounds a write in any case. */
  private static final Map<String, String> PROPERTIES =
      Map.of(
          "socketTimeout",
          Long.toString(PROBE_TIMEOUT.toSeconds()),
          // With two hosts, a frozen first one takes 4 s.
          "loginTimeout",
          "6",
          // Named statements would fail behind a pooler that does not keep sessions.
          "prepareThreshold",
          "0");

  /**
   * The marker reveals a pooler that uses another connection for each transaction. The lock
   * time-out is shorter than the network time-out, so that a lock of the whole table does not count
   * as an outage.
   */
  private static final String BEGIN_SESSION =
      "select set_config('orrery.session', ?, false), set_config('lock_timeout', '1s', false)";

  /**
   * One index probe of the primary key and a HOT update, every two seconds. A commit that waits for
   * a synchronous standby holds the row. Other checks skip the row, so that they do not pile up
   * behind it.
   */
  private static final String WRITE =
      """
      with free as (
        select name from setting where name = ? for update skip locked
      ), written as (
        update setting s set value = statement_timestamp()::text
        from free where s.name = free.name returning s.name
      )
      select exists (select from written) as written, pg_backend_pid() as backend,
        current_setting('orrery.session', true) as session,
        exists (select from setting where name = ?) as present
      """;

  /**
   * Finds a pending commit: of any check, or of any client that waits for a standby. The activity
   * of other roles may be hidden.
   */
  private static final String COMMIT_WAITS =
      """
      select exists (
        select from pg_stat_activity
        where datname = current_database() and pid <> pg_backend_pid() and state = 'active'
          and (application_name = ? or wait_event = 'SyncRep')
      ) as waits
      """;

  /**
   * Another client may hold the shared row indefinitely. A separate row, which no other session
   * sees, then proves that writes are committed.
   */
  private static final String INSERT_ASIDE = "insert into setting (name, value) values (?, '')";

  private static final String DELETE_ASIDE = "delete from setting where name = ?";

  /**
   * Runs only if the row is missing: otherwise it would wait for a transaction that has updated the
   * row.
   */
  private static final String CREATE =
      "insert into setting (name, value) values (?, '') on conflict do nothing";

  /** An update in place needs no disk space; a new table does, and fails on a full disk. */
  private static final String GROW =
      """
      create temp table orrery_growth as select md5(i::text) from generate_series(1, 8000) i;
      drop table orrery_growth
      """;

  private final DedicatedConnectionFactory connections;
  private final AgroalDataSource engine;

  ProbeStore(
      DedicatedConnectionFactory connections, @DataSource("engine") AgroalDataSource engine) {
    this.connections = connections;
    this.engine = engine;
  }

  @Override
  public ProbeConnection open(boolean doubtful) {
    return open(doubtful, connections.url());
  }

  @Override
  public List<ProbeConnection.Source> hosts() {
    return connections.hostUrls().stream().<ProbeConnection.Source>map(Host::new).toList();
  }

  private final class Host implements ProbeConnection.Source {
    private final String url;

    Host(String url) {
      this.url = url;
    }

    @Override
    public ProbeConnection open(boolean doubtful) {
      return ProbeStore.this.open(doubtful, url);
    }

    @Override
    public ProbeConnection borrow() {
      return ProbeStore.this.borrow();
    }

    @Override
    public void avoid() {
      Properties parts = Driver.parseURL(url, null);
      if (parts != null) {
        GlobalHostStatusTracker.reportHostStatus(
            new HostSpec(
                parts.getProperty(PGProperty.PG_HOST.getName()),
                Integer.parseInt(parts.getProperty(PGProperty.PG_PORT.getName()))),
            HostStatus.ConnectFail);
      }
    }
  }

  private ProbeConnection open(boolean doubtful, String url) {
    try {
      if (doubtful) {
        requireSessions(url);
      }
      return own(url);
    } catch (SQLException e) {
      throw new DatabaseException(e);
    }
  }

  private void requireSessions(String url) throws SQLException {
    try (Connection first = connect(url).connection();
        Connection second = connect(url).connection()) {
      if (!SessionCheck.isKept(first, second)) {
        throw new SQLException(DatabaseException.SESSION_NOT_KEPT);
      }
    }
  }

  private DedicatedConnectionFactory.ForCheck connect(String url) throws SQLException {
    return connections.openForCheck(url, APPLICATION_NAME, PROPERTIES);
  }

  private ProbeConnection own(String url) throws SQLException {
    DedicatedConnectionFactory.ForCheck opened = connect(url);
    Connection connection = opened.connection();
    try {
      connection.setNetworkTimeout(Runnable::run, (int) PROBE_TIMEOUT.toMillis());
      String marker = UUID.randomUUID().toString();
      SqlStatement.of(connection, BEGIN_SESSION).withText(marker).list(row -> marker);
      return new Session(opened, marker);
    } catch (SQLException | RuntimeException | Error e) {
      close(connection);
      throw e;
    }
  }

  @Override
  public ProbeConnection borrow() {
    try {
      return new Session(
          new DedicatedConnectionFactory.ForCheck(engine.getConnection(), null), null);
    } catch (SQLException e) {
      throw new DatabaseException(e);
    }
  }

  private static void close(Connection connection) {
    try {
      connection.close();
    } catch (SQLException e) {
      LOG.debugf(
          "Failed to close the connection of the write check; dropping it: %s", e.getMessage());
    }
  }

  /** A connection and the marker of its session; a borrowed connection has none. */
  private final class Session implements ProbeConnection {
    private final DedicatedConnectionFactory.ForCheck opened;
    private final Connection connection;
    private final String marker;
    private int backend;

    Session(DedicatedConnectionFactory.ForCheck opened, String marker) {
      this.opened = opened;
      this.connection = opened.connection();
      this.marker = marker;
    }

    private record Written(boolean written, int backend, String marker, boolean present) {}

    @Override
    public boolean write(boolean grows) {
      try {
        Written answer =
            SqlStatement.of(connection, WRITE)
                .withText(ROW)
                .withText(ROW)
                .first(
                    row ->
                        new Written(
                            row.getBoolean("written"),
                            row.getInt("backend"),
                            row.getString("session"),
                            row.getBoolean("present")))
                .orElseThrow();
        requireSession(answer);
        if (grows) {
          grow();
        }
        if (!answer.present()) {
          return SqlStatement.of(connection, CREATE).withText(ROW).update() > 0;
        }
        return answer.written() || (!commitWaits() && writeAside());
      } catch (SQLException e) {
        throw new DatabaseException(isOfOther() ? refusal(e) : e);
      }
    }

    private boolean isOfOther() {
      return opened.other() != null;
    }

    /** Refuses the other database: it may lack the schema, so that no statement would succeed. */
    private SQLException refusal(SQLException failure) {
      SQLException refused =
          new RefusedServerException(
              OutageCause.OTHER_DATABASE, opened.other() + ", which takes no write: " + failure);
      refused.initCause(failure);
      return refused;
    }

    @Override
    public void adopt() {
      if (isOfOther()) {
        try {
          connections.adopt(opened);
        } catch (SQLException e) {
          throw new DatabaseException(e);
        }
      }
    }

    private boolean commitWaits() throws SQLException {
      return SqlStatement.of(connection, COMMIT_WAITS)
          .withText(APPLICATION_NAME)
          .first(row -> row.getBoolean("waits"))
          .orElseThrow();
    }

    private boolean writeAside() throws SQLException {
      String name = ROW + "." + UUID.randomUUID();
      connection.setAutoCommit(false);
      try {
        SqlStatement.of(connection, INSERT_ASIDE).withText(name).update();
        SqlStatement.of(connection, DELETE_ASIDE).withText(name).update();
        connection.commit();
        connection.setAutoCommit(true);
      } catch (SQLException e) {
        // The return to autocommit would commit, and its own failure would hide this one.
        abort();
        throw e;
      }
      return true;
    }

    private void grow() throws SQLException {
      try (Statement statement = connection.createStatement()) {
        statement.execute(GROW);
      }
    }

    private void requireSession(Written answer) throws SQLException {
      boolean same = backend == 0 || backend == answer.backend();
      backend = answer.backend();
      if (isOwn() && !(same && marker.equals(answer.marker()))) {
        throw new SQLException(DatabaseException.SESSION_NOT_KEPT);
      }
    }

    @Override
    public boolean isOwn() {
      return marker != null;
    }

    @Override
    public void abort() {
      ConnectionRegistry.discard(connection);
    }

    @Override
    public void close() {
      ProbeStore.close(connection);
    }
  }
}
