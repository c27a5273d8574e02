package dev.orrery.worker.spring;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.orrery.worker.AttemptContext;
import dev.orrery.worker.AttemptFailedException;
import dev.orrery.worker.annotation.JobContext;
import dev.orrery.worker.annotation.NonRetryableException;
import dev.orrery.worker.annotation.OrreryJob;
import dev.orrery.worker.annotation.Param;
import dev.orrery.worker.spring.test.OrreryJobTesterAutoConfiguration;
import dev.orrery.worker.test.OrreryJobTester;
import dev.orrery.worker.test.TestedRun;
import java.io.IOException;
import java.lang.reflect.UndeclaredThrowableException;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.aop.framework.autoproxy.BeanNameAutoProxyCreator;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import reactor.core.publisher.Mono;

/** Tests methods as real applications have them, on a bean that is a proxy of its class. */
class KitchenSinkTest {

  record Order(String id, int rows) {}

  interface Named {
    String name();

    @OrreryJob("default-method")
    default String greet() {
      return "hello " + name();
    }
  }

  static class Base<T> {
    @OrreryJob("inherited")
    protected String inherited(List<T> values) {
      return values.get(0).getClass().getSimpleName();
    }
  }

  static class Sink extends Base<LocalDate> implements Named {
    private final String name;

    Sink(Dependency dependency) {
      name = dependency.name();
    }

    @Override
    public String name() {
      return name;
    }

    @OrreryJob("public")
    public String ofPublic() {
      return name;
    }

    @OrreryJob("protected")
    protected String ofProtected() {
      return name;
    }

    @OrreryJob("package-private")
    String ofPackage() {
      return name;
    }

    @OrreryJob("overload-text")
    String overload(String text) {
      return "text " + text;
    }

    @OrreryJob("overload-number")
    String overload(int number) {
      return "number " + number;
    }

    @OrreryJob("types")
    String types(
        Path path,
        BigDecimal amount,
        ZoneId zone,
        Set<DayOfWeek> days,
        Duration pause,
        Optional<List<LocalDate>> dates) {
      return String.join(
          " ", path + "", amount + "", zone + "", days + "", pause + "", dates.isPresent() + "");
    }

    @OrreryJob("varargs")
    String varargs(String... names) {
      return String.join("+", names);
    }

    @OrreryJob("all")
    String all(Map<String, String> all, JobContext job, AttemptContext attempt) {
      return all.size() + " " + job.job() + " " + attempt.attempt();
    }

    @OrreryJob("order")
    Order order(Order order, @Param(defaultValue = "1") int more) {
      return new Order(order.id(), order.rows() + more);
    }

    @OrreryJob("orders")
    Map<String, Integer> orders(List<Order> orders) {
      Map<String, Integer> rows = new LinkedHashMap<>();
      orders.forEach(order -> rows.put(order.id(), order.rows()));
      return rows;
    }

    @OrreryJob("by-day")
    int byDay(@Param("rows") Map<DayOfWeek, Integer> rows) {
      return rows.values().stream().mapToInt(Integer::intValue).sum();
    }

    @OrreryJob("future")
    Future<Order> future() {
      return ForkJoinPool.commonPool().submit(() -> new Order("a", 1));
    }

    @OrreryJob("stage")
    CompletionStage<Optional<Order>> stage() {
      return CompletableFuture.supplyAsync(() -> Optional.of(new Order("a", 2)));
    }

    @OrreryJob("mono-empty")
    Mono<Void> monoEmpty() {
      return Mono.empty();
    }

    @OrreryJob("behind-object")
    Object behindObject() {
      return Mono.just("value");
    }

    @OrreryJob("checked")
    void checked() throws IOException {
      throw new IOException("disk full");
    }

    @OrreryJob("failed")
    void failed() throws AttemptFailedException {
      throw new AttemptFailedException("3 of 5 sent", "3");
    }

    @OrreryJob("failed-later")
    CompletionStage<String> failedLater() {
      return CompletableFuture.failedStage(new AttemptFailedException("3 of 5 sent", "3"));
    }

    @OrreryJob("callable-behind-object")
    Object callable() {
      return (java.util.concurrent.Callable<String>) () -> "value";
    }

    @OrreryJob("futures-behind-object")
    Object futures() {
      return List.of(Mono.just("value"));
    }
  }

  /** What a method may take, besides the table of types. */
  static class Taking {
    @OrreryJob("primitives")
    String primitives(byte tiny, short small, long big, float ratio, double exact, char letter) {
      return String.join("/", tiny + "", small + "", big + "", ratio + "", exact + "", letter + "");
    }

    @OrreryJob("boxes")
    String boxes(@Param("number") Integer boxed, Boolean flag, Optional<Integer> absent) {
      return boxed + " " + flag + " " + absent.isPresent();
    }

    @OrreryJob("renamed")
    String renamed(@Param("the.day-of-week") LocalDate day) {
      return day.toString();
    }

    @OrreryJob("twice")
    String twice(@Param("number") int once, @Param("number") String again) {
      return once + again;
    }

    @OrreryJob("defaults")
    String defaults(
        @Param(defaultValue = "1, 2") List<Integer> list,
        @Param(defaultValue = "PT5M") Duration time,
        @Param(defaultValue = "3") Optional<Integer> optional,
        @Param(defaultValue = "") String none) {
      return list + " " + time + " " + optional.orElse(0) + " <" + none + ">";
    }

    @OrreryJob("wildcard")
    int wildcard(@Param("numbers") List<? extends Integer> values) {
      return values.stream().mapToInt(Integer::intValue).sum();
    }

    @OrreryJob("unbounded")
    String unbounded(@Param("numbers") List<?> values) {
      return values.get(0).getClass().getSimpleName() + values.size();
    }

    @OrreryJob("variable")
    <T extends CharSequence> String variable(@Param("text") T value) {
      return "variable " + value;
    }

    @OrreryJob("iterable")
    String iterable(@Param("numbers") Iterable<Long> longs, @Param("numbers") Set<Byte> bytes) {
      return longs.iterator().next() + " " + bytes;
    }

    @OrreryJob("nested")
    String nested(List<Map<String, int[]>> tables) {
      return tables.get(0).get("a")[1] + "";
    }

    record Pair<A, B>(A first, B second) {}

    @OrreryJob("generic-record")
    int genericRecord(Pair<Integer, List<Order>> pair) {
      return pair.first() + pair.second().get(0).rows();
    }

    @OrreryJob("all-sorted")
    String allSorted(@Param("entries") Map<String, String> entries, Map<String, String> all) {
      return entries + " " + all.containsKey("entries");
    }

    @OrreryJob("no-parameter")
    String noParameter() {
      return "none";
    }
  }

  /** What a method may return. */
  static class Returning {
    @OrreryJob("of-long")
    long ofLong() {
      return 9_000_000_000L;
    }

    @OrreryJob("of-boolean")
    boolean ofBoolean() {
      return true;
    }

    @OrreryJob("of-enum")
    DayOfWeek ofEnum() {
      return DayOfWeek.MONDAY;
    }

    @OrreryJob("of-null")
    Order ofNull() {
      return null;
    }

    @OrreryJob("of-builder")
    StringBuilder ofBuilder() {
      return new StringBuilder("built");
    }

    @OrreryJob("of-atomic")
    AtomicLong ofAtomic() {
      return new AtomicLong(3);
    }

    @OrreryJob("of-array")
    int[] ofArray() {
      return new int[] {1, 2};
    }

    @OrreryJob("of-bytes")
    byte[] ofBytes() {
      return new byte[] {1, 2, 3};
    }

    @OrreryJob("of-records")
    Set<Order> ofRecords() {
      return Set.of(new Order("a", 1));
    }

    @OrreryJob("of-optional")
    Optional<Optional<Order>> ofOptional() {
      return Optional.of(Optional.of(new Order("a", 1)));
    }

    @OrreryJob("of-optional-int")
    OptionalInt ofOptionalInt() {
      return OptionalInt.of(3);
    }

    @OrreryJob("of-optional-double")
    OptionalDouble ofOptionalDouble() {
      return OptionalDouble.empty();
    }

    @OrreryJob("of-stream")
    Stream<Order> ofStream() {
      return Stream.of(new Order("a", 1));
    }

    @OrreryJob("of-int-stream")
    IntStream ofIntStream() {
      return IntStream.range(0, 3);
    }

    @OrreryJob("of-iterator")
    Iterator<String> ofIterator() {
      return List.of("a", "b").iterator();
    }

    @SuppressWarnings("FutureReturnValueIgnored") // it is not ignored
    @OrreryJob("of-future-of-future")
    CompletableFuture<CompletableFuture<String>> ofFutureOfFuture() {
      return CompletableFuture.supplyAsync(() -> CompletableFuture.completedFuture("inner"));
    }

    @OrreryJob("of-optional-future")
    Optional<CompletableFuture<String>> ofOptionalFuture() {
      return Optional.of(CompletableFuture.completedFuture("inner"));
    }

    @OrreryJob("of-void-future")
    CompletableFuture<Void> ofVoidFuture() {
      return CompletableFuture.runAsync(() -> {});
    }

    @OrreryJob("of-mono-list")
    Mono<List<Order>> ofMonoList() {
      return Mono.just(List.of(new Order("a", 1)));
    }
  }

  /** How a method may fail. */
  static class Throwing {
    @OrreryJob("throws-error")
    void error() {
      throw new AssertionError("1 is not 2");
    }

    @SuppressWarnings("InfiniteRecursion") // that is the mistake
    @OrreryJob("throws-deep")
    int deep() {
      return deep() + 1;
    }

    @OrreryJob("throws-cause")
    void cause() {
      throw new IllegalStateException("outer", new IOException("inner"));
    }

    @OrreryJob("throws-without-message")
    void withoutMessage() {
      throw new NullPointerException();
    }

    @OrreryJob("throws-interrupted")
    void interrupted() throws InterruptedException {
      throw new InterruptedException();
    }

    @OrreryJob("throws-undeclared")
    void undeclared() throws Exception {
      throw new UndeclaredThrowableException(new IOException("disk full"));
    }

    @OrreryJob("last")
    void last() {
      throw new NonRetryableException("closed account");
    }

    @OrreryJob("last-wrapped")
    void lastWrapped() {
      throw new IllegalStateException(new NonRetryableException("closed account"));
    }

    @OrreryJob("last-in-future")
    CompletableFuture<String> lastInFuture() {
      return CompletableFuture.supplyAsync(
          () -> {
            throw new NonRetryableException("closed account");
          });
    }

    @OrreryJob("last-in-mono")
    Mono<String> lastInMono() {
      return Mono.error(new NonRetryableException("closed account"));
    }

    @OrreryJob(value = "last-by-rule", doNotRetry = IOException.class)
    void lastByRule() throws IOException {
      throw new IOException("closed account");
    }

    @OrreryJob("last-by-context")
    void lastByContext(AttemptContext attempt) {
      attempt.doNotRetry();
      throw new IllegalStateException("closed account");
    }
  }

  record Dependency(String name) {}

  @Configuration
  @ImportAutoConfiguration({
    Jackson2ResultAutoConfiguration.class,
    OrreryWorkerAutoConfiguration.class,
    OrreryJobTesterAutoConfiguration.class
  })
  static class Application {
    @Bean
    static BeanNameAutoProxyCreator proxies() {
      BeanNameAutoProxyCreator proxies = new BeanNameAutoProxyCreator();
      proxies.setBeanNames("sink", "taking", "returning", "throwing");
      proxies.setProxyTargetClass(true);
      return proxies;
    }

    @Bean
    Dependency dependency() {
      return new Dependency("injected");
    }

    @Bean
    Sink sink() {
      return new Sink(dependency());
    }

    @Bean
    Taking taking() {
      return new Taking();
    }

    @Bean
    Returning returning() {
      return new Returning();
    }

    @Bean
    Throwing throwing() {
      return new Throwing();
    }

    @Bean
    ObjectMapper json() {
      return JsonMapper.builder().build();
    }

    @OrreryJob("configuration")
    String ofConfiguration() {
      return dependency().name();
    }
  }

  private static final Map<String, String> PARAMETERS =
      Map.ofEntries(
          Map.entry("values", "2026-11-26"),
          Map.entry("text", "a"),
          Map.entry("number", "7"),
          Map.entry("path", "/in"),
          Map.entry("amount", "1.10"),
          Map.entry("zone", "Europe/Berlin"),
          Map.entry("days", "monday, FRIDAY"),
          Map.entry("pause", "1h30m"),
          Map.entry("names", "a, b"),
          Map.entry("order", "{\"id\": \"a\", \"rows\": 3}"),
          Map.entry("orders", "[{\"id\": \"a\", \"rows\": 3}]"),
          Map.entry("rows", "{\"MONDAY\": 1, \"FRIDAY\": \"2\"}"),
          Map.entry("tiny", "-128"),
          Map.entry("small", "5"),
          Map.entry("big", "9000000000"),
          Map.entry("ratio", "0.5"),
          Map.entry("exact", "1e2"),
          Map.entry("letter", "x"),
          Map.entry("flag", "true"),
          Map.entry("the.day-of-week", "2026-11-26"),
          Map.entry("numbers", "1, 2"),
          Map.entry("tables", "[{\"a\": [1, 2]}]"),
          Map.entry("pair", "{\"first\": 1, \"second\": [{\"id\": \"a\", \"rows\": 3}]}"),
          Map.entry("entries", "{\"a\": \"b\"}"),
          Map.entry("unread", "x"));

  private static ConfigurableApplicationContext context;

  @BeforeAll
  static void start() {
    context =
        new SpringApplicationBuilder(Application.class)
            .web(WebApplicationType.NONE)
            .properties("orrery.worker.enabled=false")
            .run();
  }

  @AfterAll
  static void stop() {
    context.close();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\'',
      value = {
        "configuration          | injected                                    |",
        "default-method         | hello injected                              |",
        "inherited              | LocalDate                                   |",
        "public                 | injected                                    |",
        "protected              | injected                                    |",
        "package-private        | injected                                    |",
        "overload-text          | text a                                      |",
        "overload-number        | number 7                                    |",
        "types                  | /in 1.10 Europe/Berlin [MONDAY, FRIDAY] PT1H30M false |",
        "varargs                | a+b                                         |",
        "all                    | 25 all 1                                    |",
        "order                  | {\"id\":\"a\",\"rows\":4}                   |",
        "orders                 | {\"a\":3}                                   |",
        "by-day                 | 3                                           |",
        "primitives             | -128/5/9000000000/0.5/100.0/x                |",
        "boxes                  | 7 true false                                |",
        "renamed                | 2026-11-26                                  |",
        "twice                  | 77                                          |",
        "defaults               | [1, 2] PT5M 3 <>                            |",
        "wildcard               | 3                                           |",
        "unbounded              | String2                                     |",
        "variable               | variable a                                  |",
        "iterable               | 1 [1, 2]                                    |",
        "nested                 | 2                                           |",
        "generic-record         | 4                                           |",
        "all-sorted             | {a=b} true                                  |",
        "no-parameter           | none                                        |",
        "of-long                | 9000000000                                  |",
        "of-boolean             | true                                        |",
        "of-enum                | \"MONDAY\"                                  |",
        "of-null                |                                             |",
        "of-builder             | built                                       |",
        "of-atomic              | 3                                           |",
        "of-array               | [1,2]                                       |",
        "of-bytes               | \"AQID\"                                    |",
        "of-records             | [{\"id\":\"a\",\"rows\":1}]                 |",
        "of-optional            | {\"id\":\"a\",\"rows\":1}                   |",
        "of-optional-int        | 3                                           |",
        "of-optional-double     |                                             |",
        "of-stream              | [{\"id\":\"a\",\"rows\":1}]                 |",
        "of-int-stream          | [0,1,2]                                     |",
        "of-iterator            | [\"a\",\"b\"]                               |",
        "of-future-of-future    | inner                                       |",
        "of-optional-future     | inner                                       |",
        "of-void-future         |                                             |",
        "of-mono-list           | [{\"id\":\"a\",\"rows\":1}]                 |",
        "throws-error           |         | java.lang.AssertionError: 1 is not 2",
        "throws-deep            |         | java.lang.StackOverflowError",
        "throws-cause           |         | outer; caused by IOException: inner",
        "throws-without-message |         | java.lang.NullPointerException",
        "throws-interrupted     |         | interrupted",
        "throws-undeclared      |         | java.io.IOException: disk full",
        "last                   |         | closed account",
        "last-wrapped           |         | closed account",
        "last-in-future         |         | closed account",
        "last-in-mono           |         | closed account",
        "last-by-rule           |         | java.io.IOException: closed account",
        "last-by-context        |         | closed account",
        "future                 | {\"id\":\"a\",\"rows\":1}                   |",
        "stage                  | {\"id\":\"a\",\"rows\":2}                   |",
        "mono-empty             |                                             |",
        "behind-object          | value                                       |",
        "checked                |         | java.io.IOException: disk full",
        "failed                 | 3       | 3 of 5 sent",
        "failed-later           | 3       | 3 of 5 sent",
        "callable-behind-object |         | the run would end before its work does",
        "futures-behind-object  |         | Wait for all of them and return their results",
      })
  void runsMethodWithEachKindOfSignature(String job, String result, String error) {
    TestedRun run = context.getBean(OrreryJobTester.class).job(job).run(PARAMETERS);

    assertThat(run.result()).isEqualTo(Optional.ofNullable(result));
    if (error == null) {
      assertThat(run.error()).isEmpty();
    } else {
      assertThat(run.error().orElseThrow()).contains(error);
      assertThat(run.nonRetryable()).isEqualTo(job.startsWith("last"));
    }
  }
}
