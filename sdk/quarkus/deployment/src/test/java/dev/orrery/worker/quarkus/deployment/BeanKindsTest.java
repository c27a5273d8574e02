package dev.orrery.worker.quarkus.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.worker.annotation.OrreryJob;
import dev.orrery.worker.annotation.Param;
import dev.orrery.worker.test.OrreryJobTester;
import dev.orrery.worker.test.TestedRun;
import io.quarkus.arc.Unremovable;
import io.quarkus.test.QuarkusUnitTest;
import io.smallrye.common.annotation.Blocking;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.Dependent;
import jakarta.enterprise.context.RequestScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import org.eclipse.microprofile.config.spi.Converter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A job is found, whatever kind of bean has it, and what comes later is awaited. */
class BeanKindsTest {

  @RegisterExtension
  static final QuarkusUnitTest APPLICATION =
      new QuarkusUnitTest()
          .withApplicationRoot(
              jar ->
                  jar.addAsServiceProvider(Converter.class, Cents.class)
                      .addClasses(
                          Money.class,
                          Cents.class,
                          Later.Row.class,
                          Later.class,
                          Once.class,
                          Perhaps.class,
                          Handler.class,
                          Numbers.class,
                          Tenant.class,
                          Text.class,
                          Made.class,
                          Maker.class));

  @RequestScoped
  static class Tenant {
    String name() {
      return "ours";
    }
  }

  @ApplicationScoped
  static class Later {
    @Inject Tenant tenant;

    @OrreryJob("stage")
    CompletionStage<String> stage() {
      return uni().subscribeAsCompletionStage();
    }

    @OrreryJob("uni")
    Uni<String> uni() {
      return Uni.createFrom().item("found").onItem().delayIt().by(Duration.ofMillis(5));
    }

    @OrreryJob("multi")
    Multi<Integer> multi() {
      return Multi.createFrom().range(1, 4);
    }

    @OrreryJob("request")
    Uni<String> inRequestContext() {
      return Uni.createFrom().item(() -> tenant.name());
    }

    @OrreryJob("failing")
    Uni<String> failing() {
      return Uni.createFrom().failure(() -> new IllegalStateException("disk full"));
    }

    static final AtomicBoolean CANCELED = new AtomicBoolean();

    @OrreryJob("endless")
    Uni<String> endless() {
      return Uni.createFrom().<String>nothing().onCancellation().invoke(() -> CANCELED.set(true));
    }

    @OrreryJob("virtual")
    @RunOnVirtualThread
    String virtual() {
      return "found";
    }

    @OrreryJob("blocking")
    @Blocking
    Optional<String> blocking() {
      return Optional.of("found");
    }

    record Row(int number, List<LocalDate> days) {}

    @OrreryJob("values")
    String values(
        List<Row> rows, List<String> names, @Param(defaultValue = "1") int count, Money money) {
      return rows + " " + names + " " + count + " " + money.cents;
    }

    @OrreryJob("final")
    final String notOpen() {
      return tenant.name();
    }
  }

  /** It has a converter, which the application registers for its settings. */
  public static class Money {
    private final int cents;

    private Money(int cents) {
      this.cents = cents;
    }
  }

  public static class Cents implements Converter<Money> {
    @Override
    public Money convert(String text) {
      return new Money(Integer.parseInt(text));
    }
  }

  @Dependent
  static class Once {
    private final AtomicBoolean closed = new AtomicBoolean();

    @PreDestroy
    void close() {
      closed.set(true);
    }

    @OrreryJob("dependent")
    Uni<Boolean> closed() {
      return Uni.createFrom().item(closed::get);
    }
  }

  @Singleton
  static class Perhaps {
    @OrreryJob("none")
    Optional<String> none() {
      return Optional.empty();
    }
  }

  interface Handler<T> {
    @OrreryJob("generic")
    String handle(T value);
  }

  @ApplicationScoped
  static class Numbers implements Handler<Integer> {
    @Override
    @RunOnVirtualThread
    public String handle(Integer value) {
      return "found " + (value + 1);
    }
  }

  interface Text {
    @OrreryJob("made")
    String text();
  }

  static class Made implements Text {
    @Override
    public String text() {
      return "found";
    }
  }

  @ApplicationScoped
  static class Maker {
    @Produces
    @Singleton
    @Unremovable
    Made text() {
      return new Made();
    }
  }

  @Inject OrreryJobTester tester;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "stage     | found",
        "uni       | found",
        "multi     | [1,2,3]",
        "request   | ours",
        "virtual   | found",
        "blocking  | found",
        "final     | ours",
        "dependent | false",
        "generic   | found 7",
        "made      | found",
        "none      | ",
      })
  void runsJobOfEachKindOfBean(String job, String result) {
    TestedRun run = tester.run(job, Map.of("value", "6"));

    assertThat(run.error()).isEmpty();
    assertThat(run.result()).isEqualTo(Optional.ofNullable(result));
  }

  @Test
  void convertsValuesByTheTable() {
    Map<String, String> texts =
        Map.of(
            "rows",
            "[{\"number\": 7, \"days\": [\"2026-11-26\"]}]",
            "names",
            "a, b",
            "count",
            "",
            "money",
            "250");
    assertThat(tester.run("values", texts).result())
        .hasValue("[Row[number=7, days=[2026-11-26]]] [a, b] 1 250");
  }

  @Test
  void cancelsUniWhenRunTimesOut() {
    assertThat(tester.job("endless").timeout(Duration.ofMillis(50)).run().error())
        .hasValue("timed out");
    assertThat(Later.CANCELED).isTrue();
  }

  @Test
  void failsRunWithFailureOfWork() {
    assertThat(tester.run("failing").error())
        .hasValue("java.lang.IllegalStateException: disk full");
  }
}
