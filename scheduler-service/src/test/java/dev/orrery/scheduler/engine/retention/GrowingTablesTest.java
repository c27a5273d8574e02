package dev.orrery.scheduler.engine.retention;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.scheduler.base.database.StoreTest;
import dev.orrery.testing.MainSources;
import dev.orrery.testing.TextFile;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Checks that rows of every table are deleted by a statement or have a documented bound. */
class GrowingTablesTest extends StoreTest {
  private static final Map<String, String> BOUNDED =
      Map.of(
          "app", "only the admin creates apps",
          "lane", "orrery.jobs.max-lanes-per-app; a lane that was used stays",
          "flyway_schema_history", "one row for each migration",
          "watch_gap", "one row");

  @Test
  void requiresDeleteStatementOrDocumentedBoundForEachTable() {
    String statements = statements();

    List<String> growing =
        tables().stream()
            .filter(table -> !isDeletedBy(statements, table))
            .filter(table -> !BOUNDED.containsKey(table))
            .toList();

    assertThat(growing).as("no statement deletes from these").isEmpty();
  }

  @Test
  void allowsDocumentedBoundOnlyForTableWithoutDeleteStatement() {
    String statements = statements();

    assertThat(tables()).containsAll(BOUNDED.keySet());
    assertThat(BOUNDED.keySet()).noneMatch(table -> isDeletedBy(statements, table));
  }

  private List<String> tables() {
    return database.texts(
        """
        select relname from pg_class
        where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and not relispartition
        """);
  }

  private static boolean isDeletedBy(String statements, String table) {
    return Pattern.compile("delete\\s+from\\s+" + table + "\\b").matcher(statements).find();
  }

  private static String statements() {
    List<Path> sources = MainSources.of(Path.of(""));
    assertThat(sources).hasSizeGreaterThan(800);
    return sources.stream().map(TextFile::read).collect(Collectors.joining("\n"));
  }
}
