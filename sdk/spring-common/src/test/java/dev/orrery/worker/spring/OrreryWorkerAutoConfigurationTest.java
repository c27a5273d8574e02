package dev.orrery.worker.spring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.worker.annotation.OrreryJob;
import dev.orrery.worker.annotation.OrrerySchedule;
import dev.orrery.worker.annotation.Param;
import dev.orrery.worker.binding.InvalidJobsException;
import dev.orrery.worker.binding.setting.InvalidSettingException;
import dev.orrery.worker.spring.test.OrreryJobTesterAutoConfiguration;
import dev.orrery.worker.test.OrreryJobTester;
import dev.orrery.worker.test.TestedRun;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.core.convert.converter.Converter;

class OrreryWorkerAutoConfigurationTest {
  private static final String TOKEN = "orrery.worker.token=" + TestTokens.WORKER;

  private final ApplicationContextRunner runner =
      new ApplicationContextRunner()
          .withConfiguration(
              AutoConfigurations.of(
                  OrreryWorkerAutoConfiguration.class, OrreryJobTesterAutoConfiguration.class));

  private ApplicationContextRunner configured() {
    return runner.withPropertyValues("orrery.worker.app=billing", TOKEN);
  }

  static class Billing {
    @OrreryJob("import-orders")
    String importOrders(Path dir, LocalDate day, Duration pause, @Param(defaultValue = "3") int n) {
      return dir + " " + day + " " + pause + " " + n;
    }
  }

  @Test
  void createsNoWorkerAndRequiresNoTokenWhenDisabled() {
    runner
        .withPropertyValues("orrery.worker.enabled=false")
        .withBean(Billing.class)
        .run(
            context -> {
              assertThat(context).hasNotFailed().doesNotHaveBean(OrreryWorkerLifecycle.class);
              assertThat(context.getBean(JobBeans.class).jobs()).hasSize(1);
            });
  }

  @Test
  void refusesMissingApp() {
    runner
        .withPropertyValues(TOKEN)
        .run(
            context ->
                assertThat(context)
                    .getFailure()
                    .isInstanceOf(InvalidSettingException.class)
                    .hasMessageStartingWith("orrery.worker.app is not set. Set it to the app")
                    .hasMessageContaining("orrery.worker.enabled=false"));
  }

  @Test
  void refusesBlankToken() {
    refuses(
        "orrery.worker.token is not set. Set it, or orrery.worker.token-file.",
        "orrery.worker.app=billing",
        "orrery.worker.token=");
  }

  @Test
  void refusesTokenAndTokenFileTogether() {
    refuses(
        "orrery.worker.token and orrery.worker.token-file are both set.",
        "orrery.worker.app=billing",
        TOKEN,
        "orrery.worker.token-file=token");
  }

  @Test
  void refusesInvalidTokenWithoutShowingIt() {
    runner
        .withPropertyValues("orrery.worker.app=billing", "orrery.worker.token=sécret")
        .run(
            context ->
                assertThat(context)
                    .getFailure()
                    .hasMessageStartingWith("orrery.worker.token is not a token.")
                    .hasMessageNotContaining("cret "));
  }

  @Test
  void refusesInvalidSettingsAndNamesThem() {
    String[] valid = {"orrery.worker.app=billing", TOKEN};
    refuses("orrery.worker.capacity is refused.", with(valid, "orrery.worker.capacity=0"));
    refuses("orrery.worker.server is refused.", with(valid, "orrery.worker.server=localhost"));
    refuses("orrery.worker.name is refused.", with(valid, "orrery.worker.name=two words"));
    refuses("orrery.worker.protocol is 'akka'", with(valid, "orrery.worker.protocol=akka"));
    refuses(
        "orrery.worker.declare-token is not set.", with(valid, "orrery.worker.declare-jobs=true"));
    refuses(
        "orrery.worker.declare-owner is not set, and the application has no name.",
        with(
            valid,
            "orrery.worker.declare-jobs=true",
            "orrery.worker.declare-token=" + TestTokens.OPERATOR));
    refuses(
        "orrery.worker.declare-server is 'nowhere'.",
        with(
            valid,
            "orrery.worker.declare-jobs=true",
            "orrery.worker.declare-token=" + TestTokens.OPERATOR,
            "orrery.worker.declare-server=nowhere"));
    refuses(
        "orrery.worker.declare-server is refused. The server 'http://***@h' has a user name",
        with(
            valid,
            "spring.application.name=orders",
            "orrery.worker.declare-jobs=true",
            "orrery.worker.declare-token=" + TestTokens.OPERATOR,
            "orrery.worker.declare-server=http://me:secret@h"));
    refuses(
        "orrery.worker.declare-version is '1.4.2'.",
        with(
            valid,
            "spring.application.name=orders",
            "orrery.worker.declare-jobs=true",
            "orrery.worker.declare-token=" + TestTokens.OPERATOR,
            "orrery.worker.declare-version=1.4.2"));
  }

  private static String[] with(String[] settings, String... more) {
    return java.util.stream.Stream.of(settings, more)
        .flatMap(java.util.Arrays::stream)
        .toArray(String[]::new);
  }

  private void refuses(String message, String... settings) {
    runner
        .withPropertyValues(settings)
        .run(
            context ->
                assertThat(NestedExceptionUtils.getMostSpecificCause(context.getStartupFailure()))
                    .isInstanceOf(InvalidSettingException.class)
                    .hasMessageStartingWith(message));
  }

  @Test
  void readsTokenFromFile(@TempDir Path directory) throws Exception {
    Path file = Files.writeString(directory.resolve("token"), TestTokens.WORKER + "\n");

    runner
        .withPropertyValues("orrery.worker.app=billing", "orrery.worker.token-file=" + file)
        .run(context -> assertThat(context).hasNotFailed());
  }

  static class Other {
    @OrreryJob("import-orders")
    void same() {}

    @OrrerySchedule(cron = "@daily")
    void lonely() {}

    @OrreryJob("cleanup")
    @OrrerySchedule(cron = "${cleanup.cron}")
    void cleanup() {}
  }

  @Test
  void reportsInvalidJobsOfAllBeansAtStartup() {
    configured()
        .withBean("billing", Billing.class)
        .withBean("other", Other.class)
        .run(
            context ->
                assertThat(context)
                    .getFailure()
                    .isInstanceOf(InvalidJobsException.class)
                    .hasMessageStartingWith("3 mistakes in the jobs of this application:")
                    .hasMessageContaining(
                        Other.class.getName()
                            + ".same() (bean 'other'): the name 'import-orders' is also that of "
                            + Billing.class.getName()
                            + ".importOrders(Path, LocalDate, Duration, int) (bean 'billing').")
                    .hasMessageContaining("lonely() (bean 'other'): @OrrerySchedule without")
                    .hasMessageContaining("cron is '${cleanup.cron}', and its placeholder"));
  }

  record Money(int cents) {}

  @Configuration(proxyBeanMethods = false)
  static class OwnConverter {
    @Bean
    Converter<String, Money> money() {
      return new Converter<>() {
        @Override
        public Money convert(String text) {
          return new Money(Integer.parseInt(text));
        }
      };
    }

    @OrreryJob("pay")
    String pay(Money amount, Optional<Money> tip) {
      return amount + " " + tip;
    }
  }

  @Test
  void convertsParametersWithConvertersOfApplication() {
    configured()
        .withUserConfiguration(OwnConverter.class)
        .run(
            context ->
                assertThat(
                        context
                            .getBean(OrreryJobTester.class)
                            .run("pay", Map.of("amount", "250"))
                            .result())
                    .hasValue("Money[cents=250] Optional.empty"));
  }

  static class Texts {
    @OrreryJob("texts")
    String run(
        @Param(defaultValue = "none") String note,
        @Param(defaultValue = "2027-01-02") LocalDate day,
        Optional<LocalDate> until,
        @Param(defaultValue = "1") Integer rows) {
      return "<" + note + "> " + day + " " + until + " " + rows;
    }
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      delimiter = '|',
      value = {
        "note  | ''         | <none> 2027-01-02 Optional.empty 1 | -",
        "until | ''         | <none> 2027-01-02 Optional.empty 1 | -",
        "day   | 2027-02-01 | <none> 2027-02-01 Optional.empty 1 | -",
        "day   | ''         | <none> 2027-01-02 Optional.empty 1 | -",
        "rows  | ' '        | <none> 2027-01-02 Optional.empty 1 | -",
        "day   | 1/2/27     | - | The parameter 'day' is '1/2/27', which is not of type LocalDate:"
            + " must be a date such as 2026-11-26",
        "day   | 02.01.27   | - | The parameter 'day' is '02.01.27', which is not of type LocalDate",
      })
  void convertsParametersIndependentOfLocale(
      String name, String text, String result, String failure) {
    Locale before = Locale.getDefault();
    for (Locale locale : List.of(Locale.US, Locale.UK, Locale.GERMANY)) {
      Locale.setDefault(locale);
      try {
        configured()
            .withBean(Texts.class)
            .run(
                context -> {
                  TestedRun run =
                      context.getBean(OrreryJobTester.class).run("texts", Map.of(name, text));
                  assertThat(run.result()).isEqualTo(Optional.ofNullable(result));
                  assertThat(run.failure().map(Throwable::getMessage).orElse(""))
                      .startsWith(failure == null ? "" : failure)
                      .matches(message -> message.isEmpty() == (failure == null));
                });
      } finally {
        Locale.setDefault(before);
      }
    }
  }

  static class Prototype {
    private static int created;

    Prototype() {
      created++;
    }

    @OrreryJob("count")
    String count() {
      return Integer.toString(created);
    }
  }

  @Test
  void looksUpBeanForEachRun() {
    Prototype.created = 0;
    configured()
        .withBean(Prototype.class, Prototype::new, definition -> definition.setScope("prototype"))
        .run(
            context -> {
              OrreryJobTester tester = context.getBean(OrreryJobTester.class);
              assertThat(Prototype.created).isZero();
              assertThat(tester.run("count").result()).hasValue("1");
              assertThat(tester.run("count").result()).hasValue("2");
            });
  }

  @Test
  void destroysJobBeansOnlyAfterWorker() {
    configured()
        .withBean("billing", Billing.class)
        .run(
            context ->
                assertThat(
                        context
                            .getSourceApplicationContext()
                            .getBeanFactory()
                            .getDependentBeans("billing"))
                    .contains("orreryWorker"));
  }

  @Test
  void startsAfterWebServerAndStopsBeforeIt() {
    // WebServerStartStopLifecycle has DEFAULT_PHASE - 2048 in Boot 3 and 4.
    assertThat(OrreryWorkerLifecycle.PHASE).isEqualTo(Integer.MAX_VALUE - 1024);
  }

  @Test
  void hidesTokensInToString() {
    configured()
        .run(
            context ->
                assertThat(context.getBean(OrreryWorkerProperties.class))
                    .asString()
                    .contains("app=billing")
                    .doesNotContain(TestTokens.WORKER));
  }
}
