package dev.orrery.cli.powerjob;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.orrery.cli.UserException;
import dev.orrery.cli.view.NameList;
import dev.orrery.protocol.text.UrlText;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Types;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/** Reads an app from the database of a PowerJob server. */
final class PowerJobDatabase implements PowerJobSource {
  private static final int PAGE = 500;
  private static final Pattern UNDERSCORE = Pattern.compile("_([a-z])");

  private final Connection connection;
  private final String url;
  private final long app;

  private PowerJobDatabase(Connection connection, String url, String name) throws SQLException {
    this.connection = connection;
    this.url = url;
    connection.setReadOnly(true);
    this.app = app(name);
  }

  /**
   * @param name of the app at PowerJob
   * @throws UserException if it cannot be read, with the fix
   */
  static PowerJobDatabase open(DatabaseAccess access, String name) {
    try {
      Connection connection = access.connect();
      try {
        return new PowerJobDatabase(connection, access.url(), name);
      } catch (SQLException | UserException e) {
        connection.close();
        throw e;
      }
    } catch (SQLException e) {
      throw failure(access.url(), e);
    }
  }

  private long app(String name) throws SQLException {
    try (PreparedStatement find =
        connection.prepareStatement("select id from app_info where app_name = ?")) {
      find.setString(1, name);
      ResultSet found = find.executeQuery();
      if (found.next()) {
        return found.getLong(1);
      }
    }
    List<String> names = new ArrayList<>();
    try (PreparedStatement all =
        connection.prepareStatement("select app_name from app_info order by app_name")) {
      ResultSet found = all.executeQuery();
      while (found.next()) {
        names.add(found.getString(1));
      }
    }
    throw UserException.usage(
        "The database has no app '"
            + name
            + "'"
            + (names.isEmpty() ? "" : "; it has " + NameList.of(names))
            + ". Name it with --name.");
  }

  @Override
  public void jobs(Consumer<ObjectNode> job) {
    read("job_info", job);
  }

  @Override
  public void workflows(Consumer<ObjectNode> workflow) {
    read("workflow_info", workflow);
  }

  private void read(String table, Consumer<ObjectNode> rows) {
    try {
      String select =
          "select "
              + columns(table)
              + " from "
              + table
              + " where app_id = ? and id > ? order by id";
      long last = 0;
      List<ObjectNode> page;
      do {
        page = page(select, last);
        page.forEach(rows);
        last = page.isEmpty() ? last : page.get(page.size() - 1).get("id").longValue();
      } while (page.size() == PAGE);
    } catch (SQLException e) {
      throw failure(url, e);
    }
  }

  /**
   * Returns all columns, because each version of PowerJob has others. Hibernate makes large objects
   * of PostgreSQL for texts, of which the column has the number.
   */
  private String columns(String table) throws SQLException {
    List<String> columns = new ArrayList<>();
    try (PreparedStatement none =
        connection.prepareStatement("select * from " + table + " where 1 = 0")) {
      ResultSetMetaData found = none.executeQuery().getMetaData();
      for (int i = 1; i <= found.getColumnCount(); i++) {
        String name = found.getColumnName(i);
        columns.add(
            found.getColumnTypeName(i).equals("oid")
                ? "convert_from(lo_get(" + name + "), 'UTF8') as " + name
                : name);
      }
    }
    return String.join(", ", columns);
  }

  private List<ObjectNode> page(String select, long after) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(select)) {
      statement.setLong(1, app);
      statement.setLong(2, after);
      statement.setMaxRows(PAGE);
      ResultSet rows = statement.executeQuery();
      List<ObjectNode> page = new ArrayList<>();
      while (rows.next()) {
        page.add(row(rows));
      }
      return page;
    }
  }

  private static ObjectNode row(ResultSet rows) throws SQLException {
    ResultSetMetaData columns = rows.getMetaData();
    ObjectNode row = JsonNodeFactory.instance.objectNode();
    for (int i = 1; i <= columns.getColumnCount(); i++) {
      String field =
          UNDERSCORE
              .matcher(columns.getColumnLabel(i).toLowerCase(Locale.ROOT))
              .replaceAll(letter -> letter.group(1).toUpperCase(Locale.ROOT));
      switch (columns.getColumnType(i)) {
        case Types.TINYINT, Types.SMALLINT, Types.INTEGER, Types.BIGINT -> put(row, field, rows, i);
        case Types.REAL, Types.FLOAT, Types.DOUBLE, Types.DECIMAL, Types.NUMERIC -> {
          BigDecimal number = rows.getBigDecimal(i);
          row.put(field, number);
        }
        default -> row.put(field, rows.getString(i));
      }
    }
    return row;
  }

  private static void put(ObjectNode row, String field, ResultSet rows, int column)
      throws SQLException {
    long number = rows.getLong(column);
    if (rows.wasNull()) {
      row.putNull(field);
    } else if (number == (int) number) {
      row.put(field, (int) number);
    } else {
      row.put(field, number);
    }
  }

  @Override
  public void close() {
    try {
      connection.close();
    } catch (SQLException e) {
      throw failure(url, e);
    }
  }

  static UserException failure(String url, SQLException e) {
    String reason = String.valueOf(e.getMessage()).lines().findFirst().orElse("").strip();
    return new UserException(
        "The database at "
            + UrlText.withoutPasswords(url)
            + " cannot be read: "
            + reason
            + (reason.endsWith(".") ? " " : ". ")
            + fix(String.valueOf(e.getSQLState())));
  }

  private static String fix(String state) {
    if (state.startsWith("28") || state.equals("42501")) {
      return "Check --user and --password-file; the user must be able to read all that PowerJob"
          + " writes.";
    }
    if (state.startsWith("08")) {
      return "Check the address in --jdbc, and that the database runs.";
    }
    if (state.startsWith("42") || state.startsWith("3D")) {
      return "Is it the database of PowerJob's server, its spring.datasource.core.jdbc-url?";
    }
    return state.equals("90020")
        ? "PowerJob's server has it open: stop the server, or read the jobs from it by --server."
        : "Check --jdbc, which is spring.datasource.core.jdbc-url of PowerJob's server.";
  }
}
