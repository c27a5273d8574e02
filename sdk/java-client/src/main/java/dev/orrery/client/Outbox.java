package dev.orrery.client;

import dev.orrery.protocol.JobLimits;
import dev.orrery.protocol.json.JsonMap;
import dev.orrery.protocol.text.TraceParent;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Stores runs in a table of the application's own database, as part of a transaction of the
 * application: they are submitted if it commits, and only then. An {@link OutboxRelay} submits
 * them.
 *
 * <pre>{@code
 * create table orrery_outbox (
 *   id varchar(36) primary key,
 *   due_at bigint not null,
 *   job varchar(100) not null,
 *   body text not null,
 *   problem varchar(1000)
 * );
 * create index orrery_outbox_due on orrery_outbox (due_at);
 * }</pre>
 *
 * <p>{@code text} is {@code clob} in Oracle and H2, and {@code mediumtext} in MySQL and MariaDB;
 * {@code due_at} is milliseconds since 1970.
 */
public final class Outbox {
  private final OutboxTable table = new OutboxTable();
  private final InstantSource clock;
  private final Function<List<Run>, SubmissionSpan> spans;

  public Outbox() {
    this(InstantSource.system());
  }

  /** An outbox that traces its runs as the client does: in the span of the transaction. */
  public Outbox(OrreryClient client) {
    this(InstantSource.system(), client::span);
  }

  Outbox(InstantSource clock) {
    this(clock, runs -> SubmissionSpan.NONE);
  }

  private Outbox(InstantSource clock, Function<List<Run>, SubmissionSpan> spans) {
    this.clock = clock;
    this.spans = spans;
  }

  /**
   * Stores a run. It neither commits nor closes.
   *
   * @param connection with the transaction of the application
   * @return the idempotency key with which the run is submitted
   * @throws IllegalArgumentException if the run has a count, or parameters that no scheduler takes:
   *     more than 64 KiB, or one without a name or value
   */
  public String add(Connection connection, Run run) throws SQLException {
    if (run.count() != 1) {
      throw new IllegalArgumentException(
          "A run of the outbox cannot have a count; got " + run.count() + ". Add several runs.");
    }
    try (SubmissionSpan span = spans.apply(List.of(run))) {
      try {
        return store(connection, span.traced(run));
      } catch (SQLException | RuntimeException e) {
        span.failed(e);
        throw e;
      }
    }
  }

  private String store(Connection connection, Run run) throws SQLException {
    check(run.parameters());
    Instant now = clock.instant();
    String id = OutboxTable.nextId(now);
    table.insert(connection, id, now, run.job(), JsonMap.write(run.body()));
    return id;
  }

  /** Refuses what the scheduler would refuse for ever. */
  private static void check(Map<String, String> parameters) {
    int bytes = 0;
    for (Map.Entry<String, String> parameter : parameters.entrySet()) {
      String name = parameter.getKey();
      if (name.equals(TraceParent.PARAMETER)) {
        continue;
      }
      Names.require("name of a parameter", name);
      if (TraceParent.isReserved(name)) {
        throw new IllegalArgumentException(
            "The parameter '" + name + "' has a reserved name. Choose one without 'orrery.'.");
      }
      if (parameter.getValue() == null) {
        throw new IllegalArgumentException("The parameter '" + name + "' is null.");
      }
      bytes += name.length() + parameter.getValue().getBytes(StandardCharsets.UTF_8).length;
    }
    if (bytes > JobLimits.MAX_PARAMETER_BYTES) {
      throw new IllegalArgumentException(
          "The parameters of the run have "
              + bytes
              + " bytes and may have "
              + JobLimits.MAX_PARAMETER_BYTES
              + ". Pass a reference to the data.");
    }
  }
}
