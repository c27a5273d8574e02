package dev.orrery.scheduler.base.database;

import dev.orrery.protocol.log.RateLimitedLog;
import dev.orrery.scheduler.base.time.Ticker;
import jakarta.inject.Singleton;
import java.lang.System.Logger.Level;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jboss.logging.Logger;
import org.postgresql.hostchooser.GlobalHostStatusTracker;
import org.postgresql.hostchooser.HostStatus;
import org.postgresql.jdbc.PgConnection;

/**
 * Keeps this replica from using an old primary that still accepts writes after a standby was
 * promoted. Each new connection is queried once for its server. Only the highest timeline that any
 * replica has seen may be used: new connections to a lower timeline are refused, and open ones are
 * closed.
 *
 * <p>A server that is not a replica of the known one, such as a restored dump, is refused. During
 * an outage the write check may try such a server, and uses it after the first successful write. A
 * server without our schema accepts no such write.
 */
@Singleton
public class PrimaryFence {
  private static final Logger LOG = Logger.getLogger(PrimaryFence.class);

  /**
   * The timeline of the server's write-ahead log; null on a standby, which writes none. Any role
   * may call these functions.
   */
  public static final String TIMELINE =
      """
      case when pg_is_in_recovery() then null else
          ('x' || substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8))::bit(32)::bigint
        end""";

  private static final String IDENTITY =
      "select (select system_identifier from pg_control_system()) as system, %s as timeline"
          .formatted(TIMELINE);

  private final DatabaseReachability reachability;
  private final RateLimitedLog refusals;
  private final Map<PgConnection, ServerIdentity> admitted = new ConcurrentHashMap<>();
  private volatile ServerIdentity newest;
  private volatile boolean hidden;

  PrimaryFence(DatabaseReachability reachability, Ticker ticker) {
    this.reachability = reachability;
    this.refusals =
        new RateLimitedLog(System.getLogger(PrimaryFence.class.getName()), ticker::nanos);
  }

  /**
   * Returns the server that this replica uses; empty before the first connection, and if servers
   * hide their identity.
   */
  public Optional<ServerIdentity> newest() {
    return Optional.ofNullable(newest);
  }

  /** Reports the server that another replica uses. Never blocks. */
  public synchronized void seenByOther(ServerIdentity other) {
    if (newest != null && newest.isBefore(other)) {
      LOG.infof(
          "Another replica uses a database server that was promoted later; switching to it:"
              + " timeline=%d before=%d",
          other.timeline(), newest.timeline());
      use(other);
    }
  }

  /**
   * Requires that the connection leads to the current server; blocks for one statement.
   *
   * @throws RefusedServerException if the connection leads to another server; the connection is
   *     then closed
   */
  void admit(Connection connection) throws SQLException {
    ServerIdentity server = identify(connection).orElse(null);
    if (server != null) {
      admit(server, connection.unwrap(PgConnection.class));
    }
  }

  /**
   * Like {@link #admit(Connection)}, but accepts a connection to another database during an outage.
   *
   * @return the server that must be {@link #adopt adopted} after a write; empty if the connection
   *     leads to the known database
   */
  Optional<ServerIdentity> admitForCheck(Connection connection) throws SQLException {
    Optional<ServerIdentity> server = identify(connection);
    if (server.isPresent()) {
      if (isOther(server.get()) && !reachability.isReachable()) {
        return server;
      }
      admit(server.get(), connection.unwrap(PgConnection.class));
    }
    return Optional.empty();
  }

  /** Switches to the server, which has accepted a write of the check. */
  synchronized void adopt(ServerIdentity server, Connection connection) throws SQLException {
    admitted.put(connection.unwrap(PgConnection.class), server);
    LOG.warnf(
        "Connected to another database; using it from now on: system=%d timeline=%d",
        server.system(), server.timeline());
    use(server);
  }

  private boolean isOther(ServerIdentity server) {
    ServerIdentity used = newest;
    return used != null && !server.isCopyOf(used);
  }

  private void admit(ServerIdentity server, PgConnection driver) throws SQLException {
    OutageCause refused = refusal(server, driver);
    if (refused == null) {
      return;
    }
    ServerIdentity used = newest;
    String detail =
        "host=%s system=%d timeline=%d, and the one in use has system=%d timeline=%d"
            .formatted(
                driver.getQueryExecutor().getHostSpec(),
                server.system(),
                server.timeline(),
                used.system(),
                used.timeline());
    refusals.log(
        Level.WARNING,
        refused.name(),
        "Refused a connection to a database server; trying other hosts first: cause="
            + refused
            + " "
            + detail);
    // The driver then tries other hosts of the URL first, for hostRecheckSeconds.
    GlobalHostStatusTracker.reportHostStatus(
        driver.getQueryExecutor().getHostSpec(), HostStatus.Secondary);
    driver.close();
    throw new RefusedServerException(refused, detail);
  }

  /** Returns the cause of a refusal; null if the server may be used. */
  private synchronized OutageCause refusal(ServerIdentity server, PgConnection connection) {
    if (newest != null && server.isBefore(newest)) {
      return OutageCause.OLD_PRIMARY;
    }
    if (isOther(server)) {
      return OutageCause.OTHER_DATABASE;
    }
    admitted.keySet().removeIf(ConnectionRegistry::isClosed);
    admitted.put(connection, server);
    if (!server.equals(newest)) {
      use(server);
    }
    return null;
  }

  /**
   * Closes connections to other servers. An old server does not close them, and would accept
   * writes.
   */
  private void use(ServerIdentity server) {
    newest = server;
    List<PgConnection> old =
        admitted.entrySet().stream()
            .filter(admission -> !admission.getValue().equals(server))
            .map(Map.Entry::getKey)
            .toList();
    old.forEach(ConnectionRegistry::abort);
    admitted.keySet().removeAll(old);
    if (!old.isEmpty()) {
      reachability.otherServer();
    }
  }

  /** Returns an empty result for a standby, and for a server that hides its identity. */
  Optional<ServerIdentity> identify(Connection connection) throws SQLException {
    try {
      return SqlStatement.of(connection, IDENTITY).first(PrimaryFence::read).orElseThrow();
    } catch (SQLException e) {
      DatabaseException failure = new DatabaseException(e);
      if (failure.isTemporary()) {
        throw e;
      }
      if (!hidden) {
        hidden = true;
        LOG.log(
            newest == null ? Logger.Level.INFO : Logger.Level.WARN,
            "Failed to read the timeline of the database server; continuing without it: "
                + failure.firstLine());
      }
      return Optional.empty();
    }
  }

  private static Optional<ServerIdentity> read(ResultSet row) throws SQLException {
    Long system = SqlStatement.nullableLong(row, "system");
    Long timeline = SqlStatement.nullableLong(row, "timeline");
    return system == null || timeline == null
        ? Optional.empty()
        : Optional.of(new ServerIdentity(system, timeline));
  }
}
