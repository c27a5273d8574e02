package dev.orrery.it.sdk;

import dev.orrery.it.harness.AtNight;
import dev.orrery.it.harness.OutboxKills;
import dev.orrery.it.harness.Postgres;
import dev.orrery.it.harness.Stack;
import dev.orrery.testing.program.ProgramProcess;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Kills an application that stores orders and submits their runs, and its scheduler. */
@Tag("thorough")
@AtNight
class OutboxIT {

  @Test
  void runsEachCommittedOrderOnceThroughKills() throws SQLException {
    try (Stack stack = new Stack("outbox");
        OutboxKills kills = new OutboxKills(stack)) {
      kills.run("OutboxIT", 1_000, 20, (first, last) -> start(stack, kills, first, last));
    }
  }

  private static ProgramProcess start(Stack stack, OutboxKills kills, int first, int last) {
    return ProgramProcess.start(
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx64m",
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("java.class.path"),
            OrderProgram.class.getName(),
            kills.shop().url(),
            Postgres.USER,
            Postgres.PASSWORD,
            kills.server(),
            kills.token(),
            Integer.toString(first),
            Integer.toString(last)),
        Map.of(),
        stack.directory().resolve("orders-" + first + ".log"));
  }
}
