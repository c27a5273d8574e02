package dev.orrery.worker.quarkus.deployment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.orrery.client.OrreryClient;
import dev.orrery.client.OutboxState;
import dev.orrery.client.Run;
import dev.orrery.testing.program.Await;
import dev.orrery.worker.annotation.OrreryJob;
import dev.orrery.worker.annotation.OrrerySchedule;
import dev.orrery.worker.binding.client.OrreryOutbox;
import dev.orrery.worker.quarkus.OrreryRecorder;
import dev.orrery.worker.quarkus.OrreryWorkerLifecycle;
import dev.orrery.worker.quarkus.OrreryWorkerLifecycle.State;
import dev.orrery.worker.quarkus.client.OrreryClientConfig;
import dev.orrery.worker.quarkus.client.QuarkusOutbox;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.quarkus.arc.Arc;
import io.quarkus.arc.ArcContainer;
import io.quarkus.arc.profile.IfBuildProfile;
import io.quarkus.builder.Version;
import io.quarkus.maven.dependency.Dependency;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.runtime.configuration.ConfigurationException;
import io.quarkus.test.QuarkusUnitTest;
import io.smallrye.health.SmallRyeHealthReporter;
import jakarta.annotation.PostConstruct;
import jakarta.annotation.PreDestroy;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.Dependent;
import jakarta.enterprise.context.RequestScoped;
import jakarta.enterprise.event.Event;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.TransactionPhase;
import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.Instance;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import jakarta.transaction.Status;
import jakarta.transaction.SystemException;
import jakarta.transaction.TransactionManager;
import jakarta.transaction.UserTransaction;
import java.lang.reflect.Constructor;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Tests an application whose scheduler does not answer: it starts, reports the outage, could run
 * its jobs, and keeps the runs of its outbox. Only the jobs that it requires are listed.
 */
@Tag("slow")
class SchedulerAwayTest {
  private static final Duration SECONDS = Duration.ofSeconds(20);
  private static final Run RUN = Run.of("invoice");

  /** Quarkus loads this class once more: the application calls that of the first time. */
  private static final JobsApi API = new JobsApi();

  @RegisterExtension
  static final QuarkusUnitTest APPLICATION =
      new QuarkusUnitTest()
          .withApplicationRoot(
              jar ->
                  jar.addClasses(
                      TestApplication.class, JobsApi.class, ServedJobs.class, Telemetry.class))
          .addBuildChainCustomizer(Telemetry::announce)
          .setForcedDependencies(
              Stream.of("quarkus-agroal", "quarkus-jdbc-h2")
                  .map(name -> Dependency.of("io.quarkus", name, Version.getVersion()))
                  .toList())
          .withConfiguration(
              """
              quarkus.application.name=billing
              quarkus.datasource.db-kind=h2
              quarkus.datasource.jdbc.url=jdbc:h2:mem:shop;${with-table}
              quarkus.datasource.archive.db-kind=h2
              quarkus.datasource.archive.jdbc.url=jdbc:h2:mem:archive;${with-table}
              quarkus.datasource.archive.jdbc.transactions=disabled
              with-table=DB_CLOSE_DELAY=-1;INIT=create table if not exists orrery_outbox \
                (id varchar(36) primary key, due_at bigint not null, job varchar(100) not null, \
                body clob not null, problem varchar(1000))
              orrery.worker.enabled=true
              orrery.worker.app=billing
              orrery.worker.token=orrery_0123456789abcdef0123456789abcdef
              orrery.worker.server=http://localhost:1
              orrery.worker.capacity=7
              orrery.worker.drain-timeout=0s
              orrery.worker.declare-jobs=true
              orrery.worker.declare-token=of-declarer
              orrery.worker.tracing=false
              orrery.client.token=of-client
              orrery.client.server=%s
              orrery.client.required-jobs=send-invoice, print, scheduled
              orrery.client.tracing=false
              orrery.client.outbox=true
              """
                  .formatted(API.url()))
          .setAfterAllCustomizer(API::close);

  @ApplicationScoped
  static class Billing {
    @Inject PerRun perRun;

    @OrreryJob("scheduled")
    @OrrerySchedule(cron = "${unset:0 0 2 * * *}", parameters = "flag=true")
    String scheduled(boolean flag) {
      return "flag " + flag;
    }

    @OrreryJob("in-request")
    String inRequest() {
      return "request " + perRun.number();
    }
  }

  /** Prepares what jobs need, after everything else. */
  @Singleton
  static class LateObserver {
    private State seen;
    private int starts;

    void start(@Observes StartupEvent event) {
      starts++;
    }

    void prepare(
        @Observes @Priority(Integer.MAX_VALUE - 1) StartupEvent event,
        OrreryWorkerLifecycle lifecycle) {
      seen = lifecycle.state();
    }
  }

  @Dependent
  static class PerCall {
    static final AtomicInteger DESTROYED = new AtomicInteger();

    @OrreryJob("dependent")
    void run() {}

    @PreDestroy
    void destroy() {
      DESTROYED.incrementAndGet();
    }
  }

  @RequestScoped
  static class PerRun {
    static final AtomicInteger MADE = new AtomicInteger();
    static final AtomicInteger DESTROYED = new AtomicInteger();

    private int number;

    @PostConstruct
    void count() {
      number = MADE.incrementAndGet();
    }

    int number() {
      return number;
    }

    @PreDestroy
    void destroy() {
      DESTROYED.incrementAndGet();
    }
  }

  /** No bean by itself. */
  static class Produced {
    @OrreryJob("produced")
    String run() {
      return "of a producer";
    }
  }

  /** No bean in this build. */
  @ApplicationScoped
  @IfBuildProfile("nightly")
  static class OfUnknownWorker {
    @OrreryJob(value = "close-month", worker = "billing")
    void closeMonth() {}
  }

  @Singleton
  static class Orders {
    @Inject OrreryOutbox outbox;

    void afterCommit(@Observes(during = TransactionPhase.AFTER_SUCCESS) String order) {
      outbox.run(RUN);
    }
  }

  static class Producers {
    @Produces
    @ApplicationScoped
    Produced produced() {
      return new Produced();
    }

    @Produces
    @Singleton
    SimpleMeterRegistry registry() {
      return new SimpleMeterRegistry();
    }
  }

  @Inject OrreryWorkerLifecycle lifecycle;
  @Inject SmallRyeHealthReporter health;
  @Inject SimpleMeterRegistry registry;
  @Inject ServedJobs jobs;
  @Inject LateObserver observer;
  @Inject OrreryOutbox outbox;
  @Inject UserTransaction transaction;
  @Inject DataSource database;

  @Inject
  @Named("archive")
  DataSource archive;

  @Inject Event<String> placed;
  @Inject Event<StartupEvent> startup;

  @AfterAll
  static void closeServerOfThisLoader() {
    API.close();
  }

  @BeforeEach
  void emptyOutbox() throws SQLException, SystemException {
    if (transaction.getStatus() != Status.STATUS_NO_TRANSACTION) { // of a test that failed
      transaction.rollback();
    }
    try (Connection connection = database.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute("delete from orrery_outbox");
    }
  }

  private static int rows(DataSource database) throws SQLException {
    try (Connection connection = database.getConnection();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("select count(*) from orrery_outbox")) {
      rows.next();
      return rows.getInt(1);
    }
  }

  @Test
  void servesJobsOfAllBeans() {
    assertThat(lifecycle.worker().orElseThrow().processors())
        .containsExactlyInAnyOrder(
            "java:scheduled", "java:in-request", "java:dependent", "java:produced");
  }

  @Test
  void startsAfterAllStartupObservers() {
    assertThat(observer.seen).isEqualTo(State.STARTING);
    assertThat(lifecycle.state()).isEqualTo(State.RUNNING);
  }

  @Test
  void reportsOutageInHealthButStaysReadyAndLive() {
    Await.until(
        "the health says that the scheduler is away",
        SECONDS,
        () -> health.getHealth().getPayload().toString().contains("\"UNREACHABLE\""));

    assertThat(health.getHealth().isDown()).isTrue();
    assertThat(health.getHealth().getPayload().toString())
        .contains("\"name\":\"orreryWorker\",\"status\":\"DOWN\"")
        .contains("\"capacity\":7")
        .contains("http://localhost:1");
    assertThat(health.getReadiness().isDown()).isFalse();
    assertThat(health.getLiveness().isDown()).isFalse();
  }

  @Test
  void runsJobOfProducedBean() {
    assertThat(jobs.run("produced", Map.of()).result()).hasValue("of a producer");
  }

  @Test
  void createsRequestContextAndDependentBeanForEachRun() {
    assertThat(jobs.run("in-request", Map.of()).result())
        .isPresent()
        .isNotEqualTo(jobs.run("in-request", Map.of()).result());
    assertThat(PerRun.DESTROYED.get()).isEqualTo(PerRun.MADE.get());

    int destroyed = PerCall.DESTROYED.get();
    assertThat(jobs.run("dependent", Map.of()).succeeded()).isTrue();
    assertThat(PerCall.DESTROYED.get()).isEqualTo(destroyed + 1);
  }

  @Test
  void registersWorkerMetrics() {
    assertThat(registry.get("orrery.worker.connected").gauge().value()).isZero();
    assertThat(registry.get("orrery.worker.capacity").gauge().value()).isEqualTo(7);
    assertThat(
            registry.getMeters().stream()
                .map(meter -> meter.getId().getName())
                .filter(name -> name.startsWith("orrery.worker.")))
        .contains("orrery.worker.sessions", "orrery.worker.polls.failed")
        .hasSizeGreaterThanOrEqualTo(10);
  }

  @Test
  void switchesTracingOffBySettings() {
    assertThat(Telemetry.ASKED).isEmpty();
  }

  @Test
  void startsWithExistingAndDeclaredJobs() {
    assertThat(observer.starts).isEqualTo(1);
  }

  @Test
  void refusesToStartWithoutRequiredJobs() {
    System.setProperty(JobsApi.JOBS, "{\"name\":\"send-invoise\"}");
    try {
      assertThatThrownBy(() -> startup.fire(new StartupEvent()))
          .isInstanceOf(ConfigurationException.class)
          .hasMessageContaining("orrery.client.required-jobs names jobs")
          .hasMessageContaining("app 'billing': 'send-invoice' (did you mean")
          .hasMessageContaining("'print'");
    } finally {
      System.clearProperty(JobsApi.JOBS);
    }
    assertThat(observer.starts).as("observers before the check").isEqualTo(1);
  }

  @Test
  void refusesToStartWithMethodOfWorkerWithoutSettings() {
    String type = OfUnknownWorker.class.getName();

    assertThatThrownBy(() -> new OrreryRecorder().prepare(Map.of("bean", type), 0))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining(
            type
                + ".closeMonth(): its worker 'billing' has no settings. Set"
                + " orrery.worker.named.billing.app and orrery.worker.named.billing.token");
  }

  /** Whatever transaction the caller has: a key is returned only if its row is there afterwards. */
  @Test
  void storesWithTransaction() throws Exception {
    transaction.begin();
    outbox.run(RUN);
    transaction.commit();
    transaction.begin();
    outbox.run(RUN);
    transaction.rollback();

    assertThat(rows(database)).isEqualTo(1);
  }

  @Test
  void commitsAtOnceWithoutTransaction() throws SQLException {
    outbox.run(RUN);

    assertThat(rows(database)).isEqualTo(1);
  }

  @Test
  void commitsAtOnceAfterTransaction() throws Exception {
    transaction.begin();
    placed.fire("order 1");
    transaction.commit();
    transaction.begin();
    placed.fire("order 2");
    transaction.rollback();

    assertThat(rows(database)).isEqualTo(1);
  }

  @Test
  void refusesTransactionThatCannotCommit() throws Exception {
    transaction.begin();
    transaction.setRollbackOnly();
    assertThatThrownBy(() -> outbox.run(RUN)).hasMessageContaining("Failed to store a run");
    transaction.rollback();

    assertThat(rows(database)).isZero();
  }

  @Test
  void refusesTransactionThatDataSourceDoesNotJoin() throws Exception {
    OrreryOutbox other = outboxIn("archive");
    transaction.begin();
    assertThatThrownBy(() -> other.run(RUN))
        .hasMessageContaining("quarkus.datasource.archive.jdbc.transactions=disabled");
    transaction.commit();
    other.run(RUN);

    assertThat(rows(archive)).as("that without a transaction").isEqualTo(1);
  }

  /** Quarkus gives the classes of the extension a loader of their own. */
  private static OrreryOutbox outboxIn(String dataSource) throws ReflectiveOperationException {
    Constructor<QuarkusOutbox> constructor =
        QuarkusOutbox.class.getDeclaredConstructor(
            OrreryClientConfig.class, Instance.class, Instance.class, Instance.class);
    constructor.setAccessible(true);
    Map<String, String> settings =
        Map.of("orrery.client.outbox", "true", "orrery.client.outbox-data-source", dataSource);
    ArcContainer beans = Arc.container();
    return constructor.newInstance(
        TestApplication.config(settings).getConfigMapping(OrreryClientConfig.class),
        beans.select(OrreryClient.class),
        beans.select(DataSource.class, Any.Literal.INSTANCE),
        beans.select(TransactionManager.class));
  }

  @Test
  void showsThatSchedulerIsAway() {
    outbox.run(RUN);

    Await.until("the scheduler is away", SECONDS, () -> problem().startsWith("UNREACHABLE"));
    assertThat(problem()).contains("Setting to change: orrery.client.server.");
  }

  private String problem() {
    return outbox.state().flatMap(OutboxState::problem).orElse("");
  }
}
