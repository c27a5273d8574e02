package dev.orrery.worker.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.orrery.testing.program.Await;
import dev.orrery.worker.OrreryWorker;
import dev.orrery.worker.WorkerStatus.Phase;
import dev.orrery.worker.annotation.OrreryJob;
import dev.orrery.worker.binding.setting.InvalidSettingException;
import dev.orrery.worker.spring.actuate.WorkerHealth;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.StreamHandler;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.ApplicationRunner;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/** Tests the worker's lifecycle in a whole application whose scheduler does not answer. */
class OrreryWorkerLifecycleTest {
  private static final Duration SECONDS = Duration.ofSeconds(20);

  static class Billing {
    @OrreryJob("import-orders")
    void importOrders() {}
  }

  @Configuration(proxyBeanMethods = false)
  @ImportAutoConfiguration(OrreryWorkerAutoConfiguration.class)
  @Import(Billing.class)
  static class Application {
    static Optional<OrreryWorker> beforeReady = Optional.empty();
    static String healthBeforeReady = "";

    @Bean
    ApplicationRunner looksForTheWorker(OrreryWorkerLifecycle lifecycle) {
      return arguments -> {
        beforeReady = lifecycle.worker();
        healthBeforeReady = WorkerHealth.of(lifecycle).status();
      };
    }
  }

  @Configuration(proxyBeanMethods = false)
  @ImportAutoConfiguration(OrreryWorkerAutoConfiguration.class)
  static class WithoutJobs {}

  private static ConfigurableApplicationContext start(Class<?> application, String... more) {
    return new SpringApplicationBuilder(application)
        .web(WebApplicationType.NONE)
        .properties(
            "spring.main.banner-mode=off",
            "orrery.worker.app=billing",
            "orrery.worker.token=" + TestTokens.WORKER,
            // Port 1 is reserved: nothing answers there.
            "orrery.worker.server=http://127.0.0.1:1")
        .properties(more)
        .run();
  }

  @Test
  void startsWorkerWithoutSchedulerOnceContextIsReady() throws Exception {
    OrreryWorkerLifecycle lifecycle;
    try (ConfigurableApplicationContext context = start(Application.class)) {
      lifecycle = context.getBean(OrreryWorkerLifecycle.class);
      assertThat(Application.beforeReady).isEmpty();
      assertThat(Application.healthBeforeReady).isEqualTo("UNKNOWN");
      OrreryWorker worker = lifecycle.worker().orElseThrow();
      assertThat(worker.processors()).containsExactly("java:import-orders");
      Await.until("it says so", SECONDS, () -> worker.status().phase() == Phase.UNREACHABLE);

      WorkerHealth health = WorkerHealth.of(lifecycle);
      assertThat(health.status()).isEqualTo("DOWN");
      assertThat(health.details())
          .containsEntry("phase", "UNREACHABLE")
          .containsEntry("capacity", 20)
          .containsKeys("problem", "detail");
    }
    assertThat(lifecycle.worker()).isEmpty();
    assertThat(lifecycle.isRunning()).isFalse();
    assertThat(WorkerHealth.of(lifecycle).status()).isEqualTo("OUT_OF_SERVICE");
  }

  @Test
  void startsWorkerDespiteLazyInitialization() {
    try (ConfigurableApplicationContext context =
        start(Application.class, "spring.main.lazy-initialization=true")) {
      assertThat(context.getBean(OrreryWorkerLifecycle.class).worker()).isPresent();
    }
  }

  @Test
  void runsStopCallbackAfterStopAndStartsAgain() throws Exception {
    try (ConfigurableApplicationContext context = start(Application.class)) {
      OrreryWorkerLifecycle lifecycle = context.getBean(OrreryWorkerLifecycle.class);
      OrreryWorker first = lifecycle.worker().orElseThrow();
      CountDownLatch stopped = new CountDownLatch(1);

      lifecycle.stop(stopped::countDown);

      assertThat(stopped.await(20, TimeUnit.SECONDS)).isTrue();
      assertThat(first.status().phase()).isEqualTo(Phase.STOPPED);
      lifecycle.start();
      assertThat(lifecycle.worker()).get().isNotSameAs(first);
    }
  }

  /** An older JDK has none, and the worker that asks for them says so. */
  @ParameterizedTest
  @CsvSource({"true, '', 1", "false, '', 0", "true, false, 0", "false, true, 1"})
  @EnabledForJreRange(max = JRE.JAVA_20)
  void prefersOwnVirtualThreadSettingToThatOfBoot(String boot, String own, int warnings) {
    List<String> lines = new CopyOnWriteArrayList<>();
    Logger logger = Logger.getLogger("dev.orrery.worker.attempt.VirtualThreads");
    Handler handler =
        new StreamHandler() {
          @Override
          public synchronized void publish(LogRecord line) {
            lines.add(line.getMessage());
          }
        };
    logger.addHandler(handler);
    try (ConfigurableApplicationContext context =
        start(
            Application.class,
            "spring.threads.virtual.enabled=" + boot,
            "orrery.worker.virtual-threads=" + own)) {
      assertThat(context.getBean(OrreryWorkerLifecycle.class).worker()).isPresent();
    } finally {
      logger.removeHandler(handler);
    }

    assertThat(lines).hasSize(warnings);
  }

  @Test
  void startsNoWorkerWithoutJobs() {
    try (ConfigurableApplicationContext context = start(WithoutJobs.class)) {
      OrreryWorkerLifecycle lifecycle = context.getBean(OrreryWorkerLifecycle.class);

      assertThat(lifecycle.worker()).isEmpty();
      assertThat(WorkerHealth.of(lifecycle).status()).isEqualTo("UNKNOWN");
    }
  }

  @Test
  void refusesToStartWithoutSchedulerWhenFailFastIsSet() {
    assertThatThrownBy(
            () ->
                start(
                    Application.class,
                    "orrery.worker.fail-fast=true",
                    "orrery.worker.fail-fast-timeout=200ms"))
        .isInstanceOf(InvalidSettingException.class)
        .hasMessageStartingWith("The scheduler does not accept this worker: ")
        .hasMessageEndingWith("Set orrery.worker.fail-fast=false to start without a scheduler.");
  }
}
