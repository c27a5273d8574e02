package dev.orrery.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class VariablesCheckTest {
  @Test
  void warnsOncePerMisspelledVariableWithSuggestion() {
    assertThat(
            VariablesCheck.warnings(
                Map.of(
                    "ORRERY_ULR", "http://h:7700",
                    "ORRERY_TOKN", "s3cr3t",
                    "ORRERY_WORKER_CAPACTY", "5",
                    "ORRERY_PLACE", "/x")))
        .containsExactly(
            "Warning: ORRERY_PLACE='/x' is not a setting. Ignoring this variable of the environment;"
                + " unset it if no other program needs it. See docs/configuration.md for the known"
                + " settings.",
            "Warning: ORRERY_TOKN=(hidden) is not a setting. Did you mean ORRERY_TOKEN? Token of the"
                + " caller.",
            "Warning: ORRERY_ULR='http://h:7700' is not a setting. Did you mean ORRERY_URL? URL of"
                + " the scheduler's API.",
            "Warning: ORRERY_WORKER_CAPACTY='5' is not a setting. Did you mean"
                + " ORRERY_WORKER_CAPACITY of the worker agent? Maximum attempts that run at once, 1 to"
                + " 500.");
  }

  @Test
  void acceptsKnownAndUnrelatedVariablesWithoutWarning() {
    assertThat(
            VariablesCheck.warnings(
                Map.ofEntries(
                    Map.entry("ORRERY_URL", "http://h:7700"),
                    Map.entry("ORRERY_TOKEN", "t"),
                    Map.entry("ORRERY_APP", "a"),
                    Map.entry("ORRERY_DEBUG", "1"),
                    Map.entry("ORRERY_WORKER_CAPACITY", "5"),
                    Map.entry("ORRERY_SESSION_LEASE", "30s"),
                    Map.entry("ORRERY_PORT", "tcp://10.0.0.1:7700"),
                    Map.entry("ORRERY_HTTP_SERVICE_HOST", "10.0.0.1"),
                    Map.entry("ORRERY_JOB", "of-a-shell-command"),
                    Map.entry("ORRERY_WORKER_DECLARE_TOKEN", "of-an-application"),
                    Map.entry("PATH", "/bin"))))
        .isEmpty();
  }
}
