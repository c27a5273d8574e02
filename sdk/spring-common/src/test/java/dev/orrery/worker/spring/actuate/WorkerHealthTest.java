package dev.orrery.worker.spring.actuate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.worker.WorkerStatus.Phase;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WorkerHealthTest {
  @ParameterizedTest
  @CsvSource({
    "AGREED, false, UP",
    "AGREED, true, OUT_OF_SERVICE",
    "CONNECTING, true, UNKNOWN",
    "UNREACHABLE, true, DOWN",
    "REFUSED, false, DOWN",
    "DRAINING, false, OUT_OF_SERVICE",
  })
  void reportsWorseStatusOfWorkerAndDeclaredJobs(Phase phase, boolean refused, String code) {
    assertThat(WorkerHealth.code(phase, refused)).isEqualTo(code);
  }
}
