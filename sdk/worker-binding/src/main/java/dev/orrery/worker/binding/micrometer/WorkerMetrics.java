package dev.orrery.worker.binding.micrometer;

import dev.orrery.worker.AttemptContext;
import dev.orrery.worker.OrreryWorker;
import dev.orrery.worker.Processor;
import dev.orrery.worker.WorkerCounters;
import dev.orrery.worker.WorkerLoad;
import dev.orrery.worker.WorkerStatus.Phase;
import dev.orrery.worker.binding.ProcessorDecorator;
import dev.orrery.worker.binding.declare.DeclareStatus;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

/**
 * Registers the metrics of a worker: those of the agent, and the duration of the application's
 * jobs.
 */
public final class WorkerMetrics implements MeterBinder, ProcessorDecorator {
  private final Supplier<Optional<OrreryWorker>> worker;
  private final Supplier<Optional<DeclareStatus>> declaration;
  private final List<MeterRegistry> registries = new CopyOnWriteArrayList<>();

  /**
   * @param worker empty while the application starts
   * @param declaration empty unless the application declares its jobs
   */
  public WorkerMetrics(
      Supplier<Optional<OrreryWorker>> worker, Supplier<Optional<DeclareStatus>> declaration) {
    this.worker = worker;
    this.declaration = declaration;
  }

  @Override
  public void bindTo(MeterRegistry registry) {
    registries.add(registry);
    gauge(
        registry,
        "connected",
        from -> from.status().phase() == Phase.AGREED ? 1 : 0,
        "1 while the worker has an agreement with a scheduler, otherwise 0");
    Gauge.builder("orrery.worker.declaration.refused", this, WorkerMetrics::refused)
        .description("1 while the scheduler refuses the declared jobs, otherwise 0")
        .register(registry);
    load(registry, "attempts.running", WorkerLoad::active, "Attempts that run or are buffered");
    load(registry, "capacity", WorkerLoad::capacity, "Maximum attempts that run at once");
    load(
        registry,
        "reports.pending",
        WorkerLoad::unreported,
        "Ended attempts whose report the scheduler has not acknowledged");
    count(registry, "attempts.started", WorkerCounters::started, "Attempts started");
    count(
        registry,
        "attempts.lost",
        WorkerCounters::lost,
        "Attempts that were stopped because another worker has them now");
    count(
        registry,
        "reports.taken",
        WorkerCounters::reported,
        "Reports that the scheduler has accepted");
    count(
        registry,
        "reports.stale",
        WorkerCounters::stale,
        "Reports that came too late: another worker has the attempt");
    count(
        registry,
        "polls.failed",
        WorkerCounters::pollFailures,
        "Polls that failed; the worker backs off after each");
    count(registry, "sessions", WorkerCounters::sessions, "Handshakes that ended in an agreement");
  }

  private double refused() {
    return declaration.get().filter(DeclareStatus::isRefused).isPresent() ? 1 : 0;
  }

  private void load(
      MeterRegistry registry, String name, ToDoubleFunction<WorkerLoad> part, String description) {
    gauge(registry, name, from -> part.applyAsDouble(from.load()), description);
  }

  private void gauge(
      MeterRegistry registry,
      String name,
      ToDoubleFunction<OrreryWorker> value,
      String description) {
    Gauge.builder("orrery.worker." + name, this, metrics -> metrics.current(value))
        .description(description)
        .register(registry);
  }

  private void count(
      MeterRegistry registry,
      String name,
      ToDoubleFunction<WorkerCounters> counter,
      String description) {
    FunctionCounter.builder(
            "orrery.worker." + name,
            this,
            metrics -> metrics.current(from -> counter.applyAsDouble(from.counters())))
        .description(description)
        .register(registry);
  }

  private double current(ToDoubleFunction<OrreryWorker> value) {
    return worker.get().map(value::applyAsDouble).orElse(0.0);
  }

  @Override
  public Processor decorate(String name, Processor processor) {
    return attempt -> timed(name, processor, attempt);
  }

  private String timed(String name, Processor processor, AttemptContext attempt) throws Exception {
    long start = System.nanoTime();
    String outcome = "failed";
    try {
      String result = processor.process(attempt);
      outcome = "succeeded";
      return result;
    } finally {
      record(name, attempt.isStopRequested() ? "stopped" : outcome, System.nanoTime() - start);
    }
  }

  private void record(String name, String outcome, long nanos) {
    for (MeterRegistry registry : registries) {
      Timer.builder("orrery.worker.attempts.duration")
          .description("Time that attempts took in this application")
          .tags("processor", name, "outcome", outcome)
          .register(registry)
          .record(nanos, TimeUnit.NANOSECONDS);
    }
  }
}
