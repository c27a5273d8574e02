package dev.orrery.scheduler.extras.statistics;

import dev.orrery.scheduler.base.database.EngineExecutor;
import dev.orrery.scheduler.testkit.TestMetrics;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The values of all gauges of a registry. */
final class Gauges {
  private Gauges() {}

  /** Returns the values by name and labels. */
  static Map<String, Double> of(MeterRegistry registry) {
    Map<String, Double> values = new TreeMap<>();
    for (Meter meter : registry.getMeters()) {
      String labels =
          meter.getId().getTags().stream()
              .map(tag -> tag.getKey() + "=" + tag.getValue())
              .collect(Collectors.joining(","));
      values.put(meter.getId().getName() + "{" + labels + "}", ((Gauge) meter).value());
    }
    return values;
  }

  /** Returns an executor that runs each query on the thread of the caller. */
  static EngineExecutor direct() {
    return new EngineExecutor(TestMetrics.watch()) {
      @Override
      public void execute(Runnable command) {
        command.run();
      }
    };
  }
}
