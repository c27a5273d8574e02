package dev.orrery.it.sdk;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.orrery.it.harness.AtNight;
import dev.orrery.it.harness.Postgres;
import dev.orrery.it.harness.Stack;
import dev.orrery.testing.program.Await;
import dev.orrery.testing.program.ProgramProcess;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Kills an application that stores orders and submits their runs, and its scheduler. */
@Tag("thorough")
@AtNight
class OutboxIT {
  private static final int ORDERS = 1_000;
  private static final int KILLS = 20;
  private static final long SEED = 63;
  private static final Duration LONG = Duration.ofMinutes(3);

  @Test
  void runsEachCommittedOrderOnceThroughKills() throws SQLException {
    try (Stack stack = new Stack("outbox");
        Postgres shop = Postgres.create(stack.directory())) {
      stack.startScheduler();
      stack.api().putJob(Stack.APP, "invoice", "{\"processor\":{\"type\":\"noop\"}}");
      execute(shop, "create table orders (number int primary key)");
      execute(
          shop,
          """
          create table orrery_outbox (
            id varchar(36) primary key,
            due_at bigint not null,
            job varchar(100) not null,
            body text not null,
            problem varchar(1000)
          )
          """);
      execute(shop, "create index orrery_outbox_due on orrery_outbox (due_at)");
      String token = stack.api().newToken(Stack.APP, "operator");
      Random random = new Random(SEED);

      int next = 1;
      for (int kill = 1; kill <= KILLS; kill++) {
        int last = ORDERS * kill / KILLS;
        try (ProgramProcess application = start(stack, shop, token, next, last)) {
          int reached = next + random.nextInt(last - next + 1);
          Await.until(
              () -> "the application reaches order " + reached + ":\n" + application.output(),
              LONG,
              () -> {
                application.requireAlive();
                return shop.count("select coalesce(max(number), 0) + 1 from orders") >= reached;
              });
          application.kill();
        }
        if (kill % 5 == 0) {
          stack.killScheduler();
          stack.startScheduler();
        }
        next = (int) shop.count("select coalesce(max(number), 0) + 1 from orders");
      }

      // Claims of killed processes end after two minutes.
      try (ProgramProcess application = start(stack, shop, token, next, ORDERS)) {
        Await.until(
            () -> "the outbox is empty:\n" + application.output(),
            LONG,
            () ->
                shop.count("select count(*) from orrery_outbox") == 0
                    && shop.count("select max(number) from orders") == ORDERS);
        application.requireAlive();
      }

      List<Integer> submitted = new ArrayList<>();
      for (JsonNode instance : stack.api().instances(Stack.APP, "invoice")) {
        submitted.add(instance.at("/parameters/order").asInt());
      }
      assertThat(submitted).containsExactlyInAnyOrderElementsOf(orders(shop));
      System.out.printf(
          "OutboxIT: %d orders of %d committed, %d runs, each once, through %d kills of the"
              + " application and %d of the scheduler%n",
          orders(shop).size(), ORDERS, submitted.size(), KILLS, KILLS / 5);
    }
  }

  private static ProgramProcess start(
      Stack stack, Postgres shop, String token, int first, int last) {
    return ProgramProcess.start(
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx64m",
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("java.class.path"),
            OrderProgram.class.getName(),
            shop.url(),
            Postgres.USER,
            Postgres.PASSWORD,
            "http://localhost:" + stack.apiPort(),
            token,
            Integer.toString(first),
            Integer.toString(last)),
        Map.of(),
        stack.directory().resolve("orders-" + first + ".log"));
  }

  private static void execute(Postgres database, String sql) throws SQLException {
    try (Connection connection = database.connect();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static List<Integer> orders(Postgres database) throws SQLException {
    try (Connection connection = database.connect();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("select number from orders")) {
      List<Integer> numbers = new ArrayList<>();
      while (rows.next()) {
        numbers.add(rows.getInt(1));
      }
      return numbers;
    }
  }
}
