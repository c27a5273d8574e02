package dev.orrery.worker.spring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.worker.annotation.OrreryJob;
import dev.orrery.worker.annotation.OrrerySchedule;
import dev.orrery.worker.binding.InvalidJobsException;
import dev.orrery.worker.spring.test.OrreryJobTesterAutoConfiguration;
import dev.orrery.worker.test.OrreryJobTester;
import dev.orrery.worker.test.TestedRun;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.time.Duration;
import java.time.LocalDate;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.aspectj.lang.ProceedingJoinPoint;
import org.aspectj.lang.annotation.Aspect;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.aop.framework.autoproxy.BeanNameAutoProxyCreator;
import org.springframework.beans.factory.FactoryBean;
import org.springframework.beans.factory.annotation.Lookup;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.beans.factory.config.CustomScopeConfigurer;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.beans.factory.support.BeanDefinitionRegistryPostProcessor;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.boot.LazyInitializationBeanFactoryPostProcessor;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.cache.annotation.Cacheable;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.ComponentScan;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.EnableAspectJAutoProxy;
import org.springframework.context.annotation.FilterType;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.ImportBeanDefinitionRegistrar;
import org.springframework.context.annotation.ImportSelector;
import org.springframework.context.annotation.Lazy;
import org.springframework.context.annotation.Primary;
import org.springframework.context.annotation.Scope;
import org.springframework.context.annotation.ScopedProxyMode;
import org.springframework.context.support.SimpleThreadScope;
import org.springframework.core.type.AnnotationMetadata;
import org.springframework.format.annotation.DateTimeFormat;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.scheduling.annotation.Async;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.annotation.EnableTransactionManagement;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Checks that a job on any kind of bean is found, or refused with its class, method and fix. */
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

  static class Registrar implements ImportBeanDefinitionRegistrar {
    @Override
    public void registerBeanDefinitions(
        AnnotationMetadata importing, BeanDefinitionRegistry registry) {
      registry.registerBeanDefinition("registered", new RootBeanDefinition(PlainImpl.class));
    }
  }

  @Configuration(proxyBeanMethods = false)
  @Import(Registrar.class)
  static class Registered {}

  static class Selector implements ImportSelector {
    @Override
    public String[] selectImports(AnnotationMetadata importing) {
      return new String[] {PlainImpl.class.getName()};
    }
  }

  @Configuration(proxyBeanMethods = false)
  @Import(Selector.class)
  static class Selected {}

  @Configuration(proxyBeanMethods = false)
  static class Supplied {
    @Bean
    static BeanDefinitionRegistryPostProcessor supplier() {
      return registry ->
          registry.registerBeanDefinition(
              "supplied", new RootBeanDefinition(Plain.class, PlainImpl::new));
    }
  }

  /** A bean without a definition. */
  @Configuration(proxyBeanMethods = false)
  static class ByHand {
    @Bean
    static BeanFactoryPostProcessor registrar() {
      return beans -> beans.registerSingleton("by-hand", new PlainImpl());
    }
  }

  static class PrototypeFactory extends PlainFactory {
    @Override
    public boolean isSingleton() {
      return false;
    }
  }

  @Configuration(proxyBeanMethods = false)
  static class FactoryOfPrototypes {
    @Bean
    PrototypeFactory plain() {
      return new PrototypeFactory();
    }
  }

  static class UntypedFactory implements FactoryBean<Object> {
    @Override
    public Object getObject() {
      return new PlainImpl();
    }

    @Override
    public Class<?> getObjectType() {
      return null;
    }
  }

  @Configuration(proxyBeanMethods = false)
  static class FactoryWithoutType {
    @Bean
    UntypedFactory plain() {
      return new UntypedFactory();
    }
  }

  @Configuration(proxyBeanMethods = false)
  static class OneOfTwo {
    @Bean(
        name = {"one", "alias"},
        autowireCandidate = false)
    Plain one() {
      return new PlainImpl();
    }

    @Bean
    @Primary
    Plain other() {
      return () -> "without a job";
    }
  }

  @Configuration(proxyBeanMethods = false)
  static class Outer {
    @Configuration(proxyBeanMethods = false)
    static class Inner {
      @Bean
      PlainImpl plain() {
        return new PlainImpl();
      }
    }
  }

  @Configuration(proxyBeanMethods = false)
  static class Anonymous {
    @Bean
    Plain plain() {
      return new Plain() {
        @OrreryJob("job")
        @Override
        public String text() {
          return "found";
        }
      };
    }
  }

  interface Greeting {
    String word();

    @OrreryJob("job")
    default String text() {
      return word();
    }
  }

  @Configuration(proxyBeanMethods = false)
  static class Lambda {
    @Bean
    Greeting greeting() {
      return () -> "found";
    }
  }

  @Configuration(proxyBeanMethods = false)
  static class ProxiedLambda extends OfInterfaces {
    @Bean
    Greeting proxiedGreeting() {
      return () -> "found";
    }
  }

  record Values(String text) {
    @OrreryJob("job")
    String found() {
      return text;
    }
  }

  @Configuration(proxyBeanMethods = false)
  static class OfRecord {
    @Bean
    Values values() {
      return new Values("found");
    }
  }

  enum Only implements Plain {
    ONE {
      @OrreryJob("job")
      @Override
      public String text() {
        return "found";
      }
    }
  }

  @Configuration(proxyBeanMethods = false)
  static class OfEnum {
    @Bean
    Plain plain() {
      return Only.ONE;
    }
  }

  abstract static class Template {
    @OrreryJob("job")
    String text() {
      return word();
    }

    abstract String word();
  }

  static class Filled extends Template {
    @Override
    String word() {
      return "found";
    }
  }

  @Configuration(proxyBeanMethods = false)
  static class OfTemplate {
    @Bean
    Template template() {
      return new Filled();
    }
  }

  /** The nearest annotation counts, and a method without one has that of what it overrides. */
  static class Renamed extends PlainImpl {
    @OrreryJob("renamed")
    @Override
    public String text() {
      return "renamed";
    }
  }

  static class Back extends Renamed {
    @OrreryJob("job")
    @Override
    public String text() {
      return "found";
    }
  }

  static class Unannotated extends PlainImpl {
    @Override
    public String text() {
      return "found";
    }
  }

  abstract static class Injected {
    @OrreryJob("job")
    String text() {
      return plain().text();
    }

    @Lookup
    abstract Plain plain();
  }

  @Configuration(proxyBeanMethods = false)
  @Import(Injected.class)
  static class LookedUp {
    @Bean
    @Scope("prototype")
    Plain plain() {
      return () -> "found";
    }
  }

  static class Processing implements BeanPostProcessor {
    @OrreryJob("job")
    String text() {
      return "found";
    }
  }

  @Configuration(proxyBeanMethods = false)
  static class OfPostProcessor {
    @Bean
    static Processing processing() {
      return new Processing();
    }
  }

  @Configuration(proxyBeanMethods = false)
  static class OfThread {
    @Bean
    static CustomScopeConfigurer scopes() {
      CustomScopeConfigurer scopes = new CustomScopeConfigurer();
      scopes.addScope("thread", new SimpleThreadScope());
      return scopes;
    }

    @Bean
    @Scope(scopeName = "thread", proxyMode = ScopedProxyMode.TARGET_CLASS)
    PlainImpl plain() {
      return new PlainImpl();
    }
  }

  /** On a real data source: a job has its transaction, whoever may call the method. */
  static class Database {
    @Bean
    DataSource dataSource() {
      return new DriverManagerDataSource("jdbc:h2:mem:" + UUID.randomUUID());
    }

    @Bean
    PlatformTransactionManager transactions(DataSource source) {
      return new DataSourceTransactionManager(source);
    }

    static String active() {
      return TransactionSynchronizationManager.isActualTransactionActive() ? "found" : "none";
    }
  }

  static class OfPackage {
    @Transactional
    @OrreryJob("job")
    String text() {
      return Database.active();
    }
  }

  @Configuration(proxyBeanMethods = false)
  @EnableTransactionManagement(proxyTargetClass = true)
  static class TransactionOfClass extends Database {
    @Bean
    OfPackage job() {
      return new OfPackage();
    }
  }

  static class Implementing implements Plain {
    @Transactional
    @OrreryJob("job")
    @Override
    public String text() {
      return Database.active();
    }
  }

  @Configuration(proxyBeanMethods = false)
  @EnableTransactionManagement
  static class TransactionOfInterface extends Database {
    @Bean
    Plain job() {
      return new Implementing();
    }
  }

  @Aspect
  static class Around {
    @org.aspectj.lang.annotation.Around("@annotation(dev.orrery.worker.annotation.OrreryJob)")
    Object around(ProceedingJoinPoint call) throws Throwable {
      return call.proceed().toString().replace("lost", "found");
    }
  }

  static class Advised {
    @OrreryJob("job")
    String text() {
      return "lost";
    }
  }

  @Configuration(proxyBeanMethods = false)
  @EnableAspectJAutoProxy(proxyTargetClass = true)
  static class OfAspect {
    @Bean
    static Around around() {
      return new Around();
    }

    @Bean
    Advised advised() {
      return new Advised();
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
        Registered.class,
        Selected.class,
        Supplied.class,
        ByHand.class,
        FactoryOfPrototypes.class,
        FactoryWithoutType.class,
        OneOfTwo.class,
        Outer.class,
        Anonymous.class,
        Lambda.class,
        ProxiedLambda.class,
        OfRecord.class,
        OfEnum.class,
        OfTemplate.class,
        Back.class,
        Unannotated.class,
        LookedUp.class,
        OfPostProcessor.class,
        OfThread.class,
        TransactionOfClass.class,
        TransactionOfInterface.class,
        OfAspect.class
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
                assertThat(run.result().orElseThrow()).isIn("found", "found 7");
              });
    }
  }

  static class Endless {
    private static final Set<String> CANCELED = ConcurrentHashMap.newKeySet();

    @OrreryJob("mono")
    Mono<String> mono() {
      return Mono.<String>never().doOnCancel(() -> CANCELED.add("mono"));
    }
  }

  @Test
  void cancelsMonoWhenRunTimesOut() {
    context(Endless.class, false)
        .run(
            context -> {
              TestedRun run =
                  context
                      .getBean(OrreryJobTester.class)
                      .job("mono")
                      .timeout(Duration.ofMillis(50))
                      .run();
              assertThat(run.error()).hasValue("timed out");
              assertThat(Endless.CANCELED).contains("mono");
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

  static class Publishers {
    @OrreryJob("job")
    Flux<String> text() {
      return Flux.just("found");
    }
  }

  static class Cached {
    @Cacheable("results")
    @OrreryJob("job")
    void text() {}
  }

  static class ScheduledTwice {
    @Scheduled(cron = "-")
    @OrreryJob("job")
    @OrrerySchedule(cron = "@daily")
    void text() {}
  }

  static class OfSetting {
    @OrreryJob("job")
    void text(@Value("x") String name) {}
  }

  @Component
  @Scope("request")
  static class OfRequest {
    @OrreryJob("job")
    void text() {}
  }

  @Scope(value = "session", proxyMode = ScopedProxyMode.TARGET_CLASS)
  @Component
  static class OfSession {
    @OrreryJob("job")
    void text() {}
  }

  @ComponentScan(
      useDefaultFilters = false,
      includeFilters =
          @ComponentScan.Filter(type = FilterType.ASSIGNABLE_TYPE, classes = OfSession.class))
  @Configuration(proxyBeanMethods = false)
  static class InSession {}

  static class Formatted {
    @OrreryJob("job")
    void day(@DateTimeFormat(pattern = "dd.MM.yyyy") LocalDate day) {}
  }

  static class Dates {
    @OrreryJob("job")
    void day(Date day) {}
  }

  @Configuration(proxyBeanMethods = false)
  static class TwoOfOneClass {
    @Bean
    PlainImpl first() {
      return new PlainImpl();
    }

    @Bean
    PlainImpl second() {
      return new PlainImpl();
    }
  }

  @Configuration(proxyBeanMethods = false)
  static class ProxiedFinalClassMethod extends OfClasses {
    static class Mixed {
      @SuppressWarnings("UnusedMethod") // that is the mistake
      @OrreryJob("job")
      private void text() {}
    }

    @Bean
    Mixed proxiedMixed() {
      return new Mixed();
    }
  }

  interface InBackgroundAbove {
    @Async
    void text();
  }

  static class AsynchronousAbove implements InBackgroundAbove {
    @OrreryJob("job")
    @Override
    public void text() {}
  }

  sealed interface Shape permits Circle {}

  record Circle(int radius) implements Shape {}

  static class Shapes {
    @OrreryJob("job")
    void draw(Shape shape) {}
  }

  static class Letters {
    @OrreryJob("job")
    void write(char[] letters) {}
  }

  static class ArraysOfLists {
    @OrreryJob("job")
    void sum(List<Integer>[] numbers) {}
  }

  @SuppressWarnings("rawtypes") // that is the mistake
  static class Raw {
    @OrreryJob("job")
    void sum(List numbers) {}
  }

  static class Optionals {
    @OrreryJob("job")
    void sum(OptionalInt number) {}
  }

  static Stream<String[]> refused() {
    return Stream.of(
        refused(ProxiedFinal.class, "Final.text() (bean 'proxiedFinal'): it is final"),
        refused(ProxiedStatic.class, "Static.text() (bean 'proxiedStatic'): it is static"),
        refused(ScopedOutside.class, "Outside.outside() (bean 'outside'): the bean is a proxy of"),
        refused(Asynchronously.class, "it has @Async, by itself, its class or another"),
        refused(AsynchronousClass.class, "it has @Async, by itself, its class or another"),
        refused(Cached.class, "it has @Cacheable, by itself, its class or another annotation"),
        refused(ScheduledTwice.class, "it has @Scheduled beside @OrrerySchedule"),
        refused(OfSetting.class, "the parameter 'name' has @Value, which is not read"),
        refused(OfRequest.class, "its bean has the scope 'request'"),
        refused(InSession.class, "its bean has the scope 'session'"),
        refused(Formatted.class, "the parameter 'day' has @DateTimeFormat, which is not read"),
        refused(TwoOfOneClass.class, "(bean 'second'): the name 'job' is also that of "),
        refused(ProxiedFinalClassMethod.class, "Mixed.text() (bean 'proxiedMixed'): it is private"),
        refused(AsynchronousAbove.class, "it has @Async, by itself, its class or another"),
        refused(Shapes.class, "the parameter 'shape' has the type " + Shape.class.getName()),
        refused(Letters.class, "the parameter 'letters' has the type char[]"),
        refused(
            ArraysOfLists.class, "the parameter 'numbers' has the type java.util.List<java.lang"),
        refused(Raw.class, "the parameter 'numbers' has the type java.util.List"),
        refused(Optionals.class, "the parameter 'number' has the type java.util.OptionalInt"),
        refused(Dates.class, "has the type java.util.Date, to which no text is converted"),
        refused(
            Publishers.class,
            "Publishers.text() (bean 'publishers'): it returns a Flux, and the run would end"));
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
  void warnsOfBeansThatCannotBeInspected(CapturedOutput output) {
    context(InAbsentScope.class, false)
        .run(
            context -> {
              assertThat(context.getBean(JobBeans.class).jobs()).isEmpty();
              assertThat(output)
                  .contains("Failed to create a bean to search it for jobs")
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
