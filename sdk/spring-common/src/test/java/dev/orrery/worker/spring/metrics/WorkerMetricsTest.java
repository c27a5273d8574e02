package dev.orrery.worker.spring.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.orrery.worker.AttemptContext;
import dev.orrery.worker.Processor;
import dev.orrery.worker.binding.declare.DeclareStatus;
import dev.orrery.worker.binding.micrometer.WorkerMetrics;
import dev.orrery.worker.spring.OrreryWorkerAutoConfiguration;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.lang.reflect.Proxy;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

class WorkerMetricsTest {
  private final MeterRegistry registry = new SimpleMeterRegistry();
  private Optional<DeclareStatus> declaration = Optional.empty();
  private final WorkerMetrics metrics =
      new WorkerMetrics(Set.of(""), name -> Optional.empty(), name -> declaration);

  private final ApplicationContextRunner runner =
      new ApplicationContextRunner()
          .withConfiguration(
              AutoConfigurations.of(
                  OrreryWorkerMetricsAutoConfiguration.class, OrreryWorkerAutoConfiguration.class))
          .withPropertyValues(
              "orrery.worker.app=billing", "orrery.worker.token=orrery_test_token_0123456789");

  @Test
  void registersWorkerMetricsBeforeWorkerStarts() {
    metrics.bindTo(registry);

    assertThat(registry.getMeters())
        .extracting(Meter::getId)
        .extracting(Meter.Id::getName)
        .containsExactlyInAnyOrder(
            "orrery.worker.connected",
            "orrery.worker.declaration.refused",
            "orrery.worker.attempts.running",
            "orrery.worker.attempts.started",
            "orrery.worker.attempts.lost",
            "orrery.worker.capacity",
            "orrery.worker.reports.pending",
            "orrery.worker.reports.taken",
            "orrery.worker.reports.stale",
            "orrery.worker.polls.failed",
            "orrery.worker.sessions");
    assertThat(registry.get("orrery.worker.connected").gauge().value()).isZero();
  }

  @Test
  void showsWhetherDeclaredJobsAreRefused() {
    metrics.bindTo(registry);
    assertThat(registry.get("orrery.worker.declaration.refused").gauge().value()).isZero();

    declaration = Optional.of(new DeclareStatus(DeclareStatus.Phase.REFUSED, "why"));

    assertThat(registry.get("orrery.worker.declaration.refused").gauge().value()).isOne();
  }

  @Test
  void timesAttemptsByProcessorAndOutcome() throws Exception {
    metrics.bindTo(registry);
    Processor failing =
        metrics.decorate(
            "cleanup",
            attempt -> {
              throw new IllegalStateException("on purpose");
            });

    assertThat(metrics.decorate("cleanup", attempt -> "done").process(attempt(false)))
        .isEqualTo("done");
    assertThatThrownBy(() -> failing.process(attempt(false))).hasMessage("on purpose");
    assertThatThrownBy(() -> failing.process(attempt(true))).hasMessage("on purpose");

    assertThat(count("succeeded")).isOne();
    assertThat(count("failed")).isOne();
    assertThat(count("stopped")).isOne();
  }

  @Test
  void tagsMetricsWithWorkerIfOneHasName() throws Exception {
    WorkerMetrics ofTwo =
        new WorkerMetrics(
            Set.of("", "billing"),
            name -> Optional.empty(),
            name ->
                name.isEmpty()
                    ? Optional.empty()
                    : Optional.of(new DeclareStatus(DeclareStatus.Phase.REFUSED, "why")));
    ofTwo.bindTo(registry);

    ofTwo.decorate("billing", "cleanup", attempt -> "done").process(attempt(false));

    assertThat(refused("billing")).isOne();
    assertThat(refused("")).isZero();
    assertThat(registry.get("orrery.worker.connected").gauges()).hasSize(2);
    assertThat(
            registry
                .get("orrery.worker.attempts.duration")
                .tags("worker", "billing", "processor", "cleanup", "outcome", "succeeded")
                .timer()
                .count())
        .isOne();
  }

  private double refused(String worker) {
    return registry.get("orrery.worker.declaration.refused").tag("worker", worker).gauge().value();
  }

  private long count(String outcome) {
    return registry
        .get("orrery.worker.attempts.duration")
        .tags("processor", "cleanup", "outcome", outcome)
        .timer()
        .count();
  }

  private static AttemptContext attempt(boolean stopped) {
    return (AttemptContext)
        Proxy.newProxyInstance(
            WorkerMetricsTest.class.getClassLoader(),
            new Class<?>[] {AttemptContext.class},
            (proxy, method, arguments) -> {
              assertThat(method.getName()).isEqualTo("isStopRequested");
              return stopped;
            });
  }

  @Test
  void registersMetricsOnlyWithMeterRegistry() {
    runner
        .withBean(MeterRegistry.class, SimpleMeterRegistry::new)
        .run(context -> assertThat(context).hasSingleBean(WorkerMetrics.class));
    runner.run(context -> assertThat(context).doesNotHaveBean(WorkerMetrics.class));
  }

  @Test
  void startsWithoutMicrometer() {
    runner
        .withClassLoader(new FilteredClassLoader(MeterBinder.class))
        .run(
            context ->
                assertThat(context)
                    .hasNotFailed()
                    .doesNotHaveBean(OrreryWorkerMetricsAutoConfiguration.class));
  }
}
