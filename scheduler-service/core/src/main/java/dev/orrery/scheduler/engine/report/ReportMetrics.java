package dev.orrery.scheduler.engine.report;

import dev.orrery.protocol.message.ReportResponse.Verdict;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.Startup;
import jakarta.inject.Singleton;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Counts reports by verdict. */
@Startup
@Singleton
class ReportMetrics {
  private final Map<Verdict, Counter> judged = new EnumMap<>(Verdict.class);

  ReportMetrics(MeterRegistry registry) {
    for (Verdict verdict : Verdict.values()) {
      judged.put(
          verdict,
          Counter.builder("orrery.reports")
              .description(
                  "Reports to this replica by verdict; stale ones came after their attempt had ended or"
                      + " was assigned to another worker")
              .tag("verdict", verdict.name().toLowerCase(Locale.ROOT))
              .register(registry));
    }
  }

  void judged(List<Verdict> verdicts) {
    Map<Verdict, Integer> counts = new EnumMap<>(Verdict.class);
    verdicts.forEach(verdict -> counts.merge(verdict, 1, Integer::sum));
    counts.forEach((verdict, count) -> judged.get(verdict).increment(count));
  }
}
