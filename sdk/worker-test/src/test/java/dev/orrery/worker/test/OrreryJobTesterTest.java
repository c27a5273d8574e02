package dev.orrery.worker.test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;

class OrreryJobTesterTest {
  private final OrreryJobTester tester =
      OrreryJobTester.of(
          () ->
              Map.of(
                  "import", attempt -> attempt.job() + " " + attempt.parameters(),
                  "cleanup", attempt -> attempt.processor().toString()));

  @Test
  void runsProcessorByItsName() {
    assertThat(tester.run("import", Map.of("dir", "/x")).result()).hasValue("import {dir=/x}");
    assertThat(tester.run("cleanup").result()).get().asString().contains("cleanup");
  }

  @Test
  void listsKnownJobsWhenNameIsUnknown() {
    assertThatThrownBy(() -> tester.run("imprt"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("The application has no job 'imprt'. It has [cleanup, import]");
  }

  @Test
  void hidesNameOfWorkerFromProcessor() {
    OrreryJobTester ofNamed =
        OrreryJobTester.of(() -> Map.of("billing/import", attempt -> attempt.job()));

    assertThat(ofNamed.run("billing/import").result()).hasValue("import");
  }
}
