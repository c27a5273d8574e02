package dev.orrery.scheduler.engine.completion;

import dev.orrery.scheduler.model.instance.InstanceState;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.Startup;
import jakarta.inject.Singleton;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;

/** Counts the instances that this replica has created and ended. Counts only committed changes. */
@Startup
@Singleton
public class InstanceMetrics {
  private final Counter submitted;
  private final Map<InstanceState, Counter> ended = new EnumMap<>(InstanceState.class);
  private final Map<InstanceState, Counter> partsEnded = new EnumMap<>(InstanceState.class);

  public InstanceMetrics(MeterRegistry registry) {
    submitted =
        Counter.builder("orrery.instances.submitted")
            .description("Instances that this replica created for API calls")
            .register(registry);
    for (InstanceState state : InstanceState.values()) {
      if (state.isTerminal()) {
        ended.put(
            state,
            Counter.builder("orrery.instances.ended")
                .description("Instances that this replica ended, by terminal state")
                .tag("state", state.name().toLowerCase(Locale.ROOT))
                .register(registry));
      }
      if (state.isTerminal() && state != InstanceState.SKIPPED) {
        partsEnded.put(
            state,
            Counter.builder("orrery.parts.ended")
                .description("Parts that this replica ended, by terminal state")
                .tag("state", state.name().toLowerCase(Locale.ROOT))
                .register(registry));
      }
    }
  }

  public void submitted(int count) {
    submitted.increment(count);
  }

  /** Must be called after the commit. */
  public void ended(InstanceState state, int count) {
    ended.get(state).increment(count);
  }

  /** Must be called after the commit. */
  public void partsEnded(InstanceState state, int count) {
    partsEnded.get(state).increment(count);
  }
}
