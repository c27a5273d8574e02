package dev.orrery.agent.processor;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ShellEnvironmentTest {
  private final Map<String, String> environment = new HashMap<>();

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ORRERY_WORKER_TOKEN",
        "ORRERY_WORKER_APP",
        "ORRERY_PARAM_OF_THE_AGENT",
        "QUARKUS_MANAGEMENT_PORT",
        "orrery_worker_token",
        "orrery.worker.token",
        "Orrery.Worker.Token",
        "quarkus.log.level",
        "_PROD_ORRERY_WORKER_TOKEN",
        "%prod.orrery.worker.token"
      })
  void settingsOfTheAgentAreTakenAway(String name) {
    environment.put(name, "secret");

    ShellEnvironment.apply(environment, FakeContext.command("x"));

    assertThat(environment).doesNotContainValue("secret");
  }

  @ParameterizedTest
  @ValueSource(strings = {"PATH", "HOME", "MY_ORRERY_THING", "ORRERYX", "QUARKUS"})
  void allElseStays(String name) {
    environment.put(name, "kept");

    ShellEnvironment.apply(environment, FakeContext.command("x"));

    assertThat(environment).containsEntry(name, "kept");
  }

  @Test
  void attemptIsNamed() {
    ShellEnvironment.apply(environment, FakeContext.command("x").fireTime("2027-03-28T01:00:00Z"));

    assertThat(environment)
        .containsOnly(
            Map.entry("ORRERY_INSTANCE_ID", "249518030950563840"),
            Map.entry("ORRERY_ATTEMPT", "3"),
            Map.entry("ORRERY_JOB", "nightly"),
            Map.entry("ORRERY_FIRE_TIME", "2027-03-28T01:00:00Z"));
  }

  @Test
  void fireTimeOfARunThroughTheApiIsEmptyAndNotAnOlderOne() {
    environment.put("ORRERY_FIRE_TIME", "1999-01-01T00:00:00Z");

    ShellEnvironment.apply(environment, FakeContext.command("x"));

    assertThat(environment).containsEntry("ORRERY_FIRE_TIME", "");
  }

  @Test
  void parametersAreThereUnderTheirNameAndInUpperCase() {
    ShellEnvironment.apply(
        environment,
        FakeContext.command("x").parameter("region", "eu").parameter("max-rows.total", "5"));

    assertThat(environment)
        .containsEntry("ORRERY_PARAM_region", "eu")
        .containsEntry("ORRERY_PARAM_REGION", "eu")
        .containsEntry("ORRERY_PARAM_max_rows_total", "5")
        .containsEntry("ORRERY_PARAM_MAX_ROWS_TOTAL", "5");
  }
}
