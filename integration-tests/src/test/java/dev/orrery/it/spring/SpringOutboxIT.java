package dev.orrery.it.spring;

import dev.orrery.it.harness.AtNight;
import dev.orrery.it.harness.OutboxKills;
import dev.orrery.it.harness.Postgres;
import dev.orrery.it.harness.Stack;
import dev.orrery.testing.program.ProgramProcess;
import java.io.IOException;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Kills an application whose pools have no auto-commit while it submits runs by its outbox. */
@Tag("thorough")
@AtNight
class SpringOutboxIT {

  @ParameterizedTest
  @ValueSource(strings = {"jdbc", "jpa", "two"})
  void runsEachCommittedOrderOnceThroughKills(String orders) throws IOException, SQLException {
    SpringProgram program = SpringProgram.buildOutbox("4.0.9");
    try (Stack stack = new Stack("outbox-" + orders);
        OutboxKills kills = new OutboxKills(stack)) {
      kills.run(
          "SpringOutboxIT " + orders,
          300,
          5,
          (first, last) -> start(program, stack, kills, orders, first, last));
    }
  }

  private static ProgramProcess start(
      SpringProgram program, Stack stack, OutboxKills kills, String orders, int first, int last) {
    return program
        .start(
            stack.directory().resolve("orders-" + first + ".log"),
            List.of(
                "spring.datasource.url=" + kills.shop().url(),
                "spring.datasource.username=" + Postgres.USER,
                "spring.datasource.password=" + Postgres.PASSWORD,
                "spring.datasource.hikari.auto-commit=false",
                "orrery.worker.enabled=false",
                "orrery.client.app=" + Stack.APP,
                "orrery.client.server=" + kills.server(),
                "orrery.client.token=" + kills.token(),
                "orrery.client.outbox=true",
                "orrery.client.outbox-data-source="
                    + (orders.equals("two") ? "shop" : "dataSource"),
                "orders=" + orders,
                "first=" + first,
                "last=" + last))
        .process();
  }
}
