package app;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.orrery.client.Instance;
import dev.orrery.client.InstanceState;
import dev.orrery.client.JobDocument;
import dev.orrery.client.OrreryClient;
import dev.orrery.client.Run;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Runs a job of the application on the scheduler that the extension starts. */
@QuarkusTest
class BillingTest {
  @Inject OrreryClient orrery;

  @Test
  void importsOrders() {
    orrery.putJob(
        "import-orders",
        JobDocument.ofJson("{\"processor\":{\"type\":\"java\",\"name\":\"import-orders\"}}"));
    String id =
        orrery.runJob(
            Run.of("import-orders").parameter("dir", "/in").parameter("day", "2026-11-26"));

    Instance ended = orrery.awaitEnd(id, Duration.ofMinutes(1));

    assertEquals(InstanceState.SUCCEEDED, ended.state());
    assertEquals(Optional.of("{\"rows\":12,\"day\":\"2026-11-26\"}"), ended.result());
  }
}
