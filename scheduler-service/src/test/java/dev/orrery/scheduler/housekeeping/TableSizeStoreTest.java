package dev.orrery.scheduler.housekeeping;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.scheduler.database.HotDatabase;
import dev.orrery.scheduler.database.Sql;
import dev.orrery.scheduler.housekeeping.PartitionStore.Partitioned;
import dev.orrery.scheduler.housekeeping.TableSizeStore.Size;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.time.LocalDate;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

@QuarkusTest
class TableSizeStoreTest {
  @Inject TableSizeStore store;
  @Inject PartitionStore partitions;
  @Inject HotDatabase database;

  private Size size(String table) {
    return store.sizes(TableMetrics.TABLES).get(table);
  }

  private int update(String statement) {
    return database.autocommit(connection -> Sql.of(connection, statement).update());
  }

  @Test
  void partitionsCountWithTheirIndexesAndToast() {
    LocalDate day = partitions.today().plusDays(1000);
    Size before = size("log_chunk");
    partitions.create(Partitioned.LOG_CHUNK, day);
    try {
      // A megabyte that cannot be compressed, so it goes to TOAST.
      update(
          """
          insert into log_chunk (instance_id, attempt, sequence, last_sequence, bytes, lines)
          select instance_id_at('%sT12:00Z'), 1, 0, 0, 0, to_jsonb(string_agg(md5(n::text), ''))
          from generate_series(1, 32768) n
          """
              .formatted(day));

      Size after = size("log_chunk");

      assertThat(after.partitions()).isEqualTo(before.partitions() + 1);
      assertThat(after.bytes() - before.bytes()).isBetween(1L << 20, 3L << 20);
    } finally {
      partitions.drop(Partitioned.LOG_CHUNK, day);
    }
    assertThat(size("log_chunk").partitions()).isEqualTo(before.partitions());
  }

  @Test
  void tableWithoutPartitionsCountsAsItIs() {
    long idempotency =
        database.autocommit(
            connection ->
                Sql.of(connection, "select pg_total_relation_size('idempotency') as bytes")
                    .first(row -> row.getLong("bytes"))
                    .orElseThrow());

    assertThat(size("idempotency")).isEqualTo(new Size(idempotency, 0));
  }

  @Test
  void whatIsPartitionedIsAmongThem() {
    List<String> partitioned = Stream.of(Partitioned.values()).map(Partitioned::table).toList();

    assertThat(TableMetrics.TABLES).containsAll(partitioned).doesNotHaveDuplicates();
    assertThat(store.sizes(TableMetrics.TABLES)).containsOnlyKeys(TableMetrics.TABLES);
  }
}
