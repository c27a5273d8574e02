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
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/** Registers metrics for the counters and the load of the agent's worker. */
@ApplicationScoped
class AgentMetrics {
  void show(@Observes OrreryWorker worker, MeterRegistry registry) {
    Gauge.builder("orrery.worker.connected", worker, AgentMetrics::agreement)
        .description("1 while the worker has an agreement with a scheduler, otherwise 0")
        .register(registry);
    loads(registry, worker, OrreryWorker::load);
    counts(registry, worker.counters());
  }

  private static double agreement(OrreryWorker worker) {
    return worker.status().phase() == Phase.AGREED ? 1 : 0;
  }

  static <W> void loads(MeterRegistry registry, W worker, Function<W, WorkerLoad> load) {
    gauge(worker, "attempts.running", from -> load.apply(from).active())
        .description("Attempts that run or are buffered")
        .register(registry);
    gauge(worker, "capacity", from -> load.apply(from).capacity())
        .description("Maximum attempts that run at once")
        .register(registry);
    gauge(worker, "reports.pending", from -> load.apply(from).unreported())
        .description("Ended attempts whose report the scheduler has not acknowledged")
        .register(registry);
  }

  private static <W> Gauge.Builder<W> gauge(W worker, String name, ToDoubleFunction<W> value) {
    return Gauge.builder("orrery.worker." + name, worker, value);
  }

  static void counts(MeterRegistry registry, WorkerCounters counters) {
    count(registry, counters, "attempts.started", WorkerCounters::started, "Attempts started");
    count(
        registry,
        counters,
        "attempts.lost",
        WorkerCounters::lost,
        "Attempts that were stopped because another worker has them now");
    count(
        registry,
        counters,
        "reports.taken",
        WorkerCounters::reported,
        "Reports that the scheduler has accepted");
    count(
        registry,
        counters,
        "reports.stale",
        WorkerCounters::stale,
        "Reports that came too late: another worker has the attempt");
    count(
        registry,
        counters,
        "polls.failed",
        WorkerCounters::pollFailures,
        "Polls that failed; the worker backs off after each");
    count(
        registry,
        counters,
        "sessions",
        WorkerCounters::sessions,
        "Handshakes that ended in an agreement");
  }

  private static void count(
      MeterRegistry registry,
      WorkerCounters counters,
      String name,
      ToDoubleFunction<WorkerCounters> counter,
      String description) {
    FunctionCounter.builder("orrery.worker." + name, counters, counter)
        .description(description)
        .register(registry);
  }
}
