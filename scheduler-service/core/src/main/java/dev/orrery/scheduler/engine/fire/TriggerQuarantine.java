package dev.orrery.scheduler.engine.fire;

import dev.orrery.scheduler.base.hint.Hint;
import dev.orrery.scheduler.base.hint.HintBus;
import dev.orrery.scheduler.base.time.Ticker;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.Startup;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;

/**
 * The jobs whose due triggers this replica does not fire, because it cannot read or evaluate them.
 * They are in memory only: another release may be able to fire them. All are retried after a
 * minute, and after an edit of any job.
 */
@Startup
@Singleton
class TriggerQuarantine {
  private static final Duration TRIED_AGAIN_AFTER = Duration.ofSeconds(60);

  /** Beyond this number, further triggers are retried in each batch. */
  private static final int MAX_TRIGGERS = 1000;

  private final Ticker ticker;
  private final Set<Long> jobs = new HashSet<>();
  private long since;

  TriggerQuarantine(MeterRegistry registry, HintBus hints, Ticker ticker) {
    this.ticker = ticker;
    hints.listen(this::onHint);
    Gauge.builder("orrery.set.aside", this, TriggerQuarantine::size)
        .description(
            "Due triggers that this replica leaves alone, because it cannot read the document of"
                + " their job or cannot decide them; the log has the reason")
        .tag("kind", "trigger")
        .register(registry);
  }

  private void onHint(Hint hint) {
    if (hint instanceof Hint.JobsChanged || hint instanceof Hint.Resync) {
      retryAll();
    }
  }

  private synchronized void retryAll() {
    jobs.clear();
  }

  /** Adds a job; returns false if it is already in quarantine, or if the quarantine is full. */
  synchronized boolean add(long job) {
    if (jobs.isEmpty()) {
      since = ticker.nanos();
    }
    return jobs.size() < MAX_TRIGGERS && jobs.add(job);
  }

  synchronized Set<Long> jobs() {
    if (!jobs.isEmpty() && ticker.nanos() - since >= TRIED_AGAIN_AFTER.toNanos()) {
      jobs.clear();
    }
    return Set.copyOf(jobs);
  }

  private synchronized int size() {
    return jobs.size();
  }
}
