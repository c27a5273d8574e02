package dev.orrery.scheduler.base.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.SQLException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Transactions are committed or rolled back completely, and leave their connection usable. */
class TransactionTest extends StoreTest {
  private static final String WRITE = "insert into setting (name, value) values (?, 'any')";

  @Test
  void commitsTransactionOnSuccess() {
    write(database.hot(), null);

    assertThat(written()).isEqualTo(1);
  }

  static Stream<Throwable> failures() {
    return Stream.of(
        new SQLException("of the database", "22000"),
        new IllegalStateException("of a rule"),
        new StackOverflowError("of the machine"));
  }

  @ParameterizedTest
  @MethodSource("failures")
  void rollsBackTransactionOnFailure(Throwable failure) {
    StoreDatabase.Client client = database.hot();

    assertThatThrownBy(() -> write(client, failure)).isNotNull();

    assertThat(written()).isZero();
    write(client, null);
    assertThat(written()).isEqualTo(1);
  }

  private static void write(StoreDatabase.Client client, Throwable failure) {
    client.transaction(
        connection -> {
          SqlStatement.of(connection, WRITE).withText("of the test").update();
          if (failure instanceof SQLException ofTheDatabase) {
            throw ofTheDatabase;
          }
          if (failure instanceof RuntimeException ofARule) {
            throw ofARule;
          }
          if (failure instanceof Error ofTheMachine) {
            throw ofTheMachine;
          }
          return null;
        });
  }

  private long written() {
    return database.number("select count(*) from setting");
  }
}
