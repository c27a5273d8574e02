package dev.orrery.scheduler.extras.statistics;

import static java.time.format.DateTimeFormatter.BASIC_ISO_DATE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.scheduler.base.database.EngineDatabase;
import dev.orrery.scheduler.base.database.SqlStatement;
import dev.orrery.scheduler.engine.retention.PartitionStore.Partitioned;
import dev.orrery.scheduler.extras.statistics.TableSizeStore.Size;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Uses a table of its own, because a vacuum may shrink the real tables at any time. */
@QuarkusTest
class TableSizeStoreTest {
  private static final String TABLE = "size_test";
  private static final int TEXTS = 100;

  @Inject TableSizeStore store;
  @Inject EngineDatabase database;

  @AfterEach
  void dropTable() {
    update("drop table if exists " + TABLE);
  }

  private Size size() {
    return store.measured(List.of(TABLE)).get(TABLE);
  }

  private Size estimate() {
    return store.estimated(List.of(TABLE)).get(TABLE);
  }

  private void update(String statement) {
    database.autocommit(connection -> SqlStatement.of(connection, statement).update());
  }

  private long number(String expression) {
    return database.autocommit(
        connection ->
            SqlStatement.of(connection, "select " + expression + " as number")
                .first(row -> row.getLong("number"))
                .orElseThrow());
  }

  private void partition(String name, int from, int to) {
    update(
        "create table %s partition of size_test for values from (%d) to (%d) with (autovacuum_enabled = off)"
            .formatted(name, from, to));
  }

  /** Each text is 32 KiB that cannot be compressed, so it goes to TOAST. */
  private void fill(String table, int from) {
    update(
        """
        insert into %s
        select id, (select string_agg(md5(id::text || n), '') from generate_series(1, 1024) n)
        from generate_series(%d, %d) id
        """
            .formatted(table, from, from + TEXTS - 1));
  }

  @Test
  void sumsPartitionSizesIncludingIndexesAndToast() {
    update("create table size_test (id integer primary key, text text) partition by range (id)");
    assertThat(size()).isEqualTo(new Size(0, 0, Optional.empty(), 0, Optional.empty()));
    partition("size_test_1", 0, 100);
    partition("size_test_2", 100, 200);

    fill(TABLE, 0);
    long one = size().bytes();
    fill(TABLE, 100);

    assertThat(one).isGreaterThan(TEXTS * 32L * 1024);
    assertThat(size().partitions()).isEqualTo(2);
    assertThat(size().bytes())
        .isGreaterThan(2L * TEXTS * 32 * 1024)
        .isEqualTo(
            number(
                "(select sum(pg_table_size(oid) + pg_indexes_size(oid)) from pg_class"
                    + " where relname in ('size_test_1', 'size_test_2'))"));
    update("drop table size_test_1");
    assertThat(size().partitions()).isEqualTo(1);
    assertThat(size().bytes()).isLessThanOrEqualTo(one);
  }

  @Test
  void measuresUnpartitionedTableWithIndexes() {
    update(
        "create table size_test (id integer primary key, text text) with (autovacuum_enabled = off)");
    fill(TABLE, 0);

    Size size = size();

    assertThat(size.partitions()).isZero();
    assertThat(size.bytes())
        .isGreaterThan(TEXTS * 32L * 1024)
        .isEqualTo(number("pg_table_size('size_test') + pg_indexes_size('size_test')"));
  }

  @Test
  void estimatesSizeAsOfLastVacuum() {
    update("create table size_test (id integer primary key, text text) partition by range (id)");
    partition("size_test_1", 0, 100);
    fill(TABLE, 0);

    // An index has a page from the beginning.
    assertThat(estimate().bytes()).isLessThan(TEXTS * 1024L);
    assertThat(estimate().rows()).isEmpty();
    update("vacuum analyze size_test");

    assertThat(estimate().rows()).contains((long) TEXTS);
    // The measured size has the maps of free space besides.
    assertThat(estimate().bytes())
        .isGreaterThan(TEXTS * 32L * 1024)
        .isBetween(size().bytes() * 9 / 10, size().bytes());
  }

  @Test
  void excludesFuturePartitionsFromKeptDays() {
    update("create table size_test (id integer primary key, text text) partition by range (id)");
    LocalDate today = LocalDate.now(ZoneOffset.UTC);
    partition("size_test_" + BASIC_ISO_DATE.format(today.minusDays(3)), 0, 100);
    partition("size_test_" + BASIC_ISO_DATE.format(today.minusDays(2)), 100, 200);
    partition("size_test_" + BASIC_ISO_DATE.format(today.plusDays(2)), 200, 300);
    update("create table size_test_default partition of size_test default");

    assertThat(size().partitions()).isEqualTo(4);
    assertThat(size().days()).isEqualTo(2);
    assertThat(size().oldestDay()).contains(today.minusDays(3));
  }

  @Test
  void includesAllPartitionedTables() {
    List<String> partitioned = Stream.of(Partitioned.values()).map(Partitioned::table).toList();

    assertThat(TableSizeStore.TABLES).containsAll(partitioned).doesNotHaveDuplicates();
    assertThat(store.measured(TableSizeStore.TABLES)).containsOnlyKeys(TableSizeStore.TABLES);
    assertThat(store.estimated(TableSizeStore.TABLES)).containsOnlyKeys(TableSizeStore.TABLES);
  }
}
