package dev.orrery.scheduler.engine.agreement;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.concurrent.atomic.AtomicBoolean;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponse.Status;
import org.junit.jupiter.api.Test;

class PortHealthCheckTest {
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final PortWatch ports = new PortWatch(meters);
  private final PortHealthCheck check = new PortHealthCheck(ports);
  private final AtomicBoolean responds = new AtomicBoolean(true);

  @Test
  void isDownWhileAnyPortIsSilent() {
    assertThat(check.call().getStatus()).isEqualTo(Status.UP);
    ports.watch("akka", responds::get, () -> 2);
    ports.watch("powerjob-akka", () -> true, () -> 3);
    assertThat(check.call().getStatus()).isEqualTo(Status.UP);

    responds.set(false);

    HealthCheckResponse down = check.call();
    assertThat(down.getStatus()).isEqualTo(Status.DOWN);
    assertThat(down.getData().orElseThrow())
        .containsEntry("code", "SILENT")
        .containsEntry("ports", "akka");
    ports.closed("akka");
    assertThat(check.call().getStatus()).isEqualTo(Status.UP);
  }

  @Test
  void countsReplacementsOfAllPorts() {
    ports.watch("akka", responds::get, () -> 2);
    ports.watch("powerjob-akka", responds::get, () -> 3);

    assertThat(meters.get("orrery.akka.replacements").functionCounter().count()).isEqualTo(5);
  }
}
