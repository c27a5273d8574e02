package dev.orrery.scheduler.base.database;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import org.flywaydb.core.Flyway;

/**
 * A database for tests of stores, on the server of the {@code @QuarkusTest} classes: it has the
 * schema, and no service works on it, so rows stay as the test wrote them. It is empty at the start
 * of each test and has as many clients as the test needs.
 *
 * <p>A test of a lock has one client hold it ({@link #begin}) while another one calls the store:
 * {@link Call#awaitBlocked} where it must wait, {@link #callWithoutBlocking} where it must not.
 */
public final class StoreDatabase implements AutoCloseable {
  private static final String NAME = "store_tests";

  /** Found before the function of the server by clients whose clock stands still. */
  private static final String[] STILL_CLOCK = {
    "create schema still",
    """
    create function still.statement_timestamp() returns timestamptz stable
    return current_setting('still.now')::timestamptz
    """,
  };

  /** The tables, each after those that refer to it. */
  private static final String DELETE_ALL =
      """
      delete from replica;
      delete from powerjob_attempt;
      delete from powerjob_worker;
      delete from powerjob_app;
      delete from job_failing;
      delete from webhook_event;
      delete from webhook;
      delete from progress;
      delete from log_chunk;
      delete from attempt;
      delete from instance_history;
      delete from part_history;
      delete from flow_node;
      delete from parent_instance;
      delete from end_count_batch;
      delete from end_count;
      delete from instance;
      delete from worker_session;
      delete from idempotency;
      delete from console_session;
      delete from setting;
      delete from trigger;
      delete from job_recheck;
      delete from job_concurrency;
      delete from declared_job;
      delete from backfill;
      delete from pruned_fire_time;
      delete from job_label;
      delete from job_version;
      delete from job;
      delete from lane;
      delete from token;
      delete from app;
      """;

  private static final int VALID_SECONDS = 10;

  private static String url;

  /**
   * Connections of ended tests. A login and the first statements of a connection, which read the
   * catalogs, take longer than most tests.
   */
  private static final Queue<Connection> IDLE = new ConcurrentLinkedQueue<>();

  private final List<Client> clients = new ArrayList<>();
  private final ExecutorService callers = Executors.newCachedThreadPool();
  private final Client own;

  private StoreDatabase() {
    own = connect(false);
    update("set time zone 'UTC'");
  }

  /** The database without any rows; to be closed at the end of the test. */
  public static StoreDatabase openEmpty() {
    createOnce();
    StoreDatabase database = new StoreDatabase();
    database.own.transaction(
        connection -> {
          try (Statement statement = connection.createStatement()) {
            statement.execute(DELETE_ALL);
          }
          return null;
        });
    return database;
  }

  private static synchronized void createOnce() {
    if (url != null) {
      return;
    }
    String server = TestServer.url();
    try (Connection connection = TestServer.connect();
        Statement statement = connection.createStatement()) {
      statement.execute("drop database if exists " + NAME + " with (force)");
      statement.execute("create database " + NAME);
      statement.execute("alter database " + NAME + " set synchronous_commit = off");
    } catch (SQLException e) {
      throw new DatabaseException(e);
    }
    String created = server.replaceFirst("/[^/?]*($|\\?)", "/" + NAME + "$1");
    Flyway.configure()
        .dataSource(created, TestServer.setting("username"), TestServer.setting("password"))
        .load()
        .migrate();
    url = created;
    try (StoreDatabase database = new StoreDatabase()) {
      for (String statement : STILL_CLOCK) {
        database.update(statement);
      }
    }
  }

  /** The URL with an option of the driver, such as {@code currentSchema=x}; empty for none. */
  public String url(String option) {
    return option.isEmpty() ? url : url + (url.contains("?") ? "&" : "?") + option;
  }

  public String user() {
    return TestServer.setting("username");
  }

  public String password() {
    return TestServer.setting("password");
  }

  /** A new connection with an option of the driver, which the caller closes. */
  public Connection login(String option) throws SQLException {
    return TestServer.connect(url(option));
  }

  /** A client that commits each statement, or each transaction of the store. */
  public Client hot() {
    return connect(false);
  }

  /**
   * A client for which it is always the same time, so that a bound can be tested exactly where it
   * is: its statements get this time as their {@code statement_timestamp()}.
   */
  public Client hotAt(Instant now) {
    Client client = connect(false);
    client.lock("select set_config('search_path', 'still, pg_catalog, public', false)");
    client.lock("select set_config('still.now', ?, false)", now.toString());
    return client;
  }

  /** A client whose work is one transaction, which the test ends. */
  public Client begin() {
    return connect(true);
  }

  /** Connects under a name, as a replica does that listens for hints; returns the process id. */
  public int listener(String applicationName) {
    return named(applicationName, url);
  }

  /** The same, connected to another database of the server. */
  public int listenerElsewhere(String applicationName) {
    return named(applicationName, TestServer.setting("jdbc.url"));
  }

  private int named(String applicationName, String at) {
    Client client = connect(at, false);
    client.lock("select set_config('application_name', ?, false)", applicationName);
    return client.process();
  }

  /** Calls a store on a thread and a connection of its own. */
  public <T> Call<T> call(Function<Client, T> store) {
    Client client = connect(false);
    return new Call<>(
        this, client, CompletableFuture.supplyAsync(() -> store.apply(client), callers));
  }

  /** Calls a store that must not wait for what other clients hold. */
  public <T> T callWithoutBlocking(Function<Client, T> store) {
    return call(store).resultWithoutBlocking();
  }

  public void update(String sql, Object... parameters) {
    own.autocommit(connection -> bound(connection, sql, parameters).update());
  }

  public long number(String sql, Object... parameters) {
    return numbers(sql, parameters).get(0);
  }

  /** The first column of all rows. */
  public List<Long> numbers(String sql, Object... parameters) {
    return own.autocommit(
        connection ->
            bound(connection, sql, parameters)
                .list(row -> row.getObject(1) == null ? null : row.getLong(1)));
  }

  /** The first column of all rows, as text; times are those of UTC, wherever the test runs. */
  public List<String> texts(String sql, Object... parameters) {
    return own.autocommit(
        connection -> bound(connection, sql, parameters).list(row -> row.getString(1)));
  }

  /** Writes a chunk of a log with one line of it. */
  public void chunk(long instance, int attempt, int sequence) {
    update(
        """
        insert into log_chunk (instance_id, attempt, sequence, last_sequence, bytes, lines)
        values (?, ?, ?, ?, 1, '[]')
        """,
        instance,
        attempt,
        sequence,
        sequence);
  }

  /** Ids of the instances in this state, ascending. */
  public List<Long> instancesIn(int state) {
    return numbers("select id from instance where state = ? order by id", state);
  }

  /** A live session that could run anything of the job. */
  public UUID session(StoredJob job) {
    UUID id = UUID.randomUUID();
    update(
        """
        insert into worker_session (id, app_id, worker, software_version, protocol, dialect,
          api_version, tags, processors, capacity, lease_until)
        values (?, ?, 'worker', 'test', 'http', 'orrery', 1, '{}', '{noop}', 20,
          statement_timestamp() + interval '1 minute')
        """,
        id,
        job.app());
    return id;
  }

  /** An enabled job with a processor and nothing else, in an app and a lane of its own. */
  public StoredJob job() {
    return job("");
  }

  /**
   * @param fields of its document, as {@code "retry":{"maxWorkerLosses":2}}
   */
  public StoredJob job(String fields) {
    return StoredJob.create(this, fields);
  }

  boolean isBlocked(Client client) {
    return number(
            """
            select count(*) from pg_stat_activity
            where pid = ? and wait_event_type = 'Lock'
              and wait_event in ('transactionid', 'tuple', 'spectoken', 'advisory')
            """,
            client.process())
        > 0;
  }

  private Client connect(boolean held) {
    return connect(url, held);
  }

  private Client connect(String at, boolean held) {
    try {
      Connection connection = at.equals(url) ? IDLE.poll() : null;
      if (connection == null) {
        connection = TestServer.connect(at);
      }
      try (Statement statement = connection.createStatement()) {
        statement.execute(TestServer.setting("engine.jdbc.new-connection-sql"));
        // Tests hold locks on purpose and insert many rows, for as long as a slow machine takes.
        statement.execute("set lock_timeout = 0; set statement_timeout = 0");
        // What an earlier test did would otherwise count among the reads of this one.
        statement.execute("select pg_stat_force_next_flush()");
      }
      connection.setAutoCommit(!held);
      Client client = new Client(connection, held);
      clients.add(client);
      return client;
    } catch (SQLException e) {
      throw new DatabaseException(e);
    }
  }

  /** Forgets settings, plans and whatever else a session keeps. */
  private static void reset(Connection connection) throws SQLException {
    connection.setAutoCommit(true);
    try (Statement statement = connection.createStatement()) {
      statement.execute("discard all");
    }
  }

  private static SqlStatement bound(Connection connection, String sql, Object... parameters) {
    SqlStatement bound = SqlStatement.of(connection, sql);
    for (Object parameter : parameters) {
      bound.with(parameter);
    }
    return bound;
  }

  /** Undoes what was begun, lets calls end that waited for it, and disconnects. */
  @Override
  public void close() {
    clients.stream().filter(Client::isHeld).forEach(Client::rollback);
    callers.shutdown();
    try {
      assertThat(callers.awaitTermination(10, TimeUnit.SECONDS)).as("all calls end").isTrue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    } finally {
      clients.forEach(Client::release);
    }
  }

  /** One connection to the database. */
  public static final class Client extends EngineDatabase {
    private final Connection connection;
    private final boolean held;
    private final int process;
    private int calls;
    private int reads;
    private boolean refusesReads;

    private Client(Connection connection, boolean held) throws SQLException {
      super(null, null, null, null, null, null);
      this.connection = connection;
      this.held = held;
      this.process =
          SqlStatement.of(connection, "select pg_backend_pid() as pid")
              .first(row -> row.getInt("pid"))
              .orElseThrow();
    }

    @Override
    public <T> T autocommit(SqlWork<T> work) {
      calls++;
      try {
        return work.run(connection);
      } catch (SQLException e) {
        throw new DatabaseException(e);
      }
    }

    @Override
    public <T> T readAndUse(Supplier<T> work) {
      return work.get();
    }

    @Override
    public <T> T read(SqlWork<T> work) {
      if (refusesReads) {
        throw new ConnectionsInUseException(true);
      }
      reads++;
      return autocommit(work);
    }

    /** From now on, the app of the caller has no connection left for reads. */
    public Client refuseReads() {
      refusesReads = true;
      return this;
    }

    /** Number of times that a store has asked for a connection that is not one for reads. */
    public int callsOfTheEngine() {
      return calls - reads;
    }

    @Override
    public <T> T transaction(SqlWork<T> work) {
      return held ? autocommit(work) : super.transaction(work);
    }

    /** Number of times that a store has asked for this connection. */
    public int calls() {
      return calls;
    }

    public void commit() {
      autocommit(
          open -> {
            open.commit();
            return null;
          });
    }

    public void rollback() {
      autocommit(
          open -> {
            open.rollback();
            return null;
          });
    }

    /** For a store that takes part in the transaction of its caller. */
    public JtaDatabase edit() {
      return new JtaDatabase(null) {
        @Override
        public <T> T inCurrentTransaction(SqlWork<T> work) {
          return autocommit(work);
        }
      };
    }

    /** Runs one statement of the test's own. */
    public int update(String sql, Object... parameters) {
      return autocommit(open -> bound(open, sql, parameters).update());
    }

    /** Runs a query, for the locks that it takes. */
    public void lock(String sql, Object... parameters) {
      autocommit(open -> bound(open, sql, parameters).list(row -> true));
    }

    private boolean isHeld() {
      return held;
    }

    private int process() {
      return process;
    }

    /** Leaves the connection to a later test, unless this one has ended its session. */
    private void release() {
      try {
        if (isReusable()) {
          reset(connection);
          IDLE.add(connection);
        } else {
          connection.close();
        }
      } catch (SQLException e) {
        throw new DatabaseException(e);
      }
    }

    private boolean isReusable() throws SQLException {
      return connection.isValid(VALID_SECONDS) && connection.getMetaData().getURL().equals(url);
    }
  }
}
