package dev.orrery.powerjob;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.protocol.ProcessorSpec.PowerJob;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WorkerSelectorTest {
  private static final WorkerAddress ADDRESS = WorkerAddress.parse("10.0.0.1:27777").orElseThrow();

  @ParameterizedTest
  @CsvSource({
    "gpu, gpu, true, true",
    "gpu, '', false, false",
    "gpu, , false, false",
    "'gpu,ssd', ssd, true, true",
    "'gpu,ssd', 'gpu,ssd', false, false",
    "'gpu, ssd', ssd, false, false",
    "10.0.0.1:27777, , true, true",
    "'10.0.0.2:27777,10.0.0.1:27777', gpu, true, true",
    "10.0.0.1, gpu, false, false",
    "tagIn:gp, 'gpu,ssd', false, true",
    "tagIn:gpu, ssd, false, false",
    "tagEquals:gpu, gpu, false, true",
    "tagEquals:gpu, 'gpu,ssd', false, false",
    "tagIn:gpu, tagIn:gpu, true, true"
  })
  void matchesWorkersAsPowerJobDoes(
      String text, String tag, boolean isDesignated, boolean isSpecified) {
    assertThat(new WorkerSelector(PowerJob.DESIGNATED_TAG + text).matches(tag, ADDRESS))
        .as("designatedWorkers")
        .isEqualTo(isDesignated);
    assertThat(new WorkerSelector(PowerJob.SPECIFIED_TAG + text).matches(tag, ADDRESS))
        .as("dispatchStrategyConfig")
        .isEqualTo(isSpecified);
  }

  @Test
  void appliesStrategyOptionOnlyWithItsStrategy() {
    assertThat(tags(Map.of("dispatchStrategyConfig", "tagIn:gpu"))).isEmpty();
    assertThat(tags(Map.of("dispatchStrategy", "SPECIFY"))).isEmpty();
    assertThat(
            tags(
                Map.of(
                    "dispatchStrategy", "SPECIFY",
                    "dispatchStrategyConfig", "tagIn:gpu",
                    "designatedWorkers", "gpu")))
        .containsExactly("powerjob:workers=gpu", "powerjob:specify=tagIn:gpu")
        .allMatch(tag -> WorkerSelector.of(List.of(tag, "linux")).size() == 1);
  }

  private static List<String> tags(Map<String, String> options) {
    return new PowerJob("STANDALONE", "BUILT_IN", "a.B", null, options).tags();
  }
}
