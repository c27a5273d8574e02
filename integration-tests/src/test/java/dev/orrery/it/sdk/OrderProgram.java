package dev.orrery.it.sdk;

import dev.orrery.client.ClientSettings;
import dev.orrery.client.OrreryClient;
import dev.orrery.client.Outbox;
import dev.orrery.client.OutboxRelay;
import dev.orrery.client.Run;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.TimeUnit;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * An application that stores orders, each with its run in the outbox, and rolls every third one
 * back; then it relays until it is killed: {@code URL USER PASSWORD SERVER TOKEN FIRST LAST}.
 */
final class OrderProgram {
  private static final int ROLLED_BACK = 3;

  private OrderProgram() {}

  public static void main(String[] arguments) throws Exception {
    PGSimpleDataSource database = new PGSimpleDataSource();
    database.setUrl(arguments[0]);
    database.setUser(arguments[1]);
    database.setPassword(arguments[2]);
    try (OrreryClient client = ClientSettings.of("it", arguments[4]).server(arguments[3]).open();
        OutboxRelay relay = OutboxRelay.start(client, database)) {
      for (int order = Integer.parseInt(arguments[5]);
          order <= Integer.parseInt(arguments[6]);
          order++) {
        store(database, order);
        relay.wake();
      }
      TimeUnit.HOURS.sleep(1);
    }
  }

  private static void store(PGSimpleDataSource database, int order) throws SQLException {
    try (Connection connection = database.getConnection();
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      statement.execute("insert into orders (number) values (" + order + ")");
      new Outbox().add(connection, Run.of("invoice").parameter("order", Integer.toString(order)));
      if (order % ROLLED_BACK == 0) {
        connection.rollback();
      } else {
        connection.commit();
      }
    }
  }
}
