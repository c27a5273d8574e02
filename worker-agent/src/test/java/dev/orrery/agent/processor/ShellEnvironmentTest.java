package dev.orrery.agent.processor;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
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
  void removesAgentSettingsFromEnvironment(String name) {
    environment.put(name, "secret");

    ShellEnvironment.apply(environment, FakeContext.command("x"));

    assertThat(environment).doesNotContainValue("secret");
  }

  @ParameterizedTest
  @ValueSource(strings = {"PATH", "HOME", "MY_ORRERY_THING", "ORRERYX", "QUARKUS"})
  void keepsUnrelatedEnvironmentVariables(String name) {
    environment.put(name, "kept");

    ShellEnvironment.apply(environment, FakeContext.command("x"));

    assertThat(environment).containsEntry(name, "kept");
  }

  @Test
  void setsEnvironmentVariablesOfAttempt() {
    ShellEnvironment.apply(environment, FakeContext.command("x").fireTime("2027-03-28T01:00:00Z"));

    assertThat(environment)
        .containsOnly(
            Map.entry("ORRERY_INSTANCE_ID", "249518030950563840"),
            Map.entry("ORRERY_ATTEMPT", "3"),
            Map.entry("ORRERY_JOB", "nightly"),
            Map.entry("ORRERY_FIRE_TIME", "2027-03-28T01:00:00Z"));
  }

  @Test
  void clearsInheritedFireTimeForRunWithoutFireTime() {
    environment.put("ORRERY_FIRE_TIME", "1999-01-01T00:00:00Z");

    ShellEnvironment.apply(environment, FakeContext.command("x"));

    assertThat(environment).containsEntry("ORRERY_FIRE_TIME", "");
  }

  @Test
  void replacesTraceOfAgentWithTraceOfRun() {
    environment.put("TRACEPARENT", "of the agent");

    ShellEnvironment.apply(environment, FakeContext.command("x"));
    assertThat(environment).doesNotContainKey("TRACEPARENT");

    String trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    ShellEnvironment.apply(environment, FakeContext.command("x").trace(trace));
    assertThat(environment).containsEntry("TRACEPARENT", trace);
  }

  @Test
  void setsParameterVariablesInOriginalAndUpperCase() {
    ShellEnvironment.apply(
        environment,
        FakeContext.command("x").parameter("region", "eu").parameter("max-rows.total", "5"));

    assertThat(environment)
        .containsEntry("ORRERY_PARAM_region", "eu")
        .containsEntry("ORRERY_PARAM_REGION", "eu")
        .containsEntry("ORRERY_PARAM_max_rows_total", "5")
        .containsEntry("ORRERY_PARAM_MAX_ROWS_TOTAL", "5");
  }

  @ParameterizedTest
  @CsvSource({
    "a.b a-b a_b,         a_b, a_b, A_B, a_b",
    "a.b a-b,             a_b, a-b, A_B, a-b",
    "b b.c B.C B_C,       b_c, b.c, B_C, B_C",
    "Region region,       region, region, REGION, Region",
    "region Region REGION, Region, Region, REGION, REGION",
    "x.Y x-y,             x_Y, x.Y, X_Y, x-y"
  })
  void resolvesCollidingParameterVariablesDeterministically(
      String names, String name, String value, String upper, String upperValue) {
    for (List<String> order : permutations(List.of(names.split(" ")))) {
      FakeContext context = FakeContext.command("x");
      order.forEach(parameter -> context.parameter(parameter, parameter));
      environment.clear();

      ShellEnvironment.apply(environment, context);

      assertThat(environment)
          .containsEntry("ORRERY_PARAM_" + name, value)
          .containsEntry("ORRERY_PARAM_" + upper, upperValue)
          .allSatisfy((variable, ignored) -> assertThat(variable).matches("[A-Za-z0-9_]+"));
    }
  }

  private static List<List<String>> permutations(List<String> names) {
    if (names.isEmpty()) {
      return List.of(List.of());
    }
    List<List<String>> all = new ArrayList<>();
    for (String first : names) {
      List<String> others = new ArrayList<>(names);
      others.remove(first);
      for (List<String> rest : permutations(others)) {
        List<String> one = new ArrayList<>(List.of(first));
        one.addAll(rest);
        all.add(one);
      }
    }
    return all;
  }
}
