package dev.orrery.client;

import dev.orrery.protocol.json.JsonMap;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.List;
import java.util.UUID;
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
 * <p>{@code text} is {@code clob} in Oracle and H2; {@code due_at} is milliseconds since 1970.
 */
public final class Outbox {
  /** What the scheduler takes of a run, and some more. */
  static final int MAX_BODY = 256 * 1024;

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
   * @throws IllegalArgumentException if the run has a count, or more than 256 KiB of parameters
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
    String body = JsonMap.write(run.body());
    if (body.length() > MAX_BODY) {
      throw new IllegalArgumentException(
          "The run has " + body.length() + " characters; the outbox takes " + MAX_BODY + ".");
    }
    String id = UUID.randomUUID().toString();
    table.insert(
        connection, new OutboxTable.Row(id, clock.instant().toEpochMilli(), run.job(), body));
    return id;
  }
}
