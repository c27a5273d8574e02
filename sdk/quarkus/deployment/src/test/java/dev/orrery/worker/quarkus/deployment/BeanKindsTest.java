package dev.orrery.worker.quarkus.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.worker.AttemptContext;
import dev.orrery.worker.AttemptFailedException;
import dev.orrery.worker.annotation.JobContext;
import dev.orrery.worker.annotation.NonRetryableException;
import dev.orrery.worker.annotation.OrreryJob;
import dev.orrery.worker.annotation.Param;
import dev.orrery.worker.quarkus.OrreryWorkerLifecycle;
import dev.orrery.worker.quarkus.OrreryWorkerLifecycle.State;
import dev.orrery.worker.test.OrreryJobTester;
import dev.orrery.worker.test.TestedRun;
import dev.orrery.worker.test.TestedRun.Progress;
import io.quarkus.arc.DefaultBean;
import io.quarkus.arc.Unremovable;
import io.quarkus.runtime.Startup;
import io.quarkus.test.QuarkusUnitTest;
import io.smallrye.common.annotation.Blocking;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.smallrye.health.SmallRyeHealthReporter;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.PreDestroy;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.Dependent;
import jakarta.enterprise.context.RequestScoped;
import jakarta.enterprise.inject.Alternative;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import jakarta.interceptor.AroundInvoke;
import jakarta.interceptor.Interceptor;
import jakarta.interceptor.InterceptorBinding;
import jakarta.interceptor.InvocationContext;
import java.io.IOException;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.eclipse.microprofile.config.spi.Converter;
import org.jboss.logging.Logger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Tests jobs on every kind of bean, and with asynchronous results, in a test of an application: it
 * needs neither a scheduler nor settings.
 */
@Tag("slow")
class BeanKindsTest {

  @RegisterExtension
  static final QuarkusUnitTest APPLICATION =
      new QuarkusUnitTest()
          .withApplicationRoot(jar -> jar.addAsServiceProvider(Converter.class, Cents.class))
          .overrideConfigKey("orrery.worker.log-capture", "true");

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

  @InterceptorBinding
  @Retention(RetentionPolicy.RUNTIME)
  @interface Loud {}

  @Interceptor
  @Loud
  @Priority(Interceptor.Priority.APPLICATION)
  static class LoudInterceptor {
    @AroundInvoke
    Object call(InvocationContext call) throws Exception {
      return call.proceed() + "!";
    }
  }

  record Order(String id, int rows, LocalDate day, Optional<String> note) {
    static final Order ONE = new Order("a", 1, LocalDate.of(2026, 11, 26), Optional.empty());
  }

  abstract static class Base<T> {
    @OrreryJob("inherited")
    String inherited(List<T> days) {
      return days.get(0).getClass().getSimpleName();
    }

    @OrreryJob("overridden")
    String overridden() {
      return "general";
    }

    @OrreryJob("general-name")
    String renamed() {
      return "general";
    }
  }

  interface Greeting {
    @OrreryJob("default-method")
    default String greet() {
      return "hello " + name();
    }

    String name();
  }

  @ApplicationScoped
  static class Sink extends Base<LocalDate> implements Greeting {
    private final Tenant tenant;

    @Inject
    Sink(Tenant tenant) {
      this.tenant = tenant;
    }

    @Override
    public String name() {
      return tenant.name();
    }

    @Override
    String overridden() {
      return "specific";
    }

    @OrreryJob("specific-name")
    @Override
    String renamed() {
      return "specific";
    }

    @Loud
    @OrreryJob("public")
    public String ofPublic() {
      return "found";
    }

    @Loud
    @OrreryJob("protected")
    protected String ofProtected() {
      return "found";
    }

    @Loud
    @OrreryJob("package-private")
    String ofPackage() {
      return "found";
    }

    @OrreryJob("static")
    static String ofStatic() {
      return "found";
    }

    @OrreryJob("overload-text")
    String overload(String text) {
      return "text " + text;
    }

    @OrreryJob("overload-number")
    String overload(@Param("value") int number) {
      return "number " + number;
    }

    @OrreryJob("types")
    String types(
        Path path, BigDecimal amount, ZoneId zone, Set<DayOfWeek> weekdays, Duration pause) {
      return path + " " + amount + " " + zone + " " + weekdays + " " + pause;
    }

    @OrreryJob("contexts")
    String contexts(JobContext job, Map<String, String> all, AttemptContext attempt) {
      return job.job() + " " + all.containsKey("path") + " " + attempt.processor();
    }

    @OrreryJob("of-record")
    Order ofRecord() {
      return Order.ONE;
    }

    @OrreryJob("of-records")
    Map<String, List<Order>> ofRecords() {
      return Map.of("all", List.of(Order.ONE));
    }

    @OrreryJob("of-date")
    LocalDate ofDate() {
      return Order.ONE.day();
    }

    @OrreryJob("of-void")
    Uni<Void> ofVoid() {
      return Uni.createFrom().voidItem();
    }

    @OrreryJob("of-future")
    Future<Optional<Integer>> ofFuture() {
      return CompletableFuture.supplyAsync(() -> Optional.of(7));
    }
  }

  @Singleton
  static class Throwing {
    @OrreryJob("checked")
    void checked() throws IOException {
      throw new IOException("disk full");
    }

    @Loud
    @OrreryJob("failed")
    String failed() throws AttemptFailedException {
      throw new AttemptFailedException("3 of 5 sent", "3");
    }

    @OrreryJob("last")
    void last() {
      throw new NonRetryableException("closed account");
    }

    @OrreryJob("last-in-uni")
    Uni<String> lastInUni() {
      return Uni.createFrom().failure(new NonRetryableException("closed account"));
    }

    @OrreryJob(value = "last-by-rule", doNotRetry = IOException.class)
    Uni<String> lastByRule() {
      return Uni.createFrom().failure(new IOException("closed account"));
    }

    @OrreryJob("behind-object")
    Object behindObject() {
      return (Callable<String>) () -> "value";
    }
  }

  @Named("other")
  @Startup
  @Singleton
  static final class Started {
    @OrreryJob("started")
    String text() {
      return "found";
    }
  }

  @DefaultBean
  @Singleton
  static class Standard {
    @OrreryJob("default-bean")
    String text() {
      return "found";
    }
  }

  @Alternative
  @Priority(1)
  @ApplicationScoped
  static class Chosen {
    @OrreryJob("alternative")
    String text() {
      return "found";
    }
  }

  record Values(String text) {
    @OrreryJob("record")
    String found() {
      return text;
    }
  }

  @RequestScoped
  static class PerRequest {
    private int calls;

    @OrreryJob("per-request")
    int calls() {
      return ++calls;
    }
  }

  /** The field and the method have the types as which their beans are known. */
  @Dependent
  static class Makers {
    @Produces @Dependent @Unremovable Values values = new Values("found");

    @Produces
    @Dependent
    @Unremovable
    Lambda lambda() {
      return () -> "found";
    }
  }

  interface Lambda {
    @OrreryJob("lambda")
    default String text() {
      return word();
    }

    String word();
  }

  @ApplicationScoped
  static class Billing {
    @OrreryJob("import-orders")
    int importOrders(Path dir, JobContext job) {
      if (!dir.isAbsolute()) {
        throw new NonRetryableException("'dir' must be absolute; got " + dir);
      }
      job.log("reading " + dir);
      Logger.getLogger("billing").warn("1 row is odd");
      job.progress(40, "row 4 of 10");
      return 12;
    }
  }

  private static final Map<String, String> PARAMETERS =
      Map.ofEntries(
          Map.entry("value", "6"),
          Map.entry("text", "a"),
          Map.entry("days", "2026-11-26"),
          Map.entry("path", "/in"),
          Map.entry("amount", "1.10"),
          Map.entry("zone", "Europe/Berlin"),
          Map.entry("weekdays", "monday, FRIDAY"),
          Map.entry("pause", "1h30m"));

  @Inject OrreryJobTester tester;
  @Inject OrreryWorkerLifecycle lifecycle;
  @Inject SmallRyeHealthReporter health;
  @Inject Later later;

  @Test
  void startsNoWorkerInTests() {
    assertThat(lifecycle.state()).isEqualTo(State.DISABLED);
    assertThat(lifecycle.worker()).isEmpty();
    assertThat(health.getHealth().isDown()).isFalse();
    assertThat(health.getHealth().getPayload().toString()).contains("orrery.worker.enabled");
    assertThat(later.virtual()).isEqualTo("found");
  }

  @Test
  void runsJobOfApplication() {
    TestedRun run = tester.run("import-orders", Map.of("dir", "/x"));

    assertThat(run.result()).hasValue("12");
    assertThat(run.lines()).containsExactly("reading /x", "WARN  billing - 1 row is odd");
    assertThat(run.progress()).containsExactly(new Progress(40, "row 4 of 10"));
  }

  @Test
  void returnsErrorOfFailedJob() {
    TestedRun run = tester.run("import-orders", Map.of("dir", "x"));

    assertThat(run.error()).hasValue("'dir' must be absolute; got x");
    assertThat(run.nonRetryable()).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "stage     | found",
        "uni       | found",
        "request   | ours",
        "virtual   | found",
        "blocking  | found",
        "final     | ours",
        "dependent | false",
        "generic   | found 7",
        "made      | found",
        "none      | ",
        "default-method      | hello ours",
        "inherited           | LocalDate",
        "overridden          | specific",
        "specific-name       | specific",
        "public              | found!",
        "protected           | found!",
        "package-private     | found!",
        "static              | found",
        "overload-text       | text a",
        "overload-number     | number 6",
        "types               | /in 1.10 Europe/Berlin [MONDAY, FRIDAY] PT1H30M",
        "contexts            | contexts true java:contexts",
        "of-record           | {'id':'a','rows':1,'day':'2026-11-26','note':null}",
        "of-records          | {'all':[{'id':'a','rows':1,'day':'2026-11-26','note':null}]}",
        "of-date             | '2026-11-26'",
        "of-void             | ",
        "of-future           | 7",
        "started             | found",
        "default-bean        | found",
        "alternative         | found",
        "record              | found",
        "per-request         | 1",
        "lambda              | found",
      })
  void runsJobOfEachKindOfBean(String job, String result) {
    TestedRun run = tester.run(job, PARAMETERS);

    assertThat(run.error()).isEmpty();
    assertThat(run.result().map(json -> json.replace('"', '\'')))
        .isEqualTo(Optional.ofNullable(result));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "checked       | java.io.IOException: disk full           | false",
        "failed        | 3 of 5 sent                              | false",
        "behind-object | the run would end before its work does   | false",
        "last          | closed account                           | true",
        "last-in-uni   | closed account                           | true",
        "last-by-rule  | java.io.IOException: closed account      | true",
      })
  void reportsEachFailure(String job, String error, boolean last) {
    TestedRun run = tester.run(job);

    assertThat(run.error().orElseThrow()).contains(error);
    assertThat(run.nonRetryable()).isEqualTo(last);
  }

  @Test
  void convertsValuesAsDocumented() {
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
  void failsRunWithErrorOfAsynchronousWork() {
    assertThat(tester.run("failing").error())
        .hasValue("java.lang.IllegalStateException: disk full");
  }
}
