package dev.orrery.scheduler.powerjob.wire;

import dev.orrery.protocol.message.AttemptRef;
import dev.orrery.scheduler.base.database.EngineDatabase;
import dev.orrery.scheduler.base.database.SqlStatement;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Stores the key of the wire ids, and the wire ids that can be resolved only by a row. */
@ApplicationScoped
class WireIdStore {
  private static final String KEY = "powerjob.wire-key";

  private static final String READ_KEY = "select value from setting where name = ?";

  private static final String RECORD_KEY =
      "insert into setting (name, value) values (?, ?) on conflict do nothing";

  /** The order keeps two replicas that number the same attempts from a deadlock. */
  private static final String RECORD =
      """
      insert into powerjob_attempt (wire_id, instance_id, attempt)
      select * from unnest(?::bigint[], ?::bigint[], ?::integer[]) as a(wire_id, id, attempt)
      order by id, attempt
      on conflict (instance_id, attempt) do nothing
      returning instance_id, attempt
      """;

  /**
   * The id of an instance tells its time. An instance that has not ended keeps its numbers, however
   * old it is: its worker still names them.
   */
  private static final String PRUNE =
      """
      delete from powerjob_attempt where (instance_id, attempt) in (
        select p.instance_id, p.attempt from powerjob_attempt p
        where p.instance_id < instance_id_at(statement_timestamp() - ? * interval '1 second')
          and not exists (select from instance i where i.id = p.instance_id)
        order by p.instance_id, p.attempt limit ?)
      """;

  private final EngineDatabase database;

  WireIdStore(EngineDatabase database) {
    this.database = database;
  }

  /**
   * Returns the key of all replicas.
   *
   * @param fresh recorded if there is none yet
   */
  byte[] key(byte[] fresh) {
    return database.autocommit(
        connection -> {
          Optional<String> known = readKey(SqlStatement.of(connection, READ_KEY));
          if (known.isEmpty()) {
            SqlStatement.of(connection, RECORD_KEY)
                .withText(KEY)
                .withText(HexFormat.of().formatHex(fresh))
                .update();
            known = readKey(SqlStatement.of(connection, READ_KEY));
          }
          return HexFormat.of().parseHex(known.orElseThrow());
        });
  }

  private static Optional<String> readKey(SqlStatement statement) throws SQLException {
    return statement.withText(KEY).first(row -> row.getString("value"));
  }

  /** Returns the attempts whose numbers were not there yet. */
  Set<AttemptRef> record(Map<AttemptRef, Long> numbers) {
    List<AttemptRef> attempts = List.copyOf(numbers.keySet());
    return database.autocommit(
        connection ->
            new HashSet<>(
                SqlStatement.of(connection, RECORD)
                    .bigints(attempts.stream().map(numbers::get).toList())
                    .bigints(attempts.stream().map(AttemptRef::instance).toList())
                    .ints(attempts.stream().map(AttemptRef::attempt).toList())
                    .list(
                        row -> new AttemptRef(row.getLong("instance_id"), row.getInt("attempt")))));
  }

  /** Deletes numbers of instances that have ended and are older than the history; blocks. */
  void prune(Duration age) {
    database.deleteInSteps(PRUNE, age.toSeconds());
  }
}
