package dev.orrery.scheduler.model.job.document;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class ParameterRulesTest {
  @Test
  void overridesJobParametersByRunParameters() {
    assertThat(ParameterRules.merge(Map.of("a", "job", "b", "job"), Map.of("b", "run", "c", "run")))
        .isEqualTo(Map.of("a", "job", "b", "run", "c", "run"));
  }

  @Test
  void usesJobParametersForRunWithoutParameters() {
    assertThat(ParameterRules.merge(Map.of("a", "job"), Map.of())).isEqualTo(Map.of("a", "job"));
  }

  @Test
  void keepsJobParametersUnchanged() {
    Map<String, String> job = Map.of("a", "job");

    ParameterRules.merge(job, Map.of("a", "run"));

    assertThat(job).isEqualTo(Map.of("a", "job"));
  }
}
