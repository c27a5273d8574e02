package dev.orrery.scheduler.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.arc.Arc;

/**
 * What periodic looks have found and no hint had told of: a look makes up for a lost hint within a
 * second or two, so other assertions do not notice one.
 */
record ForgottenWork(double blocked, double lanes) {

  static ForgottenWork untilNow() {
    return new ForgottenWork(count("orrery.blocked.forgotten"), count("orrery.lanes.forgotten"));
  }

  private static double count(String counter) {
    return Arc.container().instance(MeterRegistry.class).get().get(counter).counter().count();
  }

  void assertNoMore() {
    assertThat(untilNow()).as("what no hint had told of").isEqualTo(this);
  }
}
