package dev.orrery.agent.metrics;

import dev.orrery.worker.OrreryWorker;
import dev.orrery.worker.WorkerCounters;
import dev.orrery.worker.WorkerLoad;
import dev.orrery.worker.WorkerStatus.Phase;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.function.ToDoubleFunction;

/** Publishes the counters and the load of the worker of this process. */
@ApplicationScoped
class AgentMetrics {
  void show(@Observes OrreryWorker worker, MeterRegistry registry) {
    Gauge.builder("orrery.worker.connected", worker, AgentMetrics::agreement)
        .description("1 while the worker has an agreement with a scheduler, otherwise 0")
        .register(registry);
    load(worker, "orrery.worker.attempts.running", WorkerLoad::active)
        .description("Attempts that run or are buffered")
        .register(registry);
    load(worker, "orrery.worker.capacity", WorkerLoad::capacity)
        .description("Most attempts that run at once")
        .register(registry);
    load(worker, "orrery.worker.reports.pending", WorkerLoad::unreported)
        .description("Ended attempts whose report the scheduler has not acknowledged")
        .register(registry);
    count(registry, worker, "attempts.started", WorkerCounters::started, "Attempts started");
    count(
        registry,
        worker,
        "attempts.lost",
        WorkerCounters::lost,
        "Attempts that were stopped because another worker has them now");
    count(
        registry,
        worker,
        "reports.taken",
        WorkerCounters::reported,
        "Reports that the scheduler has accepted");
    count(
        registry,
        worker,
        "reports.stale",
        WorkerCounters::stale,
        "Reports that came too late: another worker has the attempt");
    count(
        registry,
        worker,
        "polls.failed",
        WorkerCounters::pollFailures,
        "Polls that failed; the worker backs off after each");
    count(
        registry,
        worker,
        "sessions",
        WorkerCounters::sessions,
        "Handshakes that ended in an agreement");
  }

  private static double agreement(OrreryWorker worker) {
    return worker.status().phase() == Phase.AGREED ? 1 : 0;
  }

  private static Gauge.Builder<OrreryWorker> load(
      OrreryWorker worker, String name, ToDoubleFunction<WorkerLoad> value) {
    return Gauge.builder(name, worker, from -> value.applyAsDouble(from.load()));
  }

  private static void count(
      MeterRegistry registry,
      OrreryWorker worker,
      String name,
      ToDoubleFunction<WorkerCounters> counter,
      String description) {
    FunctionCounter.builder("orrery.worker." + name, worker.counters(), counter)
        .description(description)
        .register(registry);
  }
}
