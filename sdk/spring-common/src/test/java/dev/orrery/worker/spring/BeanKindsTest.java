package dev.orrery.worker.spring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.worker.annotation.OrreryJob;
import dev.orrery.worker.binding.InvalidJobsException;
import dev.orrery.worker.spring.test.OrreryJobTesterAutoConfiguration;
import dev.orrery.worker.test.OrreryJobTester;
import dev.orrery.worker.test.TestedRun;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.time.Duration;
import java.time.LocalDate;
import java.util.Date;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.aop.framework.autoproxy.BeanNameAutoProxyCreator;
import org.springframework.beans.factory.FactoryBean;
import org.springframework.boot.LazyInitializationBeanFactoryPostProcessor;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;
import org.springframework.context.annotation.Scope;
import org.springframework.context.annotation.ScopedProxyMode;
import org.springframework.format.annotation.DateTimeFormat;
import org.springframework.scheduling.annotation.Async;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** A job is found, whatever kind of bean has it, or is refused with its class, method and fix. */
class BeanKindsTest {

  interface Plain {
    String text();
  }

  static class PlainImpl implements Plain {
    private final String text = "found";

    @OrreryJob("job")
    @Override
    public String text() {
      return text;
    }
  }

  interface Handler<T> {
    @OrreryJob("job")
    String handle(T value);
  }

  static class Numbers implements Handler<Integer> {
    private final int more = 1;

    @Override
    public String handle(Integer value) {
      return "found " + (value + more);
    }
  }

  interface Other {
    String other();
  }

  static class Outside implements Other {
    private final String text = "found";

    @OrreryJob("job")
    String outside() {
      return text;
    }

    @Override
    public String other() {
      return "other";
    }
  }

  static class Final implements Plain {
    private final String text = "found";

    @OrreryJob("job")
    @Override
    public final String text() {
      return text;
    }
  }

  static class Static {
    @OrreryJob("job")
    static String text() {
      return "found";
    }
  }

  /** Makes proxies of the beans whose name begins with "proxied". */
  static class Proxies extends BeanNameAutoProxyCreator {
    Proxies(boolean ofClass) {
      setBeanNames("proxied*");
      setProxyTargetClass(ofClass);
    }
  }

  @Configuration(proxyBeanMethods = false)
  static class OfClasses {
    @Bean
    static Proxies proxies() {
      return new Proxies(true);
    }
  }

  @Configuration(proxyBeanMethods = false)
  static class OfInterfaces {
    @Bean
    static Proxies proxies() {
      return new Proxies(false);
    }
  }

  @Configuration(proxyBeanMethods = false)
  static class Interface {
    @Bean
    Plain plain() {
      return new PlainImpl();
    }
  }

  @Configuration(proxyBeanMethods = false)
  static class LazyInterface {
    @Bean
    @Lazy
    Plain plain() {
      return new PlainImpl();
    }
  }

  @Configuration(proxyBeanMethods = false)
  static class PrototypeInterface {
    @Bean
    @Scope("prototype")
    Plain plain() {
      return new PlainImpl();
    }
  }

  @Configuration(proxyBeanMethods = false)
  static class StaticObject {
    @Bean
    static Object plain() {
      return new PlainImpl();
    }
  }

  @Configuration(proxyBeanMethods = false)
  static class Annotated {
    @Bean
    Handler<Integer> numbers() {
      return new Numbers();
    }
  }

  static class PlainFactory implements FactoryBean<Plain> {
    @Override
    public Plain getObject() {
      return new PlainImpl();
    }

    @Override
    public Class<?> getObjectType() {
      return Plain.class;
    }
  }

  @Configuration(proxyBeanMethods = false)
  static class Factory {
    @Bean
    PlainFactory plain() {
      return new PlainFactory();
    }
  }

  @Configuration(proxyBeanMethods = false)
  static class ProxiedFinal extends OfClasses {
    @Bean
    Final proxiedFinal() {
      return new Final();
    }
  }

  @Configuration(proxyBeanMethods = false)
  static class ProxiedStatic extends OfClasses {
    @Bean
    Static proxiedStatic() {
      return new Static();
    }
  }

  @Configuration(proxyBeanMethods = false)
  static class ProxiedClass extends OfClasses {
    @Bean
    Outside proxiedOutside() {
      return new Outside();
    }
  }

  @Configuration(proxyBeanMethods = false)
  static class ProxiedInterface extends OfInterfaces {
    @Bean
    Plain proxiedPlain() {
      return new PlainImpl();
    }
  }

  @Configuration(proxyBeanMethods = false)
  static class ProxiedGeneric extends OfInterfaces {
    @Bean
    Numbers proxiedNumbers() {
      return new Numbers();
    }
  }

  @Configuration(proxyBeanMethods = false)
  static class ProxiedOutside extends OfInterfaces {
    @Bean
    Outside proxiedOutside() {
      return new Outside();
    }
  }

  @Configuration(proxyBeanMethods = false)
  static class ScopedClass {
    @Bean
    @Scope(scopeName = "prototype", proxyMode = ScopedProxyMode.TARGET_CLASS)
    Outside outside() {
      return new Outside();
    }
  }

  @Configuration(proxyBeanMethods = false)
  static class ScopedInterface {
    @Bean
    @Scope(scopeName = "prototype", proxyMode = ScopedProxyMode.INTERFACES)
    PlainImpl plain() {
      return new PlainImpl();
    }
  }

  @Configuration(proxyBeanMethods = false)
  static class ScopedUntold {
    @Bean
    @Scope(scopeName = "prototype", proxyMode = ScopedProxyMode.INTERFACES)
    Plain plain() {
      return new PlainImpl();
    }
  }

  @Configuration(proxyBeanMethods = false)
  static class InAbsentScope {
    @Bean
    @Scope("request")
    Plain plain() {
      return new PlainImpl();
    }
  }

  static class Silent {}

  static class Derived extends Silent {
    @OrreryJob("late")
    void late() {}
  }

  @Configuration(proxyBeanMethods = false)
  static class TakenAtItsWord {
    @Bean
    @Lazy
    Silent silent() {
      return new Derived();
    }
  }

  @Configuration(proxyBeanMethods = false)
  static class ScopedOutside {
    @Bean
    @Scope(scopeName = "prototype", proxyMode = ScopedProxyMode.INTERFACES)
    Outside outside() {
      return new Outside();
    }
  }

  static class Futures {
    @OrreryJob("job")
    CompletableFuture<String> text() {
      return CompletableFuture.supplyAsync(() -> "found");
    }
  }

  static class Monos {
    @OrreryJob("job")
    Mono<String> text() {
      return Mono.fromSupplier(() -> "found");
    }
  }

  static class Fluxes {
    @OrreryJob("job")
    Flux<Integer> text() {
      return Flux.range(1, 3);
    }
  }

  @ParameterizedTest
  @ValueSource(
      classes = {
        Interface.class,
        LazyInterface.class,
        PrototypeInterface.class,
        StaticObject.class,
        Factory.class,
        Annotated.class,
        Final.class,
        Static.class,
        ProxiedClass.class,
        ProxiedInterface.class,
        ProxiedGeneric.class,
        ScopedClass.class,
        ScopedInterface.class,
        ScopedUntold.class,
        Futures.class,
        Monos.class,
        Fluxes.class
      })
  void findsJobOfEachKindOfBean(Class<?> beans) {
    for (boolean lazy : new boolean[] {false, true}) {
      context(beans, lazy)
          .run(
              context -> {
                assertThat(context).hasNotFailed();
                TestedRun run =
                    context.getBean(OrreryJobTester.class).run("job", Map.of("value", "6"));
                assertThat(run.error()).as("lazy: " + lazy).isEmpty();
                assertThat(run.result().orElseThrow()).isIn("found", "found 7", "[1, 2, 3]");
              });
    }
  }

  static class Endless {
    private static final Set<String> CANCELED = ConcurrentHashMap.newKeySet();

    @OrreryJob("mono")
    Mono<String> mono() {
      return Mono.<String>never().doOnCancel(() -> CANCELED.add("mono"));
    }

    @OrreryJob("flux")
    Flux<String> flux() {
      return Flux.<String>never().doOnCancel(() -> CANCELED.add("flux"));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"mono", "flux"})
  void cancelsPublisherWhenRunTimesOut(String job) {
    context(Endless.class, false)
        .run(
            context -> {
              TestedRun run =
                  context
                      .getBean(OrreryJobTester.class)
                      .job(job)
                      .timeout(Duration.ofMillis(50))
                      .run();
              assertThat(run.error()).hasValue("timed out");
              assertThat(Endless.CANCELED).contains(job);
            });
  }

  static class Asynchronously {
    @Async
    @OrreryJob("job")
    void text() {}
  }

  @Async
  @Retention(RetentionPolicy.RUNTIME)
  @interface InBackground {}

  @InBackground
  static class AsynchronousClass {
    @OrreryJob("job")
    CompletableFuture<String> text() {
      return CompletableFuture.completedFuture("found");
    }
  }

  static class Calls {
    @OrreryJob("job")
    Callable<String> text() {
      return () -> "found";
    }
  }

  static class Suppliers {
    @OrreryJob("job")
    Supplier<String> text() {
      return () -> "found";
    }
  }

  static class Formatted {
    @OrreryJob("job")
    void day(@DateTimeFormat(pattern = "dd.MM.yyyy") LocalDate day) {}
  }

  static class Dates {
    @OrreryJob("job")
    void day(Date day) {}
  }

  static Stream<String[]> refused() {
    String end = "and the run would end before its work does";
    return Stream.of(
        refused(ProxiedFinal.class, "Final.text() (bean 'proxiedFinal'): it is final"),
        refused(ProxiedStatic.class, "Static.text() (bean 'proxiedStatic'): it is static"),
        refused(ScopedOutside.class, "Outside.outside() (bean 'outside'): the bean is a proxy of"),
        refused(Asynchronously.class, "it has @Async, by itself, its class or another"),
        refused(AsynchronousClass.class, "it has @Async, by itself, its class or another"),
        refused(Formatted.class, "the parameter 'day' has @DateTimeFormat, which is not read"),
        refused(Dates.class, "has the type java.util.Date, to which no text is converted"),
        refused(Calls.class, "Calls.text() (bean 'calls'): it returns a Callable, " + end),
        refused(Suppliers.class, "Suppliers.text() (bean 'suppliers'): it returns a Supplier"));
  }

  private static String[] refused(Class<?> beans, String message) {
    return new String[] {beans.getName(), message};
  }

  @ParameterizedTest
  @MethodSource("refused")
  void refusesJobThatCannotRun(String beans, String message) throws ClassNotFoundException {
    for (boolean lazy : new boolean[] {false, true}) {
      context(Class.forName(beans), lazy)
          .run(
              context ->
                  assertThat(context)
                      .getFailure()
                      .isInstanceOf(InvalidJobsException.class)
                      .hasMessageContaining(message));
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void refusesMethodOutsideOfProxiedInterfaces(boolean lazy) {
    String fix = "the bean is a proxy of its interfaces, and none of them has the method. Add it";
    context(ProxiedOutside.class, lazy)
        .run(
            context -> {
              if (lazy) {
                assertThat(context.getBean(OrreryJobTester.class).run("job").error().orElseThrow())
                    .contains("Outside.outside() cannot be called: " + fix);
              } else {
                assertThat(context).getFailure().hasMessageContaining(fix);
              }
            });
  }

  @Test
  @ExtendWith(OutputCaptureExtension.class)
  void namesBeansThatItCannotLookInto(CapturedOutput output) {
    context(InAbsentScope.class, false)
        .run(
            context -> {
              assertThat(context.getBean(JobBeans.class).jobs()).isEmpty();
              assertThat(output)
                  .contains("Failed to make a bean to look for jobs in it")
                  .contains("bean=plain");
            });
    context(TakenAtItsWord.class, false)
        .run(
            context -> {
              assertThat(output).doesNotContain("bean=silent");
              assertThat(context.getBean(Silent.class)).isInstanceOf(Derived.class);
              assertThat(output)
                  .contains("The jobs of a bean do not run")
                  .contains("bean=silent class=" + Derived.class.getName());
            });
  }

  private static ApplicationContextRunner context(Class<?> beans, boolean lazy) {
    ApplicationContextRunner runner =
        new ApplicationContextRunner()
            .withConfiguration(
                AutoConfigurations.of(
                    OrreryWorkerAutoConfiguration.class, OrreryJobTesterAutoConfiguration.class))
            .withPropertyValues("orrery.worker.enabled=false")
            .withBean(
                dev.orrery.worker.binding.ResultWriter.class, () -> result -> result.toString());
    ApplicationContextRunner lazily =
        lazy
            ? runner.withInitializer(
                context ->
                    context.addBeanFactoryPostProcessor(
                        new LazyInitializationBeanFactoryPostProcessor()))
            : runner;
    return beans.isAnnotationPresent(Configuration.class)
        ? lazily.withUserConfiguration(beans)
        : lazily.withBean(name(beans), beans);
  }

  private static String name(Class<?> type) {
    return type.getSimpleName().toLowerCase(java.util.Locale.ROOT);
  }
}
