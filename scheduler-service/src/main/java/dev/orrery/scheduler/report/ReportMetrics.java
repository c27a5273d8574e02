package dev.orrery.scheduler.report;

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
                  "Reports that this replica judged; stale ones came after their attempt was given"
                      + " to another worker, or ended")
              .tag("verdict", verdict.name().toLowerCase(Locale.ROOT))
              .register(registry));
    }
  }

  void judged(List<Verdict> verdicts) {
    verdicts.forEach(verdict -> judged.get(verdict).increment());
  }
}
