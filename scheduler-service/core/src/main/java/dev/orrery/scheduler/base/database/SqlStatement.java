package dev.orrery.scheduler.base.database;

import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.IntFunction;

/**
 * Binds the parameters of an SQL statement in their order, runs it and reads its rows. Arrays pass
 * a group of items to one statement ({@code unnest}).
 */
public final class SqlStatement {
  private final Connection connection;
  private final String text;
  private final List<Object> parameters = new ArrayList<>();

  private SqlStatement(Connection connection, String text) {
    this.connection = connection;
    this.text = text;
  }

  public static SqlStatement of(Connection connection, String text) {
    return new SqlStatement(connection, text);
  }

  /** Reads one row; must not move the cursor. */
  @FunctionalInterface
  public interface RowReader<T> {
    T read(ResultSet row) throws SQLException;
  }

  /** Adds a parameter of a type that the driver maps; null is allowed. */
  public SqlStatement with(Object value) {
    parameters.add(value);
    return this;
  }

  public SqlStatement withInstant(Instant instant) {
    return with(instant == null ? new Null(Types.TIMESTAMP_WITH_TIMEZONE) : atUtc(instant));
  }

  public SqlStatement withText(String value) {
    return with(value == null ? new Null(Types.VARCHAR) : value);
  }

  public SqlStatement withInt(Integer value) {
    return with(value == null ? new Null(Types.INTEGER) : value);
  }

  public SqlStatement withBigint(Long value) {
    return with(value == null ? new Null(Types.BIGINT) : value);
  }

  public SqlStatement bigints(Collection<Long> values) {
    return array("int8", values, Long[]::new);
  }

  public SqlStatement smallints(Collection<Short> values) {
    return array("int2", values, Short[]::new);
  }

  public SqlStatement ints(Collection<Integer> values) {
    return array("int4", values, Integer[]::new);
  }

  /** Adds an array, or null. */
  public SqlStatement nullableInts(Collection<Integer> values) {
    return values == null ? with(new Null(Types.ARRAY)) : ints(values);
  }

  public SqlStatement texts(Collection<String> values) {
    return array("text", values, String[]::new);
  }

  /** Adds an array, or null. */
  public SqlStatement nullableTexts(Collection<String> values) {
    return values == null ? with(new Null(Types.ARRAY)) : texts(values);
  }

  public SqlStatement uuids(Collection<UUID> values) {
    return array("uuid", values, UUID[]::new);
  }

  public SqlStatement bytes(Collection<byte[]> values) {
    return array("bytea", values, byte[][]::new);
  }

  public SqlStatement booleans(Collection<Boolean> values) {
    return array("bool", values, Boolean[]::new);
  }

  public SqlStatement instants(Collection<Instant> values) {
    // As text: the driver formats arrays of timestamps in the zone of the machine.
    return array(
        "text", values.stream().map(v -> v == null ? null : v.toString()).toList(), String[]::new);
  }

  /** The driver sends arrays of these classes in binary, and all other arrays as text. */
  private <T> SqlStatement array(String type, Collection<T> values, IntFunction<T[]> newArray) {
    return with(new Elements<>(type, values, newArray));
  }

  public <T> List<T> list(RowReader<T> reader) throws SQLException {
    try (PreparedStatement statement = prepare();
        ResultSet rows = statement.executeQuery()) {
      List<T> result = new ArrayList<>();
      while (rows.next()) {
        result.add(reader.read(rows));
      }
      return result;
    }
  }

  /** Reads one row; must not move the cursor. */
  @FunctionalInterface
  public interface RowVisitor {
    /** Returns the number of rows of the next fetch; 0 ends the visit after this row. */
    int visit(ResultSet row) throws SQLException;
  }

  /**
   * Visits rows in the order of the statement until the visitor returns 0. In a transaction the
   * server produces no rows after the fetch that contains the last visited row.
   *
   * @param firstPiece the number of rows of the first fetch
   */
  public void visit(int firstPiece, RowVisitor visitor) throws SQLException {
    try (PreparedStatement statement = prepare()) {
      statement.setFetchSize(firstPiece);
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          int piece = visitor.visit(rows);
          if (piece == 0) {
            return;
          }
          rows.setFetchSize(piece);
        }
      }
    }
  }

  public <T> Optional<T> first(RowReader<T> reader) throws SQLException {
    List<T> rows = list(reader);
    return rows.isEmpty() ? Optional.empty() : Optional.of(rows.get(0));
  }

  public int update() throws SQLException {
    try (PreparedStatement statement = prepare()) {
      return statement.executeUpdate();
    }
  }

  private PreparedStatement prepare() throws SQLException {
    PreparedStatement statement = connection.prepareStatement(text);
    try {
      for (int i = 0; i < parameters.size(); i++) {
        bind(statement, i + 1, parameters.get(i));
      }
      return statement;
    } catch (SQLException | RuntimeException e) {
      statement.close();
      throw e;
    }
  }

  private void bind(PreparedStatement statement, int index, Object value) throws SQLException {
    if (value instanceof Elements<?> elements) {
      Array array = connection.createArrayOf(elements.type(), elements.toArray());
      statement.setArray(index, array);
    } else if (value instanceof Null typed) {
      statement.setNull(index, typed.sqlType());
    } else {
      statement.setObject(index, value);
    }
  }

  /** Reads a column as an instant; null stays null. */
  public static Instant instant(ResultSet row, String column) throws SQLException {
    return instant(row, row.findColumn(column));
  }

  public static Instant instant(ResultSet row, int column) throws SQLException {
    OffsetDateTime value = row.getObject(column, OffsetDateTime.class);
    return value == null ? null : value.toInstant();
  }

  public static Long nullableLong(ResultSet row, String column) throws SQLException {
    long value = row.getLong(column);
    return row.wasNull() ? null : value;
  }

  public static Integer nullableInt(ResultSet row, String column) throws SQLException {
    int value = row.getInt(column);
    return row.wasNull() ? null : value;
  }

  /** Reads an array column; null becomes an empty list. */
  public static <T> List<T> list(ResultSet row, String column, Class<T> type) throws SQLException {
    List<T> elements = new ArrayList<>();
    forEachElement(row.getArray(column), element -> elements.add(type.cast(element)));
    return elements;
  }

  private static void forEachElement(Array array, Consumer<Object> consumer) throws SQLException {
    if (array != null) {
      for (Object element : (Object[]) array.getArray()) {
        consumer.accept(element);
      }
      array.free();
    }
  }

  private static OffsetDateTime atUtc(Instant instant) {
    return instant.atOffset(ZoneOffset.UTC);
  }

  private record Elements<T>(String type, Collection<T> values, IntFunction<T[]> newArray) {
    Object[] toArray() {
      return values.toArray(newArray);
    }
  }

  private record Null(int sqlType) {}
}
