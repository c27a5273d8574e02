package dev.orrery.scheduler;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import dev.orrery.scheduler.base.lifecycle.ProgressWatch;
import dev.orrery.scheduler.base.time.TimerThread;
import dev.orrery.scheduler.model.commit.CommitMetrics;
import dev.orrery.scheduler.model.commit.GroupCommit;
import dev.orrery.scheduler.testkit.MainClasses;
import io.quarkus.scheduler.Scheduled;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Singleton;
import java.sql.DriverManager;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingDeque;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.LinkedTransferQueue;
import java.util.concurrent.PriorityBlockingQueue;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.stream.Stream;
import javax.sql.DataSource;

/**
 * Rules that keep one app, or one thing that hangs, from its neighbours. A new feature that breaks
 * one gets a bound, or a sentence here.
 */
@AnalyzeClasses(packages = "dev.orrery.scheduler", importOptions = MainClasses.class)
class NeighbourRulesTest {
  private static final Set<Class<?>> THREADS =
      Set.of(
          Thread.class,
          Executors.class,
          ThreadPoolExecutor.class,
          ScheduledThreadPoolExecutor.class,
          TimerThread.class);

  private static final Set<Class<?>> UNBOUNDED_QUEUES =
      Set.of(
          LinkedBlockingQueue.class,
          LinkedBlockingDeque.class,
          LinkedTransferQueue.class,
          ConcurrentLinkedQueue.class,
          ConcurrentLinkedDeque.class,
          PriorityBlockingQueue.class);

  /** Classes with a thread whose progress nothing watches, each with the reason. */
  private static final Map<String, String> UNWATCHED =
      Map.of(
          "edge.cluster.ClusterMode", "its row ages, which readiness and the other replicas see",
          "base.database.ConnectionRegistry", "ends one connection, then itself",
          "base.database.PoolDriver", "makes one connection, then ends",
          "base.embedded.EmbeddedDatabase", "runs at the end of the process",
          "base.embedded.ServerSupervisor", "a server that stays away is an outage",
          "engine.dispatch.PollService", "ends parked polls, which their workers repeat",
          "base.hint.DatabaseHintForwarder",
              "hints save waiting, and the due-work loop goes without",
          "base.hint.HintListener", "hints save waiting, and the due-work loop goes without",
          "base.lifecycle.GracefulShutdown", "runs at the end of the process",
          "engine.logs.LogStreamRegistry", "a follower that gets nothing connects again");

  /** Classes with a queue that has no bound of its own, each with what bounds it. */
  private static final Map<String, String> BOUNDED_ELSEWHERE =
      Map.of(
          "base.database.EngineExecutor", "each kind of work bounds its writers",
          "engine.logs.LogStreamRegistry", "one read for each follower, whose number is bounded");

  /** Collections that live as long as the service, each with what bounds it. */
  private static final Map<String, String> COLLECTIONS =
      Map.ofEntries(
          Map.entry("engine.agreement.AgreementState.before", "replicas"),
          Map.entry("engine.agreement.AgreementState.differences", "replicas"),
          Map.entry("engine.agreement.AgreementState.ofPowerJob", "protocols"),
          Map.entry("engine.agreement.PortRegistry.addresses", "protocols"),
          Map.entry("engine.agreement.PortRegistry.ports", "protocols"),
          Map.entry("engine.agreement.PortWatch.ports", "protocols of workers"),
          Map.entry("engine.agreement.ProtocolRequirement.powerJobInUse", "protocols"),
          Map.entry("engine.agreement.ProtocolRequirement.inUse", "protocols"),
          Map.entry(
              "engine.agreement.RefusedWorkerLog.newestFirst", "300, of an app 20 of each kind"),
          Map.entry("model.concurrency.UnblockService.queued", "ids of jobs"),
          Map.entry("model.concurrency.UnblockService.hinted", "ids of jobs"),
          Map.entry("model.concurrency.UnblockService.inProgress", "200 ids of jobs"),
          Map.entry("model.concurrency.UnblockService.unblockedByCheck", "ids of jobs"),
          Map.entry("model.concurrency.UnblockService.unchecked", "ids of jobs"),
          Map.entry("http.connection.ConnectionMetrics.closed", "reasons"),
          Map.entry("base.database.ConnectionRegistry.open", "connections of the pools"),
          Map.entry("base.database.DatabaseReachability.reachedListeners", "features"),
          Map.entry("base.failover.PoolFlush.pools", "pools"),
          Map.entry(
              "base.database.PrimaryFence.admitted", "connections of the pools, and two more"),
          Map.entry("engine.dispatch.Dispatcher.batchers", "capabilities of sessions that poll"),
          Map.entry("engine.dispatch.LaneRegistry.byId", "processors and tags of job versions"),
          Map.entry("engine.dispatch.PollService.deliveries", "live sessions, of an app 5,000"),
          Map.entry("engine.fire.DueWorkLoop.ranAt", "steps"),
          Map.entry("engine.fire.StepRunner.failing", "steps"),
          Map.entry("engine.fire.StepRunner.failures", "steps"),
          Map.entry("http.filter.KeepAliveCloser.inFlight", "connections of the ports"),
          Map.entry("engine.fire.TriggerQuarantine.jobs", "1,000"),
          Map.entry("base.hint.HintBus.forwarders", "features"),
          Map.entry("base.hint.HintBus.listeners", "features"),
          Map.entry("engine.completion.InstanceMetrics.ended", "states"),
          Map.entry("engine.completion.InstanceMetrics.partsEnded", "states"),
          Map.entry("flow.ParentService.parentLanes", "one lane of each app"),
          Map.entry("flow.PartCancellation.queued", "ids of parents that await their parts"),
          Map.entry("base.lifecycle.GracefulShutdown.actions", "features"),
          Map.entry("edge.listener.WorkerOperations.served", "operations of the worker API"),
          Map.entry("edge.listener.HttpListener.others", "features"),
          Map.entry("engine.agreement.OtherDialects.modules", "modules of the build"),
          Map.entry("engine.logs.LogStreamRegistry.streams", "200 followers, of an app 50"),
          Map.entry(
              "engine.logs.LogStreamRegistry.written", "instances of the lines of one commit"),
          Map.entry("powerjob.LogSequencer.held", "32 MiB of log lines, of an app 8 MiB"),
          Map.entry("powerjob.RunTracker.runs", "runs of 4,000 workers, and their ends of 15 s"),
          Map.entry("powerjob.RunTracker.ended", "the ends of 15 s"),
          Map.entry("powerjob.GatewaySessionOpener.opening", "4,000 workers, of an app 500"),
          Map.entry(
              "powerjob.GatewaySessionRegistry.gatewaySessions",
              "4,000 workers for each kind of runs, of an app 500"),
          Map.entry("powerjob.GatewaySessionRegistry.clockLeads", "as the gateway sessions"),
          Map.entry("powerjob.GatewaySessionRegistry.places", "kinds of runs"),
          Map.entry("powerjob.MuWorkerTransport.connections", "8,000, of an address 2,000"),
          Map.entry("powerjob.WorkerDirectory.workers", "20,000 workers"),
          Map.entry("powerjob.WorkerTransports.transports", "protocols"),
          Map.entry("powerjob.JoinRefusal.served", "protocols"),
          Map.entry("powerjob.openapi.ClientRoute.calls", "calls of PowerJob's client"),
          Map.entry("engine.report.ReportMetrics.judged", "verdicts"),
          Map.entry("engine.retention.HistoryAge.oldUpTo", "days of the history"),
          Map.entry("base.failover.TimelineService.caches", "features"),
          Map.entry("base.housekeeping.HousekeepingLoop.sources", "features"),
          Map.entry("engine.retention.PartitionCreation.locked", "partitioned tables"),
          Map.entry("http.security.CallerWatch.watched", "polls and followed logs that wait"),
          Map.entry("base.lifecycle.ProgressWatch.parts", "features"),
          Map.entry("engine.worker.SessionMemory.kinds", "an eighth of the heap, of an app 16 MiB"),
          Map.entry("engine.worker.SessionRegistry.live", "live sessions, of an app 5,000"));

  /** Its pools have a share for each app: of reads, of edits and of commands. */
  @ArchTest
  static final ArchRule connectionsAreThoseOfTheDatabasePackages =
      noClasses()
          .that()
          .resideOutsideOfPackages(
              "dev.orrery.scheduler.base.database..",
              "dev.orrery.scheduler.base.embedded..",
              "dev.orrery.scheduler.base.failover..",
              "dev.orrery.scheduler.base.schema..")
          .should()
          .dependOnClassesThat()
          .belongToAnyOf(DataSource.class, DriverManager.class)
          .orShould()
          .dependOnClassesThat()
          .resideInAnyPackage("io.agroal..", "io.quarkus.agroal..");

  @ArchTest
  static final ArchRule whatRunsByItselfReportsItsProgress =
      classes()
          .that(not(isOneOf(UNWATCHED)))
          .and(describe("have a thread or a schedule", NeighbourRulesTest::hasThreadOrSchedule))
          .should()
          .dependOnClassesThat()
          .belongToAnyOf(ProgressWatch.class);

  @ArchTest
  static final ArchRule groupCommitsAreWatched =
      classes()
          .that(
              describe(
                  "make group commits",
                  (JavaClass type) ->
                      !type.isEquivalentTo(GroupCommit.class)
                          && type.getConstructorCallsFromSelf().stream()
                              .anyMatch(
                                  call -> call.getTargetOwner().isEquivalentTo(GroupCommit.class))))
          .should()
          .callMethod(CommitMetrics.class, "watch", GroupCommit.class);

  @ArchTest
  static final ArchRule queuesHaveABound =
      noClasses()
          .that(not(isOneOf(BOUNDED_ELSEWHERE)))
          .should()
          .callConstructorWhere(
              describe(
                  "the queue has no bound",
                  call ->
                      UNBOUNDED_QUEUES.stream().anyMatch(call.getTargetOwner()::isEquivalentTo)
                          && call.getTarget().getRawParameterTypes().stream()
                              .noneMatch(type -> type.isEquivalentTo(int.class))));

  @ArchTest
  static final ArchRule cachesHaveABound =
      classes()
          .that(describe("make caches", type -> calls(type, "newBuilder")))
          .should(
              com.tngtech.archunit.lang.ArchCondition.from(
                  describe(
                      "bound them",
                      type -> calls(type, "maximumSize") || calls(type, "maximumWeight"))));

  @ArchTest
  static void collectionsOfBeansHaveABound(JavaClasses service) {
    Set<String> found = new TreeSet<>();
    service.stream()
        .filter(
            type ->
                type.isAnnotatedWith(ApplicationScoped.class)
                    || type.isAnnotatedWith(Singleton.class))
        .flatMap(type -> type.getFields().stream())
        .filter(field -> !field.getModifiers().contains(JavaModifier.STATIC))
        .filter(NeighbourRulesTest::isCollection)
        .forEach(field -> found.add(name(field.getOwner()) + "." + field.getName()));

    assertThat(found)
        .as("collections that live as long as the service; state what bounds each")
        .isEqualTo(new TreeSet<>(COLLECTIONS.keySet()));
  }

  @ArchTest
  static void noExceptionOutlivesItsReason(JavaClasses service) {
    assertThat(UNWATCHED.keySet())
        .allMatch(name -> hasThreadOrSchedule(service.get("dev.orrery.scheduler." + name)));
    assertThat(BOUNDED_ELSEWHERE.keySet())
        .allMatch(
            name ->
                service.get("dev.orrery.scheduler." + name).getConstructorCallsFromSelf().stream()
                    .anyMatch(
                        call ->
                            UNBOUNDED_QUEUES.stream()
                                .anyMatch(call.getTargetOwner()::isEquivalentTo)));
  }

  private static boolean isCollection(JavaField field) {
    return Stream.of(Collection.class, Map.class).anyMatch(field.getRawType()::isAssignableTo);
  }

  private static boolean hasThreadOrSchedule(JavaClass type) {
    if (type.isEquivalentTo(TimerThread.class)) {
      return false;
    }
    return type.getMethods().stream().anyMatch(method -> method.isAnnotatedWith(Scheduled.class))
        || Stream.concat(
                type.getConstructorCallsFromSelf().stream(), type.getMethodCallsFromSelf().stream())
            .filter(
                call ->
                    call.getName().equals("<init>")
                        || call.getTargetOwner().isEquivalentTo(TimerThread.class)
                        || call.getTargetOwner().isEquivalentTo(Executors.class))
            .anyMatch(call -> THREADS.stream().anyMatch(call.getTargetOwner()::isEquivalentTo));
  }

  private static boolean calls(JavaClass type, String method) {
    return type.getMethodCallsFromSelf().stream()
        .anyMatch(
            call ->
                call.getTargetOwner().isEquivalentTo(Caffeine.class)
                    && call.getName().equals(method));
  }

  private static DescribedPredicate<JavaClass> isOneOf(Map<String, String> reasons) {
    return describe("are one of " + reasons.keySet(), type -> reasons.containsKey(name(type)));
  }

  /** The name behind the package of the service, of the outermost class. */
  private static String name(JavaClass type) {
    return type.getEnclosingClass()
        .map(NeighbourRulesTest::name)
        .orElseGet(() -> type.getName().substring("dev.orrery.scheduler.".length()));
  }
}
