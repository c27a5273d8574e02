package dev.orrery.worker.quarkus.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.testing.program.Await;
import dev.orrery.worker.annotation.OrreryJob;
import dev.orrery.worker.annotation.OrrerySchedule;
import dev.orrery.worker.quarkus.OrreryWorkerLifecycle;
import dev.orrery.worker.quarkus.OrreryWorkerLifecycle.State;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.test.QuarkusUnitTest;
import io.smallrye.health.SmallRyeHealthReporter;
import jakarta.annotation.PostConstruct;
import jakarta.annotation.PreDestroy;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.Dependent;
import jakarta.enterprise.context.RequestScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Tests an application whose scheduler does not answer: it starts, reports the outage, and could
 * run its jobs.
 */
@Tag("slow")
class SchedulerAwayTest {
  private static final Duration SECONDS = Duration.ofSeconds(20);

  @RegisterExtension
  static final QuarkusUnitTest APPLICATION =
      new QuarkusUnitTest()
          .withApplicationRoot(
              jar ->
                  jar.addClasses(
                      Billing.class,
                      LateObserver.class,
                      PerRun.class,
                      PerCall.class,
                      Produced.class,
                      Producers.class,
                      ServedJobs.class))
          .overrideConfigKey("orrery.worker.enabled", "true")
          .overrideConfigKey("orrery.worker.app", "billing")
          .overrideConfigKey("orrery.worker.token", "orrery_0123456789abcdef0123456789abcdef")
          .overrideConfigKey("orrery.worker.server", "http://localhost:1")
          .overrideConfigKey("orrery.worker.capacity", "7")
          .overrideConfigKey("orrery.worker.drain-timeout", "0s");

  @ApplicationScoped
  static class Billing {
    @Inject PerRun perRun;

    @OrreryJob("scheduled")
    @OrrerySchedule(cron = "${unset:0 0 2 * * *}", parameters = "flag=true")
    String scheduled(boolean flag) {
      return "flag " + flag;
    }

    @OrreryJob("in-request")
    String inRequest() {
      return "request " + perRun.number();
    }
  }

  /** Prepares what jobs need, after everything else. */
  @Singleton
  static class LateObserver {
    private State seen;

    void prepare(
        @Observes @Priority(Integer.MAX_VALUE - 1) StartupEvent event,
        OrreryWorkerLifecycle lifecycle) {
      seen = lifecycle.state();
    }
  }

  @Dependent
  static class PerCall {
    static final AtomicInteger DESTROYED = new AtomicInteger();

    @OrreryJob("dependent")
    void run() {}

    @PreDestroy
    void destroy() {
      DESTROYED.incrementAndGet();
    }
  }

  @RequestScoped
  static class PerRun {
    static final AtomicInteger MADE = new AtomicInteger();
    static final AtomicInteger DESTROYED = new AtomicInteger();

    private int number;

    @PostConstruct
    void count() {
      number = MADE.incrementAndGet();
    }

    int number() {
      return number;
    }

    @PreDestroy
    void destroy() {
      DESTROYED.incrementAndGet();
    }
  }

  /** No bean by itself. */
  static class Produced {
    @OrreryJob("produced")
    String run() {
      return "of a producer";
    }
  }

  static class Producers {
    @Produces
    @ApplicationScoped
    Produced produced() {
      return new Produced();
    }

    @Produces
    @Singleton
    SimpleMeterRegistry registry() {
      return new SimpleMeterRegistry();
    }
  }

  @Inject OrreryWorkerLifecycle lifecycle;
  @Inject SmallRyeHealthReporter health;
  @Inject SimpleMeterRegistry registry;
  @Inject ServedJobs jobs;
  @Inject LateObserver observer;

  @Test
  void servesJobsOfAllBeans() {
    assertThat(lifecycle.worker().orElseThrow().processors())
        .containsExactlyInAnyOrder(
            "java:scheduled", "java:in-request", "java:dependent", "java:produced");
  }

  @Test
  void startsAfterAllStartupObservers() {
    assertThat(observer.seen).isEqualTo(State.STARTING);
    assertThat(lifecycle.state()).isEqualTo(State.RUNNING);
  }

  @Test
  void reportsOutageInHealthButStaysReadyAndLive() {
    Await.until(
        "the health says that the scheduler is away",
        SECONDS,
        () -> health.getHealth().getPayload().toString().contains("\"UNREACHABLE\""));

    assertThat(health.getHealth().isDown()).isTrue();
    assertThat(health.getHealth().getPayload().toString())
        .contains("\"orreryWorker\"")
        .contains("\"capacity\":7")
        .contains("http://localhost:1");
    assertThat(health.getReadiness().isDown()).isFalse();
    assertThat(health.getLiveness().isDown()).isFalse();
  }

  @Test
  void runsJobOfProducedBean() {
    assertThat(jobs.run("produced", Map.of()).result()).hasValue("of a producer");
  }

  @Test
  void createsRequestContextAndDependentBeanForEachRun() {
    assertThat(jobs.run("in-request", Map.of()).result())
        .isPresent()
        .isNotEqualTo(jobs.run("in-request", Map.of()).result());
    assertThat(PerRun.DESTROYED.get()).isEqualTo(PerRun.MADE.get());

    int destroyed = PerCall.DESTROYED.get();
    assertThat(jobs.run("dependent", Map.of()).succeeded()).isTrue();
    assertThat(PerCall.DESTROYED.get()).isEqualTo(destroyed + 1);
  }

  @Test
  void registersWorkerMetrics() {
    assertThat(registry.get("orrery.worker.connected").gauge().value()).isZero();
    assertThat(registry.get("orrery.worker.capacity").gauge().value()).isEqualTo(7);
    assertThat(
            registry.getMeters().stream()
                .map(meter -> meter.getId().getName())
                .filter(name -> name.startsWith("orrery.worker.")))
        .contains("orrery.worker.sessions", "orrery.worker.polls.failed")
        .hasSizeGreaterThanOrEqualTo(10);
  }
}
