package dev.orrery.k8s.alert;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.orrery.it.harness.Machine;
import dev.orrery.k8s.Commands;
import dev.orrery.k8s.Overlay;
import dev.orrery.k8s.Yaml;
import dev.orrery.testing.TextFile;
import io.fabric8.openshift.api.model.monitoring.v1.Rule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests the alerts on invented series with {@code promtool test rules}. */
@Tag("slow")
class AlertRulesTest {
  private static final Path CASES =
      Path.of(System.getProperty("orrery.it.root"))
          .resolve("integration-tests/src/test/resources/alerts/alerts-test.yaml");

  private final AlertRules rules = AlertRules.of(Overlay.rendered("example"));

  @Test
  void firesExactlyInTheExpectedCases(@TempDir Path directory) throws IOException {
    Path promtool = Machine.programOrSkip("AlertRulesTest", "promtool", AlertRules.INSTALL);
    rules.write(directory.resolve("alerts.yaml"));
    Path cases = Files.copy(CASES, directory.resolve(CASES.getFileName()));

    Commands.run(List.of(promtool.toString(), "test", "rules", cases.toString()), "");
  }

  @Test
  void coversEveryAlertWithFiringAndSilentCase() {
    Set<String> firing = new TreeSet<>();
    Set<String> silent = new TreeSet<>();
    for (JsonNode test : Yaml.documents(TextFile.read(CASES)).get(0).get("tests")) {
      for (JsonNode alert : test.get("alert_rule_test")) {
        (alert.has("exp_alerts") ? firing : silent).add(alert.path("alertname").asText());
      }
    }
    List<String> alerts = rules.all().stream().map(Rule::getAlert).toList();

    assertThat(alerts).isNotEmpty();
    assertThat(firing).containsAll(alerts);
    assertThat(silent).containsAll(alerts);
  }
}
