package dev.orrery.worker.spring.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;
import dev.orrery.client.ClientSettings;
import dev.orrery.client.OrreryClient;
import dev.orrery.client.Run;
import dev.orrery.worker.binding.client.OrreryOutbox;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.event.EventListener;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.orm.jpa.JpaTransactionManager;
import org.springframework.orm.jpa.LocalContainerEntityManagerFactoryBean;
import org.springframework.orm.jpa.vendor.HibernateJpaVendorAdapter;
import org.springframework.transaction.ConfigurableTransactionManager;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.annotation.EnableTransactionManagement;
import org.springframework.transaction.event.TransactionPhase;
import org.springframework.transaction.event.TransactionalEventListener;
import org.springframework.transaction.support.AbstractPlatformTransactionManager;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Whatever transaction the caller has: a key is returned only if its row is there afterwards. */
class OutboxTransactionsTest {
  private static final Run RUN = Run.of("invoice");
  private static final String OTHER = "not one of the outbox's data source";

  private final DataSource reader =
      new DriverManagerDataSource("jdbc:h2:mem:shop;DB_CLOSE_DELAY=-1");

  /** Pools of one connection, which a caller that holds it may share, but not wait for. */
  private final HikariDataSource shop = pool("shop");

  private final HikariDataSource archive = pool("archive");
  private final OrreryClient client =
      ClientSettings.of("shop", "a-token-of-an-operator-for-tests")
          .server("http://127.0.0.1:1")
          .open();
  private SpringOutbox outbox;

  enum Manager {
    JDBC,
    JPA
  }

  private static HikariDataSource pool(String name) {
    HikariDataSource pool = new HikariDataSource();
    pool.setJdbcUrl("jdbc:h2:mem:" + name + ";DB_CLOSE_DELAY=-1");
    pool.setMaximumPoolSize(1);
    pool.setConnectionTimeout(1_000);
    return pool;
  }

  @BeforeEach
  void createTable() {
    new JdbcTemplate(reader)
        .execute(
            """
            create table orrery_outbox (id varchar(36) primary key, due_at bigint not null,
              job varchar(100) not null, body clob not null, problem varchar(1000))
            """);
  }

  @AfterEach
  void close() {
    client.close();
    shop.close();
    archive.close();
    new JdbcTemplate(reader).execute("drop all objects");
  }

  private AbstractPlatformTransactionManager manager(Manager kind, DataSource database) {
    return switch (kind) {
      case JDBC -> new DataSourceTransactionManager(database);
      case JPA -> {
        var factory = new LocalContainerEntityManagerFactoryBean();
        factory.setDataSource(database);
        factory.setPackagesToScan("none");
        factory.setJpaVendorAdapter(new HibernateJpaVendorAdapter());
        factory.afterPropertiesSet();
        var manager = new JpaTransactionManager(factory.getObject());
        manager.afterPropertiesSet();
        yield manager;
      }
    };
  }

  private void open(ConfigurableTransactionManager... managers) {
    CallerTransaction transaction = new CallerTransaction(shop);
    for (ConfigurableTransactionManager manager : managers) {
      transaction.watch(manager);
    }
    outbox = new SpringOutbox(client, transaction);
  }

  private static TransactionTemplate in(PlatformTransactionManager manager, int propagation) {
    TransactionTemplate template = new TransactionTemplate(manager);
    template.setPropagationBehavior(propagation);
    return template;
  }

  private static TransactionTemplate in(PlatformTransactionManager manager) {
    return in(manager, TransactionDefinition.PROPAGATION_REQUIRED);
  }

  private int rows() {
    return new JdbcTemplate(reader)
        .queryForObject("select count(*) from orrery_outbox", Integer.class);
  }

  private static void atEnd(Runnable afterCommit, Runnable afterCompletion) {
    TransactionSynchronizationManager.registerSynchronization(
        new TransactionSynchronization() {
          @Override
          public void afterCommit() {
            afterCommit.run();
          }

          @Override
          public void afterCompletion(int status) {
            afterCompletion.run();
          }
        });
  }

  @ParameterizedTest
  @CsvSource({"JDBC, true", "JDBC, false", "JPA, true", "JPA, false"})
  void storesWithTransactionOfItsDataSource(Manager kind, boolean autoCommit) {
    shop.setAutoCommit(autoCommit);
    var manager = manager(kind, shop);
    open(manager);

    in(manager).executeWithoutResult(status -> outbox.run(RUN));
    in(manager)
        .executeWithoutResult(
            status -> {
              outbox.run(RUN);
              status.setRollbackOnly();
            });

    assertThat(rows()).isEqualTo(1);
  }

  @ParameterizedTest
  @EnumSource
  void commitsAtOnceWithoutTransaction(Manager kind) {
    shop.setAutoCommit(false);
    var manager = manager(kind, shop);
    open(manager);

    outbox.run(RUN);
    assertThat(rows()).isEqualTo(1);
    in(manager, TransactionDefinition.PROPAGATION_SUPPORTS)
        .executeWithoutResult(status -> outbox.run(RUN));
    assertThat(rows()).isEqualTo(2);
  }

  @ParameterizedTest
  @EnumSource
  void commitsAtOnceAfterTransaction(Manager kind) {
    shop.setAutoCommit(false);
    var manager = manager(kind, shop);
    open(manager);

    in(manager).executeWithoutResult(status -> atEnd(() -> outbox.run(RUN), () -> outbox.run(RUN)));
    assertThat(rows()).isEqualTo(2);
    in(manager)
        .executeWithoutResult(
            status -> {
              atEnd(() -> outbox.run(RUN), () -> outbox.run(RUN));
              outbox.run(RUN);
              status.setRollbackOnly();
            });
    assertThat(rows()).as("the one after the rollback").isEqualTo(3);
  }

  @ParameterizedTest
  @EnumSource
  void distinguishesTransactionsThatAreNested(Manager kind) {
    shop.setAutoCommit(false);
    shop.setMaximumPoolSize(2);
    var manager = manager(kind, shop);
    var other = new DataSourceTransactionManager(archive);
    open(manager, other);
    var inner = in(manager, TransactionDefinition.PROPAGATION_REQUIRES_NEW);

    in(manager)
        .executeWithoutResult(
            status -> {
              inner.executeWithoutResult(own -> outbox.run(RUN));
              in(other).executeWithoutResult(own -> {});
              outbox.run(RUN); // A commit here would be one of the outer transaction.
              status.setRollbackOnly();
            });
    assertThat(rows()).isEqualTo(1);
    in(manager)
        .executeWithoutResult(
            status ->
                atEnd(
                    () -> {
                      inner.executeWithoutResult(
                          own -> {
                            outbox.run(RUN);
                            own.setRollbackOnly();
                          });
                      outbox.run(RUN);
                    },
                    () -> {}));
    assertThat(rows()).isEqualTo(2);
  }

  @Test
  void joinsTransactionWithoutSynchronization() {
    var manager = manager(Manager.JDBC, shop);
    manager.setTransactionSynchronization(AbstractPlatformTransactionManager.SYNCHRONIZATION_NEVER);
    open(manager);

    in(manager)
        .executeWithoutResult(
            status -> {
              outbox.run(RUN);
              status.setRollbackOnly();
            });

    assertThat(rows()).isZero();
  }

  @ParameterizedTest
  @CsvSource({"JDBC, true", "JDBC, false", "JPA, true", "JPA, false"})
  void refusesTransactionOfOtherDataSource(Manager kind, boolean autoCommit) {
    shop.setAutoCommit(autoCommit);
    var other = manager(kind, archive);
    open(other);

    in(other)
        .executeWithoutResult(
            status -> {
              assertThatThrownBy(() -> outbox.run(RUN)).hasMessageContaining(OTHER);
              // Which binds a connection of the outbox's data source to the other transaction.
              new JdbcTemplate(shop).queryForObject("select 1", Integer.class);
              assertThatThrownBy(() -> outbox.run(RUN)).hasMessageContaining(OTHER);
            });

    assertThat(rows()).isZero();
  }

  @Test
  void refusesTransactionOfJpaThatDoesNotKnowDataSource() {
    var manager = (JpaTransactionManager) manager(Manager.JPA, shop);
    manager.setDataSource(null);
    open(manager);

    in(manager)
        .executeWithoutResult(
            status -> assertThatThrownBy(() -> outbox.run(RUN)).hasMessageContaining(OTHER));

    assertThat(rows()).isZero();
  }

  @Test
  void leavesPoolOfOneToOthersWhileSchedulerDoesNotAnswer() throws IOException {
    try (ServerSocket silent = new ServerSocket(0, 0, InetAddress.getLoopbackAddress());
        OrreryClient waiting =
            ClientSettings.of("shop", "a-token-of-an-operator-for-tests")
                .server("http://127.0.0.1:" + silent.getLocalPort())
                .callTimeout(Duration.ofSeconds(5))
                .open()) {
      silent.setSoTimeout(20_000);
      outbox = new SpringOutbox(waiting, new CallerTransaction(shop));
      outbox.start();
      outbox.run(RUN);
      Socket call = silent.accept();

      for (int i = 0; i < 100; i++) {
        assertThat(shop.getHikariPoolMXBean().getActiveConnections()).isZero();
        assertThat(shop.getHikariPoolMXBean().getThreadsAwaitingConnection()).isZero();
        new JdbcTemplate(shop).queryForObject("select 1", Integer.class);
      }

      call.close();
      outbox.stop();
    }
    assertThat(rows()).isEqualTo(1);
  }

  @EnableTransactionManagement
  static class Events {
    private OrreryOutbox outbox;

    @TransactionalEventListener(phase = TransactionPhase.AFTER_COMMIT)
    void afterCommit(String order) {
      outbox.run(RUN);
    }

    @TransactionalEventListener(phase = TransactionPhase.BEFORE_COMMIT)
    void beforeCommit(String order) {
      outbox.run(RUN);
    }

    @EventListener
    void atOnce(String order) {
      outbox.run(RUN);
    }
  }

  @ParameterizedTest
  @EnumSource
  void storesRunsOfEventListeners(Manager kind) {
    shop.setAutoCommit(false);
    var manager = manager(kind, shop);
    open(manager);
    try (var context = new AnnotationConfigApplicationContext(Events.class)) {
      context.getBean(Events.class).outbox = outbox;

      in(manager).executeWithoutResult(status -> context.publishEvent("order 1"));
      assertThat(rows()).isEqualTo(3);
      in(manager)
          .executeWithoutResult(
              status -> {
                context.publishEvent("order 2");
                status.setRollbackOnly();
              });
    }
    assertThat(rows()).isEqualTo(3);
  }
}
