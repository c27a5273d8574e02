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
import java.util.Optional;
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

  /** As many connections as are not closed. */
  private DataSource counted(AtomicInteger open, boolean autoCommit) {
    return proxy(
        DataSource.class,
        database,
        (method, result) -> {
          if (!(result instanceof Connection connection)) {
            return result;
          }
          connection.setAutoCommit(autoCommit);
          open.incrementAndGet();
          return proxy(
              Connection.class,
              connection,
              (called, returned) -> {
                if (called.equals("close")) {
                  open.decrementAndGet();
                }
                return returned;
              });
        });
  }

  private interface After {
    Object returned(String method, Object result) throws SQLException;
  }

  private static <T> T proxy(Class<T> type, T target, After after) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (proxy, method, arguments) ->
                after.returned(method.getName(), method.invoke(target, arguments))));
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
    api.answering(refusing("missing", 404, "{\"code\":\"JOB_NOT_FOUND\"}"));
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
    api.answering(
        CallsTest.inTurn(
            (request, out) -> out.problem(503, "UNAVAILABLE"),
            (request, out) -> out.json(201, "{\"id\":\"7\"}")));
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
  void holdsNoConnectionDuringCall() throws SQLException {
    AtomicInteger open = new AtomicInteger();
    List<Integer> during = Collections.synchronizedList(new ArrayList<>());
    api.answering(
        (request, out) -> {
          during.add(open.get());
          out.json(201, "{\"id\":\"7\"}");
        });
    add(Run.of("invoice"), true);
    add(Run.of("invoice"), true);
    startRelay(counted(open, false));

    Await.until("the outbox is empty", SOON, () -> problems().isEmpty());
    assertThat(during).containsExactly(0, 0);
  }

  @Test
  void submitsRunsBehindOneOfJobThatTokenMayNotRun() throws SQLException {
    api.answering(refusing("by-hand", 403, "{\"code\":\"FORBIDDEN\",\"field\":\"job\"}"));
    String refused = add(Run.of("by-hand"), true);
    String next = add(Run.of("invoice"), true);
    OutboxRelay relay = startRelay();

    Await.until(
        "the next is submitted",
        Duration.ofSeconds(5),
        () -> keys().equals(List.of(refused, next)));
    Await.until(
        "the refused one is left",
        SOON,
        () ->
            problems().size() == 1
                && problems().get(0).startsWith("Refused since " + START + ": FORBIDDEN"));
    assertThat(relay.problem()).isEmpty();
  }

  /** Which does not say whether it is about the job. */
  @Test
  void submitsRunsBehindOneThatOlderSchedulerForbids() throws SQLException {
    api.answering(refusing("by-hand", 403, "{\"code\":\"FORBIDDEN\"}"));
    add(Run.of("by-hand"), true);
    String next = add(Run.of("invoice"), true);
    startRelay();

    Await.until("the next is submitted", SOON, () -> keys().contains(next));
    Await.until("one is left", SOON, () -> problems().size() == 1);
    assertThat(problems()).as("unknown is no refusal").containsExactly("null");
  }

  @Test
  void keepsRunsAsTheyAreWhileAppDoesNotExist() throws SQLException {
    api.answering((request, out) -> out.problem(404, "APP_NOT_FOUND"));
    List<String> added = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      added.add(add(Run.of("invoice"), true));
    }
    OutboxRelay relay = startRelay();

    Await.until("the round has failed", SOON, () -> relay.problem().isPresent());
    assertThat(relay.problem().orElseThrow()).contains("APP_NOT_FOUND");
    Await.until("the first is tried again", SOON, () -> keys().size() > 1);
    assertThat(new HashSet<>(keys())).containsExactly(added.get(0));
    assertThat(problems()).hasSize(20);
    int refused = keys().size();
    api.answering((request, out) -> out.json(201, "{\"id\":\"7\"}"));
    Await.until("the outbox is empty", SOON, () -> problems().isEmpty());
    List<String> accepted = keys();
    assertThat(accepted.subList(accepted.size() - 20, accepted.size()))
        .as("in the order of one process, in one millisecond")
        .containsExactlyElementsOf(added);
    assertThat(refused).isPositive();
  }

  @Test
  void delaysOnlyRunsOfOverloadedJob() throws SQLException {
    AtomicInteger overloads = new AtomicInteger();
    api.answering(
        (request, out) -> {
          if (request.uri().getPath().contains("busy") && now.equals(START)) {
            overloads.incrementAndGet();
            out.header("Retry-After", "30").problem(429, "OVERLOADED");
          } else {
            out.json(201, "{\"id\":\"7\"}");
          }
        });
    List<String> busy = new ArrayList<>();
    for (int i = 0; i < 150; i++) {
      busy.add(add(Run.of("busy"), true));
    }
    String next = add(Run.of("invoice"), true);
    startRelay();

    Await.until("the other job runs", SOON, () -> keys().contains(next));
    assertThat(overloads).hasValue(1);
    now = START.plusSeconds(31);
    Await.until("the outbox is empty", SOON, () -> problems().isEmpty());
    assertThat(keys().subList(keys().size() - 150, keys().size())).containsExactlyElementsOf(busy);
  }

  @Test
  void keepsRunThatWasRefusedForADayAndTriesItNoMore() throws SQLException {
    api.answering(refusing("missing", 404, "{\"code\":\"JOB_NOT_FOUND\"}"));
    String key = add(Run.of("missing"), true);
    OutboxRelay relay = startRelay();
    Await.until("it is refused", SOON, () -> problems().get(0).startsWith("Refused"));
    now = START.plus(Duration.ofDays(1));
    Await.until("it is tried for the last time", SOON, () -> keys().equals(List.of(key, key)));
    now = START.plus(Duration.ofDays(9));
    String later = add(Run.of("invoice"), true);

    Await.until("the outbox was read after it", SOON, () -> keys().contains(later));
    assertThat(Collections.frequency(keys(), key)).isEqualTo(2);
    assertThat(problems().get(0)).startsWith("Refused since " + START);
    now = now.plusSeconds(10);
    Await.until("the state is read", SOON, () -> relay.state().waiting() == 0);
    assertThat(relay.state()).isEqualTo(new OutboxState(0, Optional.empty(), 1, Optional.empty()));

    api.answering((request, out) -> out.json(201, "{\"id\":\"7\"}"));
    execute("update orrery_outbox set due_at = 0, problem = null where problem like 'Refused%'");
    Await.until("a person has tried it again", SOON, () -> problems().isEmpty());
  }

  @Test
  void submitsNoRunAgainWhoseKeyMayBeForgotten() throws SQLException {
    api.answering((request, out) -> out.problem(503, "UNAVAILABLE"));
    String key = add(Run.of("invoice"), true);
    OutboxRelay relay = startRelay();
    Await.until("it is unanswered", SOON, () -> relay.problem().isPresent());
    relay.close();
    assertThat(problems().get(0)).startsWith("Unanswered since " + START + ": UNAVAILABLE");
    int calls = keys().size();
    api.answering((request, out) -> out.json(201, "{\"id\":\"7\"}"));
    now = START.plus(Duration.ofHours(23));
    startRelay();
    String other = add(Run.of("invoice"), true);

    Await.until("the other is submitted", SOON, () -> keys().contains(other));
    assertThat(keys()).hasSize(calls + 1).contains(key);
    assertThat(problems().get(0)).contains("the scheduler may have the run");
  }

  @Test
  void countsRunsThatWait() throws SQLException {
    api.answering((request, out) -> out.problem(401, "UNAUTHENTICATED"));
    add(Run.of("invoice"), true);
    now = START.plusSeconds(5);
    add(Run.of("invoice"), true);
    OutboxRelay relay = startRelay();
    Await.until("it is refused", SOON, () -> relay.problem().isPresent());
    Await.until("the state is read", SOON, () -> relay.state().waiting() == 2);

    assertThat(relay.state().oldest()).contains(START);
    assertThat(relay.state().oldestAge(now)).isEqualTo(Duration.ofSeconds(5));
    assertThat(relay.state().refused()).isZero();
    assertThat(relay.state().problem()).get().asString().contains("UNAUTHENTICATED");
  }

  private static FakeApi.Answer refusing(String job, int status, String problem) {
    return (request, out) -> {
      if (request.uri().getPath().contains(job)) {
        out.json(status, problem);
      } else {
        out.json(201, "{\"id\":\"7\"}");
      }
    };
  }

  @Test
  void refusesRunThatNoSchedulerTakes() throws SQLException {
    try (Connection connection = database.getConnection()) {
      assertThatThrownBy(() -> outbox.add(connection, Run.of("invoice").count(2)))
          .hasMessageContaining("cannot have a count; got 2");
      assertThatThrownBy(
              () -> outbox.add(connection, Run.of("invoice").parameter("x", "ä".repeat(32 * 1024))))
          .hasMessageContaining("have 65537 bytes and may have 65536");
      assertThatThrownBy(() -> outbox.add(connection, Run.of("invoice").parameter("bad name", "x")))
          .hasMessageContaining("The name of a parameter");
      assertThatThrownBy(() -> outbox.add(connection, Run.of("invoice").parameter("orrery.x", "x")))
          .hasMessageContaining("reserved name");
      assertThatThrownBy(() -> outbox.add(connection, Run.of("invoice").parameter("x", null)))
          .hasMessageContaining("'x' is null");
      outbox.add(connection, Run.of("invoice").parameter("x", "x".repeat(64 * 1024 - 1)));
    }
    assertThat(problems()).hasSize(1);
  }
}
