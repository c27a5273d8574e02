package dev.orrery.worker.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.orrery.testing.program.Await;
import dev.orrery.worker.OrreryWorker;
import dev.orrery.worker.WorkerSettings;
import dev.orrery.worker.WorkerStatus.Phase;
import dev.orrery.worker.annotation.OrreryJob;
import dev.orrery.worker.binding.InvalidJobsException;
import dev.orrery.worker.binding.OrreryWorkerCustomizer;
import dev.orrery.worker.binding.declare.DeclareSettings;
import dev.orrery.worker.binding.lifecycle.ApplicationWorker;
import dev.orrery.worker.binding.setting.InvalidSettingException;
import dev.orrery.worker.binding.setting.WorkerPlatform;
import dev.orrery.worker.binding.setting.WorkerSettingsReader;
import dev.orrery.worker.spring.actuate.OrreryWorkerInfoAutoConfiguration;
import dev.orrery.worker.spring.actuate.WorkerHealth;
import dev.orrery.worker.spring.test.OrreryJobTesterAutoConfiguration;
import dev.orrery.worker.test.OrreryJobTester;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.actuate.info.Info;
import org.springframework.boot.actuate.info.InfoContributor;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.env.SystemEnvironmentPropertySource;

/** Tests applications with workers that have names; their scheduler does not answer. */
@ExtendWith(OutputCaptureExtension.class)
class NamedWorkersTest {
  private static final Duration SECONDS = Duration.ofSeconds(20);
  private static final String BILLING = "orrery.worker.named.billing.";
  private static final String[] OF_BILLING = {
    BILLING + "app=invoices", BILLING + "token=" + TestTokens.WORKER
  };

  private static final WorkerPlatform PLATFORM =
      new WorkerPlatform(
          "spring.application.name",
          "shop",
          Instant.EPOCH,
          false,
          "ssl-bundle",
          (setting, bundle) -> Optional.empty(),
          line -> {},
          List.of(),
          List.of());

  static class Invoices {
    @OrreryJob(value = "close-month", worker = "billing")
    String close() {
      return "invoices";
    }
  }

  static class Ledger {
    @OrreryJob("close-month")
    String close() {
      return "ledger";
    }
  }

  static class NamesOfWorkers implements OrreryWorkerCustomizer {
    private final List<String> names = new ArrayList<>();

    @Override
    public void customize(WorkerSettings settings) {
      throw new AssertionError("customize must be called with the name of the worker");
    }

    @Override
    public void customize(String worker, WorkerSettings settings) {
      names.add(worker);
    }
  }

  @Configuration(proxyBeanMethods = false)
  @ImportAutoConfiguration(OrreryWorkerAutoConfiguration.class)
  @Import({Invoices.class, Ledger.class, NamesOfWorkers.class})
  static class Both {}

  @Configuration(proxyBeanMethods = false)
  @ImportAutoConfiguration(OrreryWorkerAutoConfiguration.class)
  @Import(Invoices.class)
  static class OnlyBilling {}

  private final ApplicationContextRunner runner =
      new ApplicationContextRunner()
          .withConfiguration(
              AutoConfigurations.of(
                  OrreryWorkerAutoConfiguration.class,
                  OrreryJobTesterAutoConfiguration.class,
                  OrreryWorkerInfoAutoConfiguration.class));

  private static ConfigurableApplicationContext start(Class<?> application, String... more) {
    return new SpringApplicationBuilder(application)
        .web(WebApplicationType.NONE)
        .properties("spring.main.banner-mode=off", "orrery.worker.server=http://127.0.0.1:1")
        .properties(OF_BILLING)
        .properties(more)
        .run();
  }

  @Test
  void startsAndDrainsWorkersWithJobsOfSameName(CapturedOutput output) {
    OrreryWorkerLifecycle lifecycle;
    OrreryWorker unnamed;
    OrreryWorker billing;
    try (ConfigurableApplicationContext context =
        start(
            Both.class,
            "orrery.worker.app=ledger",
            "orrery.worker.token=" + TestTokens.WORKER,
            BILLING + "capacity=3")) {
      lifecycle = context.getBean(OrreryWorkerLifecycle.class);
      unnamed = lifecycle.worker().orElseThrow();
      billing = lifecycle.workers().worker("billing").orElseThrow();
      assertThat(unnamed.processors()).containsExactly("java:close-month");
      assertThat(billing.processors()).containsExactly("java:close-month");
      assertThat(context.getBean(NamesOfWorkers.class).names).containsExactly("", "billing");
      Await.until(
          "both look for the scheduler",
          SECONDS,
          () ->
              lifecycle.workers().started().stream()
                  .map(ApplicationWorker::phase)
                  .allMatch(Phase.UNREACHABLE::equals));

      WorkerHealth health = WorkerHealth.of(lifecycle);
      assertThat(health.status()).isEqualTo("DOWN");
      assertThat(health.details())
          .containsEntry("phase", "UNREACHABLE")
          .containsEntry("capacity", 20)
          .containsEntry("billing.phase", "UNREACHABLE")
          .containsEntry("billing.scheduler", "http://127.0.0.1:1")
          .containsEntry("billing.capacity", 3);
    }
    assertThat(unnamed.status().phase()).isEqualTo(Phase.STOPPED);
    assertThat(billing.status().phase()).isEqualTo(Phase.STOPPED);
    assertThat(lifecycle.workers().started()).isEmpty();
    assertThat(output)
        .contains("Worker started: app=ledger processors=[java:close-month]")
        .contains("Worker started: worker=billing app=invoices processors=[java:close-month]")
        .contains("Worker stopped: worker=billing app=invoices");
  }

  @Test
  void startsNoUnnamedWorkerIfAllJobsNameWorkers() {
    try (ConfigurableApplicationContext context = start(OnlyBilling.class)) {
      OrreryWorkerLifecycle lifecycle = context.getBean(OrreryWorkerLifecycle.class);

      assertThat(lifecycle.worker()).isEmpty();
      assertThat(lifecycle.workers().started())
          .extracting(ApplicationWorker::name)
          .containsExactly("billing");
      assertThat(WorkerHealth.of(lifecycle).details()).doesNotContainKey("phase");
    }
  }

  @Test
  void warnsOfNamedWorkerWithoutJobs(CapturedOutput output) {
    try (ConfigurableApplicationContext context =
        start(
            OnlyBilling.class,
            "orrery.worker.named.archive.app=old",
            "orrery.worker.named.archive.token=" + TestTokens.WORKER)) {
      assertThat(context.getBean(OrreryWorkerLifecycle.class).workers().worker("archive"))
          .isEmpty();
      assertThat(output)
          .contains(
              "Found no bean with an @OrreryJob method; starting no worker: worker=archive app=old");
    }
  }

  @Test
  void namesWorkerThatSchedulerDoesNotAccept() {
    assertThatThrownBy(
            () ->
                start(
                    OnlyBilling.class,
                    "orrery.worker.fail-fast=true",
                    "orrery.worker.fail-fast-timeout=200ms"))
        .isInstanceOf(InvalidSettingException.class)
        .hasMessageStartingWith("The scheduler does not accept the worker 'billing': ");
  }

  @Test
  void refusesMethodOfWorkerWithoutSettings() {
    runner
        .withPropertyValues("orrery.worker.app=ledger", "orrery.worker.token=" + TestTokens.WORKER)
        .withBean(Invoices.class)
        .run(
            context ->
                assertThat(context)
                    .getFailure()
                    .isInstanceOf(InvalidJobsException.class)
                    .hasMessageContaining(
                        Invoices.class.getName()
                            + ".close(): its worker 'billing' has no settings. Set "
                            + BILLING
                            + "app and "
                            + BILLING
                            + "token, or change @OrreryJob(worker)."));
  }

  @Test
  void namesInvalidSettingOfNamedWorker() {
    refuses("app is not set.", BILLING + "capacity=3");
    refuses("token is not set. Set it, or " + BILLING + "token-file.", BILLING + "app=invoices");
    refuses("capacity is refused.", with(BILLING + "capacity=0"));
    refuses("protocol is 'akka'", with(BILLING + "protocol=akka"));
    refuses("ssl-bundle is 'mine'", with(BILLING + "ssl-bundle=mine"));
    refuses("declare-token is not set.", with(BILLING + "declare-jobs=true"));
  }

  private static String[] with(String more) {
    return new String[] {OF_BILLING[0], OF_BILLING[1], more};
  }

  private void refuses(String message, String... settings) {
    runner
        .withConfiguration(
            AutoConfigurations.of(
                org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration.class))
        .withPropertyValues(settings)
        .withBean(Invoices.class)
        .run(
            context ->
                assertThat(context)
                    .getFailure()
                    .isInstanceOf(InvalidSettingException.class)
                    .hasMessageStartingWith(BILLING + message));
  }

  @Test
  void runsJobOfNamedWorkerInTestAndShowsIt() {
    runner
        .withPropertyValues("orrery.worker.app=ledger", "orrery.worker.token=" + TestTokens.WORKER)
        .withPropertyValues(OF_BILLING)
        .withBean(Invoices.class)
        .withBean(Ledger.class)
        .run(
            context -> {
              OrreryJobTester tester = context.getBean(OrreryJobTester.class);
              assertThat(tester.run("billing/close-month").result()).hasValue("invoices");
              assertThat(tester.run("close-month").result()).hasValue("ledger");
              Info.Builder info = new Info.Builder();
              context.getBean(InfoContributor.class).contribute(info);
              assertThat(info.build().getDetails())
                  .extracting("orreryWorker")
                  .asString()
                  .contains("jobs=[billing/close-month, close-month]");
            });
  }

  private static Binder binder(Map<String, Object> variables) {
    return new Binder(
        ConfigurationPropertySources.from(
            new SystemEnvironmentPropertySource("systemEnvironment", variables)));
  }

  private static OrreryWorkerProperties billing(Binder binder) {
    return binder.bind("orrery.worker", OrreryWorkersProperties.class).get().named().get("billing");
  }

  @Test
  void readsSettingsOfNamedWorkerFromVariables() {
    Binder variables =
        binder(
            Map.of(
                "ORRERY_WORKER_CAPACITY",
                "7",
                "ORRERY_WORKER_NAMED_BILLING_APP",
                "invoices",
                "ORRERY_WORKER_NAMED_BILLING_TOKEN",
                TestTokens.WORKER,
                "ORRERY_WORKER_NAMED_BILLING_DECLARE_TOKEN_FILE",
                "declare"));

    OrreryWorkerProperties billing = billing(variables);
    assertThat(billing.app()).isEqualTo("invoices");
    assertThat(billing.declareTokenFile()).isEqualTo(Path.of("declare"));
    assertThat(billing.capacity()).isEqualTo(20);
    assertThat(billing.toString()).doesNotContain(TestTokens.WORKER);
  }

  @Test
  void declaresJobsOfNamedWorkerWithOwnOwnerAtSchedulerOfUnnamedOne() {
    Binder shared =
        binder(
            Map.of(
                "ORRERY_WORKER_SERVER", "http://scheduler:10010",
                "ORRERY_WORKER_DECLARESERVER", "http://api:7700",
                "ORRERY_WORKER_NAMED_BILLING_APP", "invoices",
                "ORRERY_WORKER_NAMED_BILLING_DECLAREJOBS", "true",
                "ORRERY_WORKER_NAMED_BILLING_DECLARETOKEN", TestTokens.OPERATOR));
    Binder own =
        binder(
            Map.of(
                "ORRERY_WORKER_DECLARESERVER", "http://api:7700",
                "ORRERY_WORKER_NAMED_BILLING_APP", "invoices",
                "ORRERY_WORKER_NAMED_BILLING_SERVER", "http://other:10010",
                "ORRERY_WORKER_NAMED_BILLING_DECLAREJOBS", "true",
                "ORRERY_WORKER_NAMED_BILLING_DECLARETOKEN", TestTokens.OPERATOR));

    DeclareSettings declares = declares(shared);
    assertThat(declares.app()).isEqualTo("invoices");
    assertThat(declares.owner()).isEqualTo("code.shop.billing");
    assertThat(declares.apis()).containsExactly(URI.create("http://api:7700"));
    assertThat(declares.settingPrefix()).isEqualTo(BILLING);
    assertThat(declares(own).apis()).containsExactly(URI.create("http://other:7700"));
  }

  private static DeclareSettings declares(Binder binder) {
    return new WorkerSettingsReader(
            "billing",
            billing(binder),
            binder.bind("orrery.worker", OrreryWorkerProperties.class).get(),
            PLATFORM)
        .readDeclaration(List.of(), List.of())
        .orElseThrow();
  }
}
