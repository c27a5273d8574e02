package dev.orrery.worker.quarkus.deployment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.orrery.client.OutboxState;
import dev.orrery.client.Run;
import dev.orrery.testing.program.Await;
import dev.orrery.worker.binding.client.OrreryOutbox;
import io.quarkus.builder.Version;
import io.quarkus.maven.dependency.Dependency;
import io.quarkus.test.QuarkusUnitTest;
import jakarta.enterprise.event.Event;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.TransactionPhase;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.transaction.UserTransaction;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Whatever transaction the caller has: a key is returned only if its row is there afterwards. */
@Tag("thorough")
class OutboxTransactionsTest {
  private static final Run RUN = Run.of("invoice");
  private static final String SHOP = "jdbc:h2:mem:shop;DB_CLOSE_DELAY=-1";

  @RegisterExtension
  static final QuarkusUnitTest APPLICATION =
      withDatabases().withApplicationRoot(jar -> jar.addClasses(Orders.class));

  /** An application whose outbox is in the data source without a name, beside another. */
  static QuarkusUnitTest withDatabases() {
    return new QuarkusUnitTest()
        .setForcedDependencies(
            Stream.of("quarkus-agroal", "quarkus-jdbc-h2")
                .map(name -> Dependency.of("io.quarkus", name, Version.getVersion()))
                .toList())
        .overrideConfigKey("quarkus.datasource.db-kind", "h2")
        .overrideConfigKey("quarkus.datasource.jdbc.url", SHOP)
        .overrideConfigKey("quarkus.datasource.archive.db-kind", "h2")
        .overrideConfigKey("quarkus.datasource.archive.jdbc.url", SHOP.replace("shop", "archive"))
        .overrideConfigKey("orrery.client.outbox", "true")
        .overrideConfigKey("orrery.client.app", "shop")
        .overrideConfigKey("orrery.client.server", "http://127.0.0.1:1")
        .overrideConfigKey("orrery.client.token", "a-token-of-an-operator-for-tests");
  }

  @Singleton
  static class Orders {
    @Inject OrreryOutbox outbox;

    void afterCommit(@Observes(during = TransactionPhase.AFTER_SUCCESS) String order) {
      outbox.run(RUN);
    }
  }

  @Inject OrreryOutbox outbox;
  @Inject UserTransaction transaction;
  @Inject DataSource database;
  @Inject Event<String> placed;

  @BeforeEach
  void createTable() throws SQLException {
    execute(
        """
        create table orrery_outbox (id varchar(36) primary key, due_at bigint not null,
          job varchar(100) not null, body clob not null, problem varchar(1000))
        """);
  }

  @AfterEach
  void dropTable() throws SQLException {
    execute("drop table orrery_outbox");
  }

  private void execute(String sql) throws SQLException {
    try (Connection connection = database.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private int rows() throws SQLException {
    try (Connection connection = database.getConnection();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("select count(*) from orrery_outbox")) {
      rows.next();
      return rows.getInt(1);
    }
  }

  @Test
  void storesWithTransaction() throws Exception {
    transaction.begin();
    outbox.run(RUN);
    transaction.commit();
    transaction.begin();
    outbox.run(RUN);
    transaction.rollback();

    assertThat(rows()).isEqualTo(1);
  }

  @Test
  void commitsAtOnceWithoutTransaction() throws SQLException {
    outbox.run(RUN);

    assertThat(rows()).isEqualTo(1);
  }

  @Test
  void commitsAtOnceAfterTransaction() throws Exception {
    transaction.begin();
    placed.fire("order 1");
    transaction.commit();
    transaction.begin();
    placed.fire("order 2");
    transaction.rollback();

    assertThat(rows()).isEqualTo(1);
  }

  @Test
  void showsThatSchedulerIsAway() {
    outbox.run(RUN);

    Await.until(
        "the scheduler is away", Duration.ofSeconds(20), () -> state().startsWith("UNREACHABLE"));
    assertThat(state()).contains("Setting to change: orrery.client.server.");
  }

  private String state() {
    return outbox.state().flatMap(OutboxState::problem).orElse("");
  }

  @Test
  void refusesTransactionThatCannotCommit() throws Exception {
    transaction.begin();
    transaction.setRollbackOnly();
    assertThatThrownBy(() -> outbox.run(RUN)).hasMessageContaining("Failed to store a run");
    transaction.rollback();

    assertThat(rows()).isZero();
  }
}
