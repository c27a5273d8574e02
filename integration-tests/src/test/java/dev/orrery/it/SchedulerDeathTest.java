package dev.orrery.it;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SchedulerDeathTest {
  /** A patch that does not fit throws, long before the programs of the two classes would start. */
  @Test
  void appliesEveryPatchToSchedulerSources() {
    assertThat(FlowFaultIT.DEATHS).isNotEmpty();
    assertThat(ParentFaultIT.DEATHS).isNotEmpty();
  }
}
