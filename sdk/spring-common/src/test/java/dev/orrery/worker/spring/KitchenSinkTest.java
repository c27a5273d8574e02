package dev.orrery.worker.spring;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.orrery.worker.AttemptContext;
import dev.orrery.worker.AttemptFailedException;
import dev.orrery.worker.annotation.JobContext;
import dev.orrery.worker.annotation.OrreryJob;
import dev.orrery.worker.annotation.Param;
import dev.orrery.worker.spring.test.OrreryJobTesterAutoConfiguration;
import dev.orrery.worker.test.OrreryJobTester;
import dev.orrery.worker.test.TestedRun;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.Future;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.aop.framework.autoproxy.BeanNameAutoProxyCreator;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import reactor.core.publisher.Mono;

/** What the methods of real applications look like, on a bean that is a proxy of its class. */
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

  record Dependency(String name) {}

  @Configuration
  static class Application {
    @Bean
    static BeanNameAutoProxyCreator proxies() {
      BeanNameAutoProxyCreator proxies = new BeanNameAutoProxyCreator();
      proxies.setBeanNames("sink");
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
          Map.entry("unread", "x"));

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
        "all                    | 13 all 1                                    |",
        "order                  | {\"id\":\"a\",\"rows\":4}                   |",
        "orders                 | {\"a\":3}                                   |",
        "by-day                 | 3                                           |",
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
  void runsEachMethod(String job, String result, String error) {
    new ApplicationContextRunner()
        .withConfiguration(
            AutoConfigurations.of(
                Jackson2ResultAutoConfiguration.class,
                OrreryWorkerAutoConfiguration.class,
                OrreryJobTesterAutoConfiguration.class))
        .withPropertyValues("orrery.worker.enabled=false")
        .withUserConfiguration(Application.class)
        .run(
            context -> {
              assertThat(context).hasNotFailed();
              TestedRun run =
                  context.getBean(OrreryJobTester.class).job(job).job(job).run(PARAMETERS);
              assertThat(run.result()).isEqualTo(Optional.ofNullable(result));
              if (error == null) {
                assertThat(run.error()).isEmpty();
              } else {
                assertThat(run.error().orElseThrow()).contains(error);
              }
            });
  }
}
