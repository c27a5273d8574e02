package dev.orrery.it.quarkus;

import dev.orrery.it.harness.AtNight;
import dev.orrery.it.harness.OutboxKills;
import dev.orrery.it.harness.Postgres;
import dev.orrery.it.harness.Stack;
import dev.orrery.testing.program.Ports;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Kills an application of Quarkus while it submits runs by its outbox. */
@Tag("thorough")
@AtNight
class QuarkusOutboxIT {
  private static final Path SOURCES = Stack.root().resolve("integration-tests/src");

  @Test
  void runsEachCommittedOrderOnceThroughKills() throws IOException, SQLException {
    QuarkusProgram program =
        QuarkusProgram.build(
            List.of(SOURCES.resolve("quarkus"), SOURCES.resolve("quarkus-outbox")), "-Poutbox");
    try (Stack stack = new Stack("outbox-quarkus");
        OutboxKills kills = new OutboxKills(stack)) {
      kills.run(
          "QuarkusOutboxIT",
          300,
          5,
          (first, last) ->
              program.start(
                  stack.directory().resolve("orders-" + first + ".log"),
                  List.of(
                      "quarkus.http.port=" + Ports.free(),
                      "quarkus.datasource.jdbc.url=" + kills.shop().url(),
                      "quarkus.datasource.username=" + Postgres.USER,
                      "quarkus.datasource.password=" + Postgres.PASSWORD,
                      "orrery.worker.enabled=false",
                      "orrery.client.app=" + Stack.APP,
                      "orrery.client.server=" + kills.server(),
                      "orrery.client.token=" + kills.token(),
                      "first=" + first,
                      "last=" + last)));
    }
  }
}
