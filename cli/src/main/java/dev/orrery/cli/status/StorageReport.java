package dev.orrery.cli.status;

import com.fasterxml.jackson.databind.JsonNode;
import dev.orrery.cli.client.ApiException;
import dev.orrery.cli.client.SchedulerClient;
import dev.orrery.cli.view.TimeText;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Reports the size of the scheduler's database and its open transactions. */
final class StorageReport {
  /** As in the alert OrreryLongTransaction: at this age claims are slower. */
  private static final Duration LONG = Duration.ofMinutes(5);

  /** The token is not the admin token, or an older scheduler does not have the call. */
  private static final Set<String> NOT_AVAILABLE = Set.of("FORBIDDEN", "NOT_FOUND");

  private static final String[] UNITS = {"B", "KiB", "MiB", "GiB", "TiB"};

  private final JsonNode storage;

  private StorageReport(JsonNode storage) {
    this.storage = storage;
  }

  /** Empty if the scheduler refuses it for this token. */
  static Optional<StorageReport> read(SchedulerClient client) {
    try {
      return Optional.of(new StorageReport(client.get("/storage").body()));
    } catch (ApiException e) {
      if (NOT_AVAILABLE.contains(e.code())) {
        return Optional.empty();
      }
      throw e;
    }
  }

  JsonNode toJson() {
    return storage;
  }

  /** Returns a line for {@code orrery status}. */
  String summary() {
    long bytes = 0;
    String history = "";
    for (JsonNode table : storage.path("tables")) {
      bytes += table.path("bytes").asLong();
      if (table.path("name").asText().equals("instance_history") && table.hasNonNull("oldestDay")) {
        history = ", history since " + table.path("oldestDay").asText();
      }
    }
    return (storage.path("estimated").asBoolean() ? "about " : "")
        + size(bytes)
        + history
        + oldest().map(age -> ", oldest transaction " + TimeText.span(age)).orElse("");
  }

  /**
   * Returns a finding for {@code orrery doctor}; empty if the scheduler cannot see the
   * transactions.
   */
  Optional<Finding> finding() {
    if (storage.at("/transactions/hidden").isTextual()) {
      return Optional.empty();
    }
    return Optional.of(
        oldest()
            .filter(age -> age.compareTo(LONG) >= 0)
            .map(StorageReport::longTransaction)
            .orElseGet(
                () ->
                    Finding.ok("database", "no transaction is open for more than five minutes.")));
  }

  private static Finding longTransaction(Duration age) {
    return Finding.warn(
        "database",
        "a transaction has been open for " + TimeText.span(age) + "; claims become slower.",
        "find its client in pg_stat_activity, by xact_start, and end it");
  }

  private Optional<Duration> oldest() {
    JsonNode oldest = storage.at("/transactions/oldest");
    return oldest.isTextual() ? Optional.of(Duration.parse(oldest.asText())) : Optional.empty();
  }

  private static String size(long bytes) {
    double size = bytes;
    int unit = 0;
    while (size >= 1024 && unit < UNITS.length - 1) {
      size /= 1024;
      unit++;
    }
    return String.format(
        Locale.ROOT, unit > 0 && size < 10 ? "%.1f %s" : "%.0f %s", size, UNITS[unit]);
  }
}
