package dev.orrery.scheduler.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.arc.Arc;

/**
 * What periodic looks have found and no hint had told of: a look makes up for a lost hint within a
 * second or two, so other assertions do not notice one.
 */
public record LostHints(double blocked, double lanes) {

  public static LostHints untilNow() {
    return new LostHints(
        count("orrery.instances.unblocked.late"), count("orrery.lanes.found.late"));
  }

  private static double count(String counter) {
    return Arc.container().instance(MeterRegistry.class).get().get(counter).counter().count();
  }

  public void assertNoMore() {
    assertThat(untilNow()).as("what no hint had told of").isEqualTo(this);
  }
}
