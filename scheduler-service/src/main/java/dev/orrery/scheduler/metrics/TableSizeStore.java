package dev.orrery.scheduler.metrics;

import dev.orrery.scheduler.database.EngineDatabase;
import dev.orrery.scheduler.database.SqlStatement;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Asks how large the tables are that grow with work. */
@ApplicationScoped
class TableSizeStore {
  /**
   * From the sizes of files, so no table is read. The parent of partitions has no file of its own;
   * a partition that is dropped in the meantime counts as zero.
   */
  private static final String SIZES =
      """
      select t.name, count(i.inhrelid) as partitions,
        pg_total_relation_size(t.name::regclass)
          + coalesce(sum(pg_total_relation_size(i.inhrelid)), 0)::bigint as bytes
      from unnest(?::text[]) as t(name) left join pg_inherits i on i.inhparent = t.name::regclass
      group by t.name
      """;

  private final EngineDatabase database;

  TableSizeStore(EngineDatabase database) {
    this.database = database;
  }

  /**
   * The size of a table.
   *
   * @param bytes on the disk, with all partitions, indexes and TOAST
   * @param partitions 0 where it has none
   */
  record Size(long bytes, int partitions) {}

  /** By the name of the table. */
  Map<String, Size> sizes(List<String> tables) {
    Map<String, Size> sizes = new HashMap<>();
    database.autocommit(
        connection ->
            SqlStatement.of(connection, SIZES)
                .texts(tables)
                .list(
                    row ->
                        sizes.put(
                            row.getString("name"),
                            new Size(row.getLong("bytes"), row.getInt("partitions")))));
    return sizes;
  }
}
