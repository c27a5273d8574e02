package dev.orrery.worker.binding;

import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;
import static org.assertj.core.api.InstanceOfAssertFactories.THROWABLE;

import dev.orrery.worker.AttemptContext;
import dev.orrery.worker.AttemptFailedException;
import dev.orrery.worker.annotation.JobContext;
import dev.orrery.worker.annotation.OrreryJob;
import dev.orrery.worker.annotation.OrrerySchedule;
import dev.orrery.worker.annotation.Param;
import dev.orrery.worker.binding.declare.JobDeclaration;
import dev.orrery.worker.test.ProcessorTester;
import dev.orrery.worker.test.TestedRun;
import dev.orrery.worker.test.TestedRun.Progress;
import java.io.IOException;
import java.nio.file.Path;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class JobCollectorTest {

  static class Mistakes {
    @OrreryJob("empty")
    @OrrerySchedule(every = "5m", parameters = "n=")
    void empty(int n) {}

    @OrreryJob("unknown")
    @OrrerySchedule(every = "5m", parameters = "typo=1")
    void unknown(@Param(defaultValue = "1") int n) {}

    @OrreryJob("blank")
    void blank(@Param("bad name") int n) {}

    @OrreryJob("placeholder")
    void placeholder(@Param("${p}") int n) {}

    @OrreryJob("umlaut")
    void umlaut(@Param("größe") int size) {}
  }

  @Test
  void refusesParametersThatNoRunCanHave() {
    assertThatThrownBy(() -> new JobCollector(BindingPlatform.plain()).add(new Mistakes()).finish())
        .hasMessageContaining("The parameter 'n' is empty and must be of the type int.")
        .hasMessageContaining("the method has no parameter 'typo'")
        .hasMessageContaining("no run can have a parameter 'bad name'")
        .hasMessageContaining("no run can have a parameter '${p}'")
        .hasMessageContaining("no run can have a parameter 'größe'");
  }

  static class Free {
    @OrreryJob("map")
    @OrrerySchedule(
        every = "5m",
        parameters = {"a=1", "b="})
    void all(Map<String, String> all, Optional<Integer> b) {}

    @OrreryJob("text")
    @OrrerySchedule(every = "5m", parameters = "text=")
    void text(String text) {}

    @OrreryJob("context")
    @OrrerySchedule(every = "5m", parameters = "a=1")
    void context(JobContext job) {}

    @OrreryJob("parts")
    @OrrerySchedule(every = "5m", shards = 4)
    void parts(int shardIndex, int shardCount) {}
  }

  @Test
  void acceptsParametersThatMethodMayRead() {
    assertThat(new JobCollector(BindingPlatform.plain()).add(new Free()).finish()).hasSize(4);
  }

  static class Billing {
    @OrreryJob("import-orders")
    String importOrders(
        Path dir, LocalDate day, @Param("row") int first, Duration pause, DayOfWeek weekday) {
      return dir + " " + day + " " + first + " " + pause + " " + weekday;
    }
  }

  @Test
  void convertsParametersByNameAndType() {
    assertThat(
            run(
                    new Billing(),
                    Map.of(
                        "dir",
                        "/x",
                        "day",
                        "2026-11-26",
                        "row",
                        "3",
                        "pause",
                        "2m",
                        "weekday",
                        "MONDAY"))
                .result())
        .hasValue("/x 2026-11-26 3 PT2M MONDAY");
  }

  @Test
  void failsRunWithMissingParameter() {
    assertThat(run(new Billing(), Map.of()).failure())
        .get(THROWABLE)
        .isInstanceOf(AttemptFailedException.class)
        .hasMessage(
            "The run has no parameter 'dir'. Set it in the job or in the run, or give it a default:"
                + " @Param(value = \"dir\", defaultValue = …).");
  }

  @Test
  void failsRunWithParameterOfWrongType() {
    assertThat(
            run(
                    new Billing(),
                    Map.of(
                        "dir",
                        "/x",
                        "day",
                        "2026-11-26",
                        "row",
                        "many",
                        "pause",
                        "2m",
                        "weekday",
                        "MONDAY"))
                .failure())
        .get(THROWABLE)
        .isInstanceOf(AttemptFailedException.class)
        .hasMessageContaining("The parameter 'row' is 'many', which is not of type int");
  }

  static class Defaults {
    @OrreryJob("defaults")
    String run(@Param(defaultValue = "5") long rows, Optional<Path> dir, Map<String, String> all) {
      return rows + " " + dir + " " + all;
    }
  }

  @Test
  void usesDefaultsForAbsentParameters() {
    assertThat(run(new Defaults(), Map.of()).result()).hasValue("5 Optional.empty {}");
    assertThat(run(new Defaults(), Map.of("rows", "6", "dir", "/y")).result())
        .get(STRING)
        .startsWith("6 Optional[/y] {");
  }

  static class Contexts {
    @OrreryJob("contexts")
    String run(JobContext job, AttemptContext attempt) {
      job.log("from the job");
      job.progress(40, "row 4 of 10");
      return job.job()
          + " "
          + job.instance()
          + " "
          + attempt.attempt()
          + " "
          + job.fireTime().map(Instant::toString).orElse("");
    }
  }

  @Test
  void passesAttemptContextToMethod() {
    TestedRun run =
        tester(new Contexts(), BindingPlatform.plain())
            .job("nightly")
            .instance(7)
            .attempt(2)
            .fireTime(Instant.parse("2026-11-26T02:30:00Z"))
            .run();

    assertThat(run.result()).hasValue("nightly 7 2 2026-11-26T02:30:00Z");
    assertThat(run.lines()).containsExactly("from the job");
    assertThat(run.progress()).containsExactly(new Progress(40, "row 4 of 10"));
  }

  record Imported(int rows) {}

  static class Results {
    @OrreryJob("results")
    Object run(@Param(defaultValue = "false") boolean text) {
      return text ? "as it is" : new Imported(12);
    }
  }

  @Test
  void writesObjectResultsAsJsonAndTextResultsVerbatim() {
    ProcessorTester tester =
        tester(new Results(), BindingPlatform.plain().withResults(result -> "{" + result + "}"));

    assertThat(tester.run().result()).hasValue("{Imported[rows=12]}");
    assertThat(tester.run(Map.of("text", "true")).result()).hasValue("as it is");
  }

  static class Silent {
    @OrreryJob("silent")
    void run() {}
  }

  @Test
  void returnsNoResultForVoidMethod() {
    TestedRun run = run(new Silent(), Map.of());

    assertThat(run.succeeded()).isTrue();
    assertThat(run.result()).isEmpty();
  }

  static class Failing {
    @OrreryJob("failing")
    void run() throws IOException {
      throw new IOException("disk full");
    }
  }

  @Test
  void rethrowsExceptionOfMethodUnwrapped() {
    assertThat(run(new Failing(), Map.of()).failure())
        .get(THROWABLE)
        .isInstanceOf(IOException.class)
        .hasMessage("disk full")
        .hasNoCause();
  }

  interface Nightly {
    @OrreryJob("nightly")
    String run();
  }

  static class Inherited implements Nightly {
    @Override
    public String run() {
      return "from the class";
    }
  }

  @Test
  void findsAnnotationOnInterfaceMethod() {
    assertThat(run(new Inherited(), Map.of()).result()).hasValue("from the class");
  }

  interface Daily extends Nightly {
    @OrreryJob("daily")
    @Override
    String run();
  }

  interface Weekly {
    @OrreryJob("weekly")
    String run();
  }

  static class Ambiguous implements Daily, Weekly {
    @Override
    public String run() {
      return "from the class";
    }
  }

  static class Named implements Daily, Weekly {
    @OrreryJob("own")
    @Override
    public String run() {
      return "from the class";
    }
  }

  @Test
  void refusesMethodWithTwoNames() {
    assertThatThrownBy(() -> only(new Ambiguous(), BindingPlatform.plain()))
        .hasMessageContaining(
            "Ambiguous.run(): its name is 'daily' in Daily and 'weekly' in Weekly.")
        .hasMessageContaining("Annotate the method itself.");
    assertThat(only(new Named(), BindingPlatform.plain()).name()).isEqualTo("own");
    assertThat(only((Daily) () -> "", BindingPlatform.plain()).name()).isEqualTo("daily");
  }

  interface Handler<T> {
    @OrreryJob("handle")
    String handle(T value, List<T> all);
  }

  abstract static class Base<K, V extends Comparable<? super V>> implements Handler<V> {
    @OrreryJob("base")
    String base(K key, Optional<V> value) {
      return key.getClass().getSimpleName() + " " + value;
    }
  }

  static class Days extends Base<Integer, LocalDate> {
    @Override
    public String handle(LocalDate value, List<LocalDate> all) {
      return value.plusDays(1) + " " + all;
    }
  }

  @Test
  void resolvesTypeVariablesOfInterfaceAndSuperclass() {
    Map<String, BoundJob> jobs =
        new JobCollector(BindingPlatform.plain())
            .add(new Days()).finish().stream().collect(toMap(BoundJob::name, job -> job));

    assertThat(jobs).containsOnlyKeys("handle", "base");
    assertThat(
            ProcessorTester.of(jobs.get("handle").processor())
                .run(Map.of("value", "2026-11-26", "all", "2026-11-28"))
                .result())
        .hasValue("2026-11-27 [2026-11-28]");
    assertThat(
            ProcessorTester.of(jobs.get("base").processor())
                .run(Map.of("key", "7", "value", "2026-11-26"))
                .result())
        .hasValue("Integer Optional[2026-11-26]");
  }

  static class Scheduled {
    @OrreryJob("cleanup")
    @OrrerySchedule(cron = "0 30 2 * * *", zone = "Europe/Berlin", parameters = "days=3")
    void run(int days) {}
  }

  @Test
  void declaresJobForScheduledMethod() {
    assertThat(only(new Scheduled(), BindingPlatform.plain()).declarations().get(0).document())
        .isEqualTo(
            "{\"name\":\"cleanup\",\"processor\":{\"type\":\"java\",\"name\":\"cleanup\"},"
                + "\"trigger\":{\"cron\":\"0 30 2 * * *\",\"zone\":\"Europe/Berlin\"},"
                + "\"priority\":5,\"parameters\":{\"days\":\"3\"}}");
  }

  static class Repeated {
    @OrreryJob("report")
    @OrrerySchedule(name = "report-eu", every = "1h", parameters = "region=1")
    @OrrerySchedule(name = "report-us", every = "2h", parameters = "region=2")
    @OrrerySchedule
    void report(int region) {}
  }

  @Test
  void declaresSeveralJobsOfMethodAndOneWithoutTriggerAndParameters() {
    assertThat(only(new Repeated(), BindingPlatform.plain()).declarations())
        .extracting(JobDeclaration::name)
        .containsExactly("report-eu", "report-us", "report");
  }

  static class WrongSchedules {
    @OrreryJob("first")
    @OrrerySchedule(every = "1h", parameters = "n=abc")
    void first(int n) {}

    @OrreryJob("second")
    @OrrerySchedule(name = "first", every = "1h")
    void second() {}
  }

  @Test
  void refusesParameterOfWrongTypeAndJobThatIsDeclaredTwice() {
    assertThatThrownBy(() -> only(new WrongSchedules(), BindingPlatform.plain()))
        .hasMessageContaining("The parameter 'n' is 'abc', which is not of type int")
        .hasMessageContaining("Correct @OrrerySchedule(parameters).")
        .hasMessageContaining("the job 'first' is also declared by");
  }

  static class Wrong {
    @OrreryJob("twice")
    void first() {}

    @OrreryJob("twice")
    void second() {}

    @OrreryJob("no name")
    void name() {}

    @OrreryJob("shell")
    void shell() {}

    @SuppressWarnings("UnusedMethod")
    @OrreryJob("hidden")
    private void hidden() {}

    @OrrerySchedule(cron = "@daily")
    void lonely() {}

    @OrreryJob("unknown")
    void unknown(Thread thread) {}

    @OrreryJob("bad-default")
    void badDefault(@Param(defaultValue = "many") int rows) {}

    @OrreryJob("later")
    Callable<String> later() {
      return () -> "";
    }

    @OrreryJob("later-too")
    List<CompletableFuture<String>> laterToo() {
      return List.of();
    }

    @OrreryJob("later-json")
    CompletableFuture<Imported> laterJson() {
      return CompletableFuture.completedFuture(new Imported(1));
    }

    @OrreryJob("json")
    Imported json() {
      return new Imported(1);
    }

    @OrreryJob("cron")
    @OrrerySchedule(cron = "0 99 2 * * *")
    void cron() {}

    @OrreryJob("without")
    @OrrerySchedule(cron = "@daily")
    void without(LocalDate day, Optional<Path> dir, @Param(defaultValue = "1") int rows) {}
  }

  @Test
  void reportsAllInvalidJobsAtOnceWithMethodAndFix() {
    JobCollector collector = new JobCollector(BindingPlatform.plain()).add(new Wrong());

    String place = "- " + Wrong.class.getName() + ".";
    assertThatThrownBy(collector::finish)
        .isInstanceOf(InvalidJobsException.class)
        .hasMessageStartingWith("13 mistakes in the jobs of this application:\n")
        .hasMessageContaining(
            place
                + "second(): the name 'twice' is also that of "
                + Wrong.class.getName()
                + ".first(). Give each method its own name.")
        .hasMessageContaining(place + "name(): the name 'no name' must be 1 to 150 characters")
        .hasMessageContaining(place + "shell(): the name 'shell' is that of a type of processors.")
        .hasMessageContaining(place + "hidden(): it is private")
        .hasMessageContaining(place + "lonely(): @OrrerySchedule without @OrreryJob.")
        .hasMessageContaining(
            place + "unknown(Thread): the parameter 'thread' has the type java.lang.Thread")
        .hasMessageContaining(
            place
                + "badDefault(int): the default 'many' of the parameter 'rows' is not of type int")
        .hasMessageContaining(
            place
                + "later(): it returns a Callable, and the run would end before its work does. Do"
                + " the work in the method and return its result, or a CompletionStage, Future,"
                + " Uni or Mono of it.")
        .hasMessageContaining(
            place
                + "laterToo(): it returns a List with a CompletableFuture in it, and the run would"
                + " end before that work does. Wait for all of them and return their results.")
        .hasMessageContaining(place + "laterJson(): it returns a Imported, and there is no library")
        .hasMessageContaining(place + "json(): it returns a Imported")
        .hasMessageContaining(place + "cron(): Cron field 'minute' is '99'")
        .hasMessageContaining(
            place + "without(LocalDate, Optional, int): a fire has no parameter 'day'.");
  }

  static class TwoWorkers {
    @OrreryJob("close-month")
    @OrrerySchedule
    void close() {}

    @OrreryJob(value = "close-month", worker = "billing")
    @OrrerySchedule
    void closeBilling() {}
  }

  @Test
  void allowsSameNameOnTwoWorkers() {
    List<BoundJob> jobs = new JobCollector(BindingPlatform.plain()).add(new TwoWorkers()).finish();

    assertThat(jobs)
        .extracting(BoundJob::uniqueName)
        .containsExactly("close-month", "billing/close-month");
    assertThat(jobs)
        .flatExtracting(BoundJob::declarations)
        .extracting(JobDeclaration::name)
        .containsExactly("close-month", "close-month");
  }

  static class OneWorker {
    @OrreryJob(value = "close-month", worker = "billing")
    void close() {}

    @OrreryJob(value = "close-month", worker = "billing")
    void closeToo() {}

    @OrreryJob(value = "archive", worker = "Old.One")
    void wrong() {}
  }

  @Test
  void refusesSameNameOnOneWorkerAndInvalidNameOfWorker() {
    JobCollector collector = new JobCollector(BindingPlatform.plain()).add(new OneWorker());

    assertThatThrownBy(collector::finish)
        .hasMessageStartingWith("2 mistakes")
        .hasMessageContaining("closeToo(): the name 'close-month' is also that of ")
        .hasMessageContaining(
            "wrong(): the worker 'Old.One' must be at most 50 characters out of a-z 0-9 -.");
  }

  private static TestedRun run(Object object, Map<String, String> parameters) {
    return tester(object, BindingPlatform.plain()).run(parameters);
  }

  private static ProcessorTester tester(Object object, BindingPlatform platform) {
    return ProcessorTester.of(only(object, platform).processor());
  }

  private static BoundJob only(Object object, BindingPlatform platform) {
    List<BoundJob> jobs = new JobCollector(platform).add(object).finish();
    assertThat(jobs).hasSize(1);
    return jobs.get(0);
  }
}
