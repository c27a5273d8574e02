package dev.orrery.worker.spring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.worker.binding.setting.InvalidSettingException;
import org.junit.jupiter.api.Test;
import org.springframework.boot.diagnostics.FailureAnalysis;

class StartFailureAnalyzerTest {
  private final StartFailureAnalyzer analyzer = new StartFailureAnalyzer();

  @Test
  void describesInvalidSettingAndItsFix() {
    FailureAnalysis analysis =
        analyzer.analyze(
            new IllegalStateException(
                new InvalidSettingException("orrery.worker.app is not set.", "Set it.")));

    assertThat(analysis.getDescription()).isEqualTo("orrery.worker.app is not set.");
    assertThat(analysis.getAction()).isEqualTo("Set it.");
  }

  @Test
  void ignoresUnrelatedFailures() {
    assertThat(analyzer.analyze(new IllegalStateException("other"))).isNull();
  }
}
