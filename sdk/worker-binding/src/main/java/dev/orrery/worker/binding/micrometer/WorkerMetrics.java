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
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/**
 * Registers the metrics of the workers: those of the agent, and the duration of the application's
 * jobs. If there are named workers, all metrics have the tag {@code worker}, because a registry may
 * refuse two meters of one name with different tags; it is empty for the worker without a name.
 */
public final class WorkerMetrics implements MeterBinder, ProcessorDecorator {
  private final Set<String> names;
  private final Function<String, Optional<OrreryWorker>> worker;
  private final Function<String, Optional<DeclareStatus>> declaration;
  private final List<MeterRegistry> registries = new CopyOnWriteArrayList<>();

  /**
   * @param names of the workers; "" for the one without a name
   * @param worker returns a worker, given its name; empty while the application starts
   * @param declaration empty unless the application declares the jobs of this worker
   */
  public WorkerMetrics(
      Set<String> names,
      Function<String, Optional<OrreryWorker>> worker,
      Function<String, Optional<DeclareStatus>> declaration) {
    this.names = Set.copyOf(names);
    this.worker = worker;
    this.declaration = declaration;
  }

  private Tags tags(String worker) {
    return names.equals(Set.of("")) ? Tags.empty() : Tags.of("worker", worker);
  }

  @Override
  public void bindTo(MeterRegistry registry) {
    registries.add(registry);
    names.forEach(name -> new Meters(this, registry, name, tags(name)).register());
  }

  private double current(String name, ToDoubleFunction<OrreryWorker> value) {
    return worker.apply(name).map(value::applyAsDouble).orElse(0.0);
  }

  private double refused(String name) {
    return declaration.apply(name).filter(DeclareStatus::isRefused).isPresent() ? 1 : 0;
  }

  /** Registers the meters of one worker. */
  private record Meters(WorkerMetrics metrics, MeterRegistry registry, String worker, Tags tags) {

    void register() {
      gauge(
          "connected",
          from -> from.current(worker, each -> each.status().phase() == Phase.AGREED ? 1 : 0),
          "1 while the worker has an agreement with a scheduler, otherwise 0");
      gauge(
          "declaration.refused",
          from -> from.refused(worker),
          "1 while the scheduler refuses the declared jobs, otherwise 0");
      load("attempts.running", WorkerLoad::active, "Attempts that run or are buffered");
      load("capacity", WorkerLoad::capacity, "Maximum attempts that run at once");
      load(
          "reports.pending",
          WorkerLoad::unreported,
          "Ended attempts whose report the scheduler has not acknowledged");
      count("attempts.started", WorkerCounters::started, "Attempts started");
      count(
          "attempts.lost",
          WorkerCounters::lost,
          "Attempts that were stopped because another worker has them now");
      count("reports.taken", WorkerCounters::reported, "Reports that the scheduler has accepted");
      count(
          "reports.stale",
          WorkerCounters::stale,
          "Reports that came too late: another worker has the attempt");
      count(
          "polls.failed",
          WorkerCounters::pollFailures,
          "Polls that failed; the worker backs off after each");
      count("sessions", WorkerCounters::sessions, "Handshakes that ended in an agreement");
    }

    private void load(String name, ToDoubleFunction<WorkerLoad> part, String description) {
      gauge(
          name, from -> from.current(worker, each -> part.applyAsDouble(each.load())), description);
    }

    private void gauge(String name, ToDoubleFunction<WorkerMetrics> value, String description) {
      Gauge.builder("orrery.worker." + name, metrics, value)
          .tags(tags)
          .description(description)
          .register(registry);
    }

    private void count(String name, ToDoubleFunction<WorkerCounters> counter, String description) {
      FunctionCounter.builder(
              "orrery.worker." + name,
              metrics,
              from -> from.current(worker, each -> counter.applyAsDouble(each.counters())))
          .tags(tags)
          .description(description)
          .register(registry);
    }
  }

  @Override
  public Processor decorate(String name, Processor processor) {
    return decorate("", name, processor);
  }

  @Override
  public Processor decorate(String worker, String name, Processor processor) {
    Tags tags = tags(worker).and("processor", name);
    return attempt -> timed(tags, processor, attempt);
  }

  private String timed(Tags tags, Processor processor, AttemptContext attempt) throws Exception {
    long start = System.nanoTime();
    String outcome = "failed";
    try {
      String result = processor.process(attempt);
      outcome = "succeeded";
      return result;
    } finally {
      record(tags, attempt.isStopRequested() ? "stopped" : outcome, System.nanoTime() - start);
    }
  }

  private void record(Tags tags, String outcome, long nanos) {
    for (MeterRegistry registry : registries) {
      Timer.builder("orrery.worker.attempts.duration")
          .description("Time that attempts took in this application")
          .tags(tags.and("outcome", outcome))
          .register(registry)
          .record(nanos, TimeUnit.NANOSECONDS);
    }
  }
}
