package dev.orrery.scheduler;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import dev.orrery.scheduler.testkit.MainClasses;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.smallrye.config.ConfigMapping;
import jakarta.ws.rs.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.eclipse.microprofile.health.HealthCheck;

/** The layers of the service, and what suffixes promise. */
@AnalyzeClasses(packages = "dev.orrery.scheduler", importOptions = MainClasses.class)
class ArchitectureTest {
  /** Classes that use java.sql though their name does not say so, each with the reason. */
  private static final Map<String, String> SQL_BESIDE_THE_STORES =
      Map.ofEntries(
          Map.entry(
              "engine.submission.BackfillService", "locks, decides and writes on one connection"),
          Map.entry("engine.fire.FireService", "locks, decides and writes on one connection"),
          Map.entry(
              "engine.completion.AttemptCompletionService",
              "locks, decides and writes on one connection"),
          Map.entry(
              "engine.command.InstanceCommandService",
              "locks, decides and writes on one connection"),
          Map.entry("flow.ParentReconciler", "locks, decides and writes on one connection"),
          Map.entry("flow.FlowReconciler", "is a part of that reconciliation"),
          Map.entry("flow.NodeStarter", "is a part of that reconciliation"),
          Map.entry("flow.FanOutReconciler", "is a part of that reconciliation"),
          Map.entry("flow.ParentStarter", "locks, decides and writes on one connection"),
          Map.entry(
              "engine.worker.SessionEndService", "locks, decides and writes on one connection"),
          Map.entry(
              "engine.command.BulkCancellation", "takes part in the transaction of its caller"),
          Map.entry(
              "model.propagation.InstanceCancellation",
              "takes part in the transaction of its caller"),
          Map.entry(
              "model.propagation.JobChangePropagator",
              "takes part in the transaction of its caller"),
          Map.entry(
              "model.job.JobVersionCache", "loads what is missing on the connection of its caller"),
          Map.entry("engine.completion.HistoryWriter", "collects rows for one statement"),
          Map.entry("model.instance.Fence", "reads itself from a row"),
          Map.entry("model.instance.InstanceRow", "reads itself from a row"),
          Map.entry("http.rest.PageRows", "reads the rows of a page that is bounded by bytes"),
          Map.entry(
              "edge.startup.DatabaseStartupFailure",
              "explains what the database said at the start"),
          Map.entry("edge.startup.Main", "tells a refusal of the database from a fault"),
          Map.entry("engine.fire.DuePromoter", "is one statement and its hint"),
          Map.entry("engine.fire.AttemptTimeoutService", "is one statement and its completion"),
          Map.entry(
              "extras.notification.HealthEvaluation",
              "locks, decides and writes on one connection"),
          Map.entry(
              "extras.notification.WatchEvaluation",
              "locks, decides and writes on one connection"));

  /** Waits of start and stop, where no bean could bring a ticker, each with the reason. */
  private static final Map<String, String> NANO_TIME_BESIDE_THE_TICKER =
      Map.ofEntries(
          Map.entry("base.time.Ticker", "is where it comes from"),
          Map.entry("base.embedded.EmbeddedServer", "starts before there are beans"),
          Map.entry("base.embedded.EmbeddedDatabase", "ends after there are beans"),
          Map.entry(
              "http.connection.InFlightCounter", "waits on a monitor while the service stops"));

  @ArchTest
  static final ArchRule sharesAnswerNoCaller =
      noClasses()
          .that()
          .resideInAPackage("dev.orrery.scheduler.base.quota..")
          .should()
          .dependOnClassesThat(
              resideInAPackage("dev.orrery.scheduler..")
                  .and(not(resideInAPackage("dev.orrery.scheduler.base.quota.."))));

  @ArchTest
  static final ArchRule onlyStoresUseSql =
      noClasses()
          .that(not(isStore()).and(not(isAnyOf(SQL_BESIDE_THE_STORES.keySet()))))
          .and()
          .resideOutsideOfPackages(
              "dev.orrery.scheduler.base.database..",
              "dev.orrery.scheduler.base.embedded..",
              "dev.orrery.scheduler.base.schema..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("java.sql..");

  @ArchTest
  static void noExceptionOutlivesItsReason(JavaClasses service) {
    for (String name : SQL_BESIDE_THE_STORES.keySet()) {
      assertThat(service.get("dev.orrery.scheduler." + name).getDirectDependenciesFromSelf())
          .as(name)
          .anyMatch(needed -> needed.getTargetClass().getPackageName().equals("java.sql"));
    }
    for (String name : NANO_TIME_BESIDE_THE_TICKER.keySet()) {
      assertThat(service.get("dev.orrery.scheduler." + name).getAccessesFromSelf())
          .as(name)
          .anyMatch(access -> isCall(access, "java.lang.System", "nanoTime"));
    }
  }

  /**
   * Else they are empty objects in a native program: Quarkus does not see all of them by itself.
   */
  @ArchTest
  static void whatIsWrittenAsJsonIsKnownToNativePrograms(JavaClasses service) {
    Set<JavaClass> written = new LinkedHashSet<>();
    service.stream().filter(ArchitectureTest::isWritten).forEach(type -> addRecords(type, written));

    assertThat(written)
        .filteredOn(type -> !type.isAnnotatedWith(RegisterForReflection.class))
        .isEmpty();
  }

  private static boolean isWritten(JavaClass type) {
    return type.isRecord()
        && (type.getEnclosingClass()
                .filter(outer -> outer.getSimpleName().endsWith("Resource"))
                .isPresent()
            || type.getSimpleName().matches(".*(View|Document|Payload)"));
  }

  /** Adds the record with those of its components, also in lists and maps. */
  private static void addRecords(JavaClass type, Set<JavaClass> written) {
    if (type.isRecord()
        && type.getPackageName().startsWith("dev.orrery.scheduler.")
        && written.add(type)) {
      type.getFields().stream()
          .filter(field -> !field.getModifiers().contains(JavaModifier.STATIC))
          .flatMap(field -> field.getAllInvolvedRawTypes().stream())
          .forEach(component -> addRecords(component, written));
    }
  }

  /** From the ground up: an area depends on those before it. */
  private static final List<String> AREAS =
      List.of("base", "http", "model", "engine", "flow", "extras", "edge", "powerjob");

  @ArchTest
  static void areasDependOnlyOnThoseBelow(JavaClasses service) {
    for (int i = 0; i < AREAS.size() - 1; i++) {
      noClasses()
          .that()
          .resideInAPackage(area(AREAS.get(i)))
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              AREAS.subList(i + 1, AREAS.size()).stream()
                  .map(ArchitectureTest::area)
                  .toArray(String[]::new))
          .check(service);
    }
  }

  @ArchTest
  static final ArchRule everyClassBelongsToAnArea =
      classes()
          .that()
          .doNotHaveSimpleName("package-info")
          .should()
          .resideInAnyPackage(AREAS.stream().map(ArchitectureTest::area).toArray(String[]::new));

  private static String area(String name) {
    return "dev.orrery.scheduler." + name + "..";
  }

  @ArchTest
  static final ArchRule packagesOfAnAreaFormNoCycle =
      slices().matching("dev.orrery.scheduler.(*).(*)..").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule resourcesKnowNothingOfTheDatabase =
      noClasses()
          .that()
          .haveSimpleNameEndingWith("Resource")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("java.sql..", "io.quarkus.hibernate.orm.panache..");

  @ArchTest
  static final ArchRule whatHasAPathIsAResource =
      classes().that().areAnnotatedWith(Path.class).should().haveSimpleNameEndingWith("Resource");

  @ArchTest
  static final ArchRule whatIsConfiguredIsAConfig =
      classes()
          .that()
          .areAnnotatedWith(ConfigMapping.class)
          .should()
          .haveSimpleNameEndingWith("Config");

  @ArchTest
  static final ArchRule whatProbesAreAskedIsAHealthCheck =
      classes()
          .that()
          .implement(HealthCheck.class)
          .should()
          .haveSimpleNameEndingWith("HealthCheck");

  @ArchTest
  static final ArchRule nothingReadsTheClockOfTheMachine =
      noClasses()
          .should()
          .accessTargetWhere(
              describe(
                  "the target gives the time of day",
                  access ->
                      isCall(access, "java.lang.System", "currentTimeMillis")
                          || (access.getTargetOwner().getPackageName().equals("java.time")
                              && access.getName().equals("now"))));

  @ArchTest
  static final ArchRule monotonicTimeComesFromTheTicker =
      noClasses()
          .that(not(isAnyOf(NANO_TIME_BESIDE_THE_TICKER.keySet())))
          .should()
          .accessTargetWhere(
              describe(
                  "the target is System.nanoTime",
                  access -> isCall(access, "java.lang.System", "nanoTime")));

  @ArchTest
  static final ArchRule clockOfTheMachineIsMadeInOnePlace =
      noClasses()
          .that(not(isAnyOf(Set.of("base.time.TimeProducer"))))
          .should()
          .accessTargetWhere(
              describe(
                  "the target is a clock of the machine",
                  access ->
                      access.getTargetOwner().getPackageName().equals("java.time")
                          && access.getName().startsWith("system")));

  private static boolean isCall(JavaAccess<?> access, String owner, String name) {
    return access.getTargetOwner().getName().equals(owner) && access.getName().equals(name);
  }

  private static DescribedPredicate<JavaClass> isStore() {
    return describe("are a store", type -> outermost(type).getSimpleName().endsWith("Store"));
  }

  /**
   * @param names behind {@code dev.orrery.scheduler.}
   */
  private static DescribedPredicate<JavaClass> isAnyOf(Set<String> names) {
    return describe(
        "are one of " + names,
        type ->
            names.contains(outermost(type).getName().substring("dev.orrery.scheduler.".length())));
  }

  private static JavaClass outermost(JavaClass type) {
    return type.getEnclosingClass().map(ArchitectureTest::outermost).orElse(type);
  }
}
