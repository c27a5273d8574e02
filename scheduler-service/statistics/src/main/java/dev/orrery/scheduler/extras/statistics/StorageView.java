package dev.orrery.scheduler.extras.statistics;

import dev.orrery.scheduler.base.housekeeping.RetentionConfig;
import dev.orrery.scheduler.extras.statistics.OpenTransactionStore.OpenTransactions;
import dev.orrery.scheduler.extras.statistics.TableSizeStore.Size;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * The table sizes, retention settings and open transactions of the database, as the API shows them.
 */
@Schema(
    name = "Storage",
    description = "Sizes of tables, retention periods and open transactions of the database.")
@RegisterForReflection
public record StorageView(
    @Schema(description = "When the sizes were read, by the clock of the replica that answers.")
        Instant measuredAt,
    @Schema(
            description =
                "True if the sizes are those of the last VACUUM or ANALYZE of each table, because"
                    + " another transaction holds a table for itself; almost 0 before the first one.")
        boolean estimated,
    @Schema(description = "The tables that grow with work, in a fixed order.") List<Table> tables,
    @Schema(
            description =
                "How long old rows are kept, by the settings of the replica that answers.")
        Retention retention,
    @Schema(description = "Open transactions of the database, of all its clients.")
        Transactions transactions) {

  /** The size of a table. */
  @Schema(name = "StorageTable", description = "A table of the database.")
  @RegisterForReflection
  public record Table(
      @Schema(description = "Name of the table.") String name,
      @Schema(description = "Disk space with all partitions, indexes and TOAST.", minimum = "0")
          long bytes,
      @Schema(
              description =
                  "Number of rows at the last VACUUM or ANALYZE, an estimate; null before the first"
                      + " one.",
              nullable = true,
              minimum = "0")
          Long estimatedRows,
      @Schema(
              description =
                  "Days that it keeps, today included; null if it has no partition by day.",
              nullable = true,
              minimum = "0")
          Integer days,
      @Schema(
              description = "The oldest of these days, in UTC; null if there is none.",
              nullable = true)
          LocalDate oldestDay) {

    static Table of(String name, Size size) {
      return new Table(
          name,
          size.bytes(),
          size.rows().orElse(null),
          size.partitions() == 0 ? null : size.days(),
          size.oldestDay().orElse(null));
    }
  }

  /** The settings {@code orrery.retention.*}. */
  @Schema(name = "StorageRetention", description = "The settings `orrery.retention.*`.")
  @RegisterForReflection
  public record Retention(
      @Schema(description = "Ended instances and their attempts, from their end.") Duration history,
      @Schema(
              description = "Number of ended instances kept for each job; 0 means no limit.",
              minimum = "0")
          int historyPerJob,
      @Schema(description = "Logs, from the creation of the instance.") Duration logs,
      @Schema(description = "Ended sessions of workers.") Duration sessions,
      @Schema(description = "Messages to webhooks that were delivered or given up.")
          Duration deliveries,
      @Schema(description = "Idempotency keys, from their first use.") Duration idempotencyKeys,
      @Schema(description = "Progress of attempts, from the last update.") Duration progress) {

    static Retention of(RetentionConfig config) {
      return new Retention(
          config.history(),
          config.historyPerJob(),
          config.logs(),
          config.sessions(),
          config.deliveries(),
          config.idempotencyKeys(),
          config.progress());
    }
  }

  /** The open transactions. */
  @Schema(
      name = "StorageTransactions",
      description =
          "Open transactions. VACUUM keeps the dead rows that the oldest one may still see, and"
              + " claims become slower with their number.")
  @RegisterForReflection
  public record Transactions(
      @Schema(
              description =
                  "How long the oldest transaction is open; null if none is, or by the reason in"
                      + " 'hidden'.",
              nullable = true)
          Duration oldest,
      @Schema(
              description =
                  "How long the longest idle transaction waits for its client; null if none is idle, or"
                      + " by the reason in 'hidden'.",
              nullable = true)
          Duration oldestIdle,
      @Schema(
              description =
                  "Transactions that began after the oldest snapshot, which VACUUM must keep; null if"
                      + " there is none. Replication slots count, too.",
              nullable = true,
              minimum = "0")
          Long snapshotAge,
      @Schema(
              description =
                  "Why 'oldest' and 'oldestIdle' are not known, with the fix; null if they are.",
              nullable = true)
          String hidden) {

    static Transactions of(OpenTransactions open) {
      return open.seesAll()
          ? new Transactions(
              open.open().orElse(null),
              open.idle().orElse(null),
              open.snapshotAge().orElse(null),
              null)
          : new Transactions(null, null, open.snapshotAge().orElse(null), hidden(open.user()));
    }

    private static String hidden(String user) {
      return "The database user '"
          + user
          + "' does not see transactions of other users. Grant it the role pg_read_all_stats.";
    }
  }
}
