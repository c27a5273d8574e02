package dev.orrery.cli.powerjob;

import java.io.IOException;
import java.io.InputStream;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;

/** The H2 file of a stopped PowerJob server of 4.3.9, whose tables it has. */
final class PowerJobTables {
  static final String USER = "sa";
  private static final String OPTIONS = ";MODE=MySQL;DB_CLOSE_ON_EXIT=FALSE";

  private final String url;

  private PowerJobTables(String url) {
    this.url = url;
  }

  /** Makes the file, with the app 1 of this name. */
  static PowerJobTables create(Path directory, String app) throws SQLException, IOException {
    PowerJobTables tables =
        new PowerJobTables("jdbc:h2:file:" + directory.resolve("core").toAbsolutePath() + OPTIONS);
    try (InputStream schema = PowerJobTables.class.getResourceAsStream("/powerjob-4.3.9.sql")) {
      tables.run(new String(schema.readAllBytes(), StandardCharsets.UTF_8));
    }
    tables.run("insert into app_info values (1, '" + app + "', 'secret')");
    return tables;
  }

  String url() {
    return url;
  }

  /** The jar of H2's driver. */
  static Path driver() {
    try {
      return Path.of(
          org.h2.Driver.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  Connection connect() throws SQLException {
    return DriverManager.getConnection(url, USER, "");
  }

  void run(String sql) throws SQLException {
    try (Connection connection = connect();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  /** Adds jobs without a trigger, with numbers from {@code first} on. */
  void addJobs(int first, int count, String name, String parameters) throws SQLException {
    try (Connection connection = connect();
        PreparedStatement insert =
            connection.prepareStatement(
                """
                insert into job_info (id, app_id, job_name, job_params, status,
                  time_expression_type, execute_type, processor_type, processor_info,
                  min_cpu_cores, min_memory_space, min_disk_space, lifecycle)
                values (?, 1, ?, ?, 1, 1, 1, 1, 'com.acme.Noop', 0, 0, 0, '{}')
                """)) {
      for (int number = first; number < first + count; number++) {
        insert.setInt(1, number);
        insert.setString(2, name + " " + number);
        insert.setString(3, parameters);
        insert.addBatch();
      }
      insert.executeBatch();
    }
  }
}
