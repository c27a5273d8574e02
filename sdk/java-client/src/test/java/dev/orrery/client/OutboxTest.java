package dev.orrery.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.orrery.client.FakeApi.Received;
import dev.orrery.testing.program.Await;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("slow")
class OutboxTest {
  private static final Duration SOON = Duration.ofSeconds(20);
  private static final Instant START = Instant.parse("2026-11-29T03:00:00Z");

  @TempDir Path directory;
  private final JdbcDataSource database = new JdbcDataSource();
  private final FakeApi api = new FakeApi();
  private final List<OutboxRelay> relays = new ArrayList<>();
  private volatile Instant now = START;
  private final InstantSource clock = () -> now;
  private final Outbox outbox = new Outbox(clock);

  @BeforeEach
  void createTable() throws SQLException {
    database.setURL("jdbc:h2:" + directory.resolve("orders"));
    execute(
        """
        create table orrery_outbox (
          id varchar(36) primary key,
          due_at bigint not null,
          job varchar(100) not null,
          body clob not null,
          problem varchar(1000)
        )
        """);
    api.answering((request, out) -> out.json(201, "{\"id\":\"7\"}"));
  }

  @AfterEach
  void close() {
    relays.forEach(OutboxRelay::close);
    api.close();
  }

  private OutboxRelay startRelay() {
    return startRelay(database);
  }

  private OutboxRelay startRelay(DataSource pool) {
    OrreryClient client =
        ClientSettings.of("shop", "a-token-of-an-operator-for-tests")
            .server(api.url())
            .retryTimeout(Duration.ZERO)
            .open();
    OutboxRelay relay = OutboxRelay.start(client, pool, clock);
    relays.add(relay);
    return relay;
  }

  private void execute(String sql) throws SQLException {
    try (Connection connection = database.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private String add(Run run, boolean commit) throws SQLException {
    try (Connection connection = database.getConnection()) {
      connection.setAutoCommit(false);
      String key = outbox.add(connection, run);
      if (commit) {
        connection.commit();
      } else {
        connection.rollback();
      }
      return key;
    }
  }

  private List<String> problems() {
    try (Connection connection = database.getConnection();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("select problem from orrery_outbox")) {
      List<String> problems = new ArrayList<>();
      while (rows.next()) {
        problems.add(String.valueOf(rows.getString(1)));
      }
      return problems;
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
  }

  private List<String> keys() {
    return api.received().stream().map(call -> call.headers().get("idempotency-key")).toList();
  }

  @Test
  void retriesAfterUncheckedExceptionOfPool() throws SQLException {
    AtomicInteger calls = new AtomicInteger();
    DataSource pool =
        (DataSource)
            Proxy.newProxyInstance(
                DataSource.class.getClassLoader(),
                new Class<?>[] {DataSource.class},
                (proxy, method, arguments) -> {
                  if (calls.getAndIncrement() == 0) {
                    throw new IllegalStateException("the pool has been closed");
                  }
                  return method.invoke(database, arguments);
                });
    add(Run.of("invoice"), true);

    OutboxRelay relay = startRelay(pool);

    Await.until("it is told", SOON, () -> relay.problem().isPresent());
    assertThat(relay.problem()).get().asString().contains("the pool has been closed");
    Await.until("the outbox is empty", SOON, () -> problems().isEmpty());
  }

  @Test
  void submitsOnlyRunsOfCommittedTransactions() throws SQLException {
    add(Run.of("invoice").parameter("order", "1"), false);
    String key = add(Run.of("invoice").parameter("order", "2"), true);
    startRelay();

    Await.until("the outbox is empty", SOON, () -> problems().isEmpty());
    assertThat(keys()).containsExactly(key);
    Received call = api.received().get(0);
    assertThat(call.uri()).hasPath("/api/v1/apps/shop/jobs/invoice/instances");
    assertThat(call.body()).isEqualTo("{\"parameters\":{\"order\":\"2\"}}");
  }

  @Test
  void submitsEachRunOnceWithTwoRelays() throws SQLException {
    Set<String> added = new HashSet<>();
    startRelay();
    startRelay();
    for (int i = 0; i < 250; i++) {
      added.add(add(Run.of("invoice"), true));
      relays.get(i % 2).wake();
    }

    Await.until("the outbox is empty", SOON, () -> problems().isEmpty());
    assertThat(keys()).containsExactlyInAnyOrderElementsOf(added);
  }

  @Test
  void keepsRefusedRunWithItsProblemAndSubmitsOthers() throws SQLException {
    api.answering(
        (request, out) -> {
          if (request.uri().getPath().contains("missing")) {
            out.problem(404, "JOB_NOT_FOUND");
          } else {
            out.json(201, "{\"id\":\"7\"}");
          }
        });
    String refused = add(Run.of("missing"), true);
    add(Run.of("invoice"), true);
    startRelay();

    Await.until(
        "one is left, with its problem",
        SOON,
        () -> problems().size() == 1 && problems().get(0).contains("JOB_NOT_FOUND"));
    assertThat(Collections.frequency(keys(), refused)).isEqualTo(1);
    api.answering((request, out) -> out.json(201, "{\"id\":\"7\"}"));
    now = START.plusSeconds(61);

    Await.until("the outbox is empty", SOON, () -> problems().isEmpty());
    assertThat(Collections.frequency(keys(), refused)).isEqualTo(2);
  }

  @Test
  void retriesUntilSchedulerIsAvailable() throws SQLException {
    AtomicInteger calls = new AtomicInteger();
    api.answering(
        (request, out) -> {
          if (calls.incrementAndGet() == 1) {
            out.problem(503, "UNAVAILABLE");
          } else {
            out.json(201, "{\"id\":\"7\"}");
          }
        });
    String key = add(Run.of("invoice"), true);
    OutboxRelay relay = startRelay();

    Await.until("the round has failed", SOON, () -> relay.problem().isPresent());
    assertThat(relay.problem().orElseThrow()).contains("UNAVAILABLE");
    Await.until("the outbox is empty", SOON, () -> problems().isEmpty());
    assertThat(keys()).containsExactly(key, key);
    Await.until("the problem is over", SOON, () -> relay.problem().isEmpty());
  }

  /** As after a kill between the call and the deletion. */
  @Test
  void resubmitsRunOfLostRelayWithSameKey() throws SQLException {
    String key = add(Run.of("invoice"), true);
    execute(
        "update orrery_outbox set due_at = %d"
            .formatted(START.plus(Duration.ofMinutes(2)).toEpochMilli()));
    OutboxRelay relay = startRelay();
    String other = add(Run.of("invoice"), true);
    relay.wake();
    Await.until("the other is submitted", SOON, () -> keys().equals(List.of(other)));
    now = START.plus(Duration.ofMinutes(2));

    Await.until("the outbox is empty", SOON, () -> problems().isEmpty());
    assertThat(keys()).containsExactly(other, key);
  }

  @Test
  void refusesRunWithCountOrOversizedBody() throws SQLException {
    try (Connection connection = database.getConnection()) {
      assertThatThrownBy(() -> outbox.add(connection, Run.of("invoice").count(2)))
          .hasMessageContaining("cannot have a count; got 2");
      assertThatThrownBy(
              () ->
                  outbox.add(
                      connection, Run.of("invoice").parameter("x", "x".repeat(Outbox.MAX_BODY))))
          .hasMessageContaining("the outbox takes 262144");
    }
    assertThat(problems()).isEmpty();
  }
}
