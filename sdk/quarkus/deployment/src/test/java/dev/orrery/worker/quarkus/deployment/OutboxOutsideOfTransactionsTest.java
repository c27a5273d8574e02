package dev.orrery.worker.quarkus.deployment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.orrery.client.Run;
import dev.orrery.worker.binding.client.OrreryOutbox;
import io.quarkus.test.QuarkusUnitTest;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import jakarta.transaction.UserTransaction;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import javax.sql.DataSource;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

@Tag("thorough")
class OutboxOutsideOfTransactionsTest {

  @RegisterExtension
  static final QuarkusUnitTest APPLICATION =
      OutboxTransactionsTest.withDatabases()
          .withApplicationRoot(jar -> jar.addClasses(OutboxTransactionsTest.class))
          .overrideConfigKey("orrery.client.outbox-data-source", "archive")
          .overrideConfigKey("quarkus.datasource.archive.jdbc.transactions", "disabled");

  @Inject OrreryOutbox outbox;
  @Inject UserTransaction transaction;

  @Inject
  @Named("archive")
  DataSource database;

  @Test
  void refusesTransactionThatDataSourceDoesNotJoin() throws Exception {
    try (Connection connection = database.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(
          """
          create table orrery_outbox (id varchar(36) primary key, due_at bigint not null,
            job varchar(100) not null, body clob not null, problem varchar(1000))
          """);
      transaction.begin();
      assertThatThrownBy(() -> outbox.run(Run.of("invoice")))
          .hasMessageContaining("quarkus.datasource.archive.jdbc.transactions=disabled");
      transaction.commit();
      outbox.run(Run.of("invoice"));
      try (ResultSet rows = statement.executeQuery("select count(*) from orrery_outbox")) {
        rows.next();
        assertThat(rows.getInt(1)).as("that without a transaction").isEqualTo(1);
      }
    }
  }
}
