package dev.orrery.it.harness;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.orrery.testing.program.Await;
import dev.orrery.testing.program.ProgramProcess;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Kills an application that stores orders and, by its outbox, a run of the job {@code invoice} for
 * each; and its scheduler.
 */
public final class OutboxKills implements AutoCloseable {
  private static final long SEED = 63;
  private static final Duration LONG = Duration.ofMinutes(4);
  private static final String REACHED = "select coalesce(max(number), 0) + 1 from orders";

  private final Stack stack;
  private final Postgres shop;
  private final String token;

  /** Starts the application, which stores these orders and then lives on. */
  @FunctionalInterface
  public interface Application {
    ProgramProcess start(int first, int last);
  }

  public OutboxKills(Stack stack) throws SQLException {
    this.stack = stack;
    shop = Postgres.create(stack.directory());
    stack.startScheduler();
    stack.api().putJob(Stack.APP, "invoice", "{\"processor\":{\"type\":\"noop\"}}");
    token = stack.api().newToken(Stack.APP, "operator");
    execute("create table orders (number int primary key)");
    execute(
        """
        create table orrery_outbox (
          id varchar(36) primary key,
          due_at bigint not null,
          job varchar(100) not null,
          body text not null,
          problem varchar(1000)
        )
        """);
    execute("create index orrery_outbox_due on orrery_outbox (due_at)");
  }

  public Postgres shop() {
    return shop;
  }

  /** Returns a token with the role operator. */
  public String token() {
    return token;
  }

  public String server() {
    return "http://localhost:" + stack.apiPort();
  }

  /** Requires that each committed order, and no other, has one run. */
  public void run(String name, int orders, int kills, Application program) throws SQLException {
    Random random = new Random(SEED);
    int next = 1;
    for (int kill = 1; kill <= kills; kill++) {
      int last = orders * kill / kills;
      try (ProgramProcess application = program.start(next, last)) {
        int reached = next + random.nextInt(last - next + 1);
        Await.until(
            () -> "the application reaches order " + reached + ":\n" + application.output(),
            LONG,
            () -> {
              application.requireAlive();
              return shop.count(REACHED) >= reached;
            });
        application.kill();
      }
      if (kill % 5 == 0) {
        stack.killScheduler();
        stack.startScheduler();
      }
      next = (int) shop.count(REACHED);
    }
    // Claims of killed processes end after two minutes.
    try (ProgramProcess application = program.start(next, orders)) {
      Await.until(
          () -> "the outbox is empty:\n" + application.output(),
          LONG,
          () ->
              shop.count("select count(*) from orrery_outbox") == 0
                  && shop.count("select count(*) from orders where number > " + (orders - 2)) > 0);
      application.requireAlive();
    }
    List<Integer> submitted = new ArrayList<>();
    for (JsonNode instance : stack.api().instances(Stack.APP, "invoice")) {
      submitted.add(instance.at("/parameters/order").asInt());
    }
    assertThat(submitted).containsExactlyInAnyOrderElementsOf(orders());
    System.out.printf(
        "%s: %d orders of %d committed, %d runs, each once, through %d kills of the application and"
            + " %d of the scheduler%n",
        name, orders().size(), orders, submitted.size(), kills, kills / 5);
  }

  private void execute(String sql) throws SQLException {
    try (Connection connection = shop.connect();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private List<Integer> orders() throws SQLException {
    try (Connection connection = shop.connect();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("select number from orders")) {
      List<Integer> numbers = new ArrayList<>();
      while (rows.next()) {
        numbers.add(rows.getInt(1));
      }
      return numbers;
    }
  }

  @Override
  public void close() {
    shop.close();
  }
}
