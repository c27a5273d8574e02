package dev.orrery.agent.metrics;

import dev.orrery.agent.startup.AgentLifecycle;
import dev.orrery.worker.OrreryWorker;
import dev.orrery.worker.WorkerCounters;
import dev.orrery.worker.WorkerLoad;
import dev.orrery.worker.WorkerStatus.Phase;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.function.ToDoubleFunction;

/** Publishes the counters and the load of the worker of this process. */
@ApplicationScoped
class AgentMetrics {
  private static final int AFTER_THE_WORKER_IS_THERE = 5000;

  void show(
      @Observes @Priority(AFTER_THE_WORKER_IS_THERE) StartupEvent event,
      AgentLifecycle agent,
      MeterRegistry registry) {
    OrreryWorker worker = agent.worker();
    Gauge.builder("orrery.worker.connected", worker, AgentMetrics::agreement)
        .description("1 while an agreement with a scheduler holds, else 0")
        .register(registry);
    load(worker, "orrery.worker.attempts.running", WorkerLoad::active)
        .description("Attempts that run, or start as soon as there is room")
        .register(registry);
    load(worker, "orrery.worker.capacity", WorkerLoad::capacity)
        .description("Attempts that may run at once")
        .register(registry);
    load(worker, "orrery.worker.reports.pending", WorkerLoad::unreported)
        .description("Attempts that have ended and whose report the scheduler has not taken yet")
        .register(registry);
    count(registry, worker, "attempts.started", WorkerCounters::started, "Attempts started");
    count(
        registry,
        worker,
        "attempts.lost",
        WorkerCounters::lost,
        "Attempts that were stopped since they were no longer this worker's");
    count(
        registry,
        worker,
        "reports.taken",
        WorkerCounters::reported,
        "Reports that the scheduler has taken");
    count(
        registry,
        worker,
        "reports.stale",
        WorkerCounters::stale,
        "Reports that came too late: the attempt was no longer this worker's");
    count(
        registry,
        worker,
        "polls.failed",
        WorkerCounters::pollFailures,
        "Polls that failed, so that the worker backed off");
    count(
        registry,
        worker,
        "sessions",
        WorkerCounters::sessions,
        "Handshakes that came to an agreement");
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
