package dev.orrery.scheduler.engine.fire;

import dev.orrery.scheduler.base.database.EngineDatabase;
import dev.orrery.scheduler.base.database.SqlStatement;
import dev.orrery.scheduler.base.hint.HintBus;
import dev.orrery.scheduler.base.housekeeping.HousekeepingChore;
import dev.orrery.scheduler.base.housekeeping.HousekeepingChore.Schedule;
import dev.orrery.scheduler.base.housekeeping.HousekeepingSource;
import dev.orrery.scheduler.base.housekeeping.RetentionConfig;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.List;
import org.jboss.logging.Logger;

/**
 * Repairs fixed-delay triggers that wait for the end of a missing instance. Such a trigger should
 * not exist; it would never fire again.
 */
@ApplicationScoped
public class FixedDelayRepair implements HousekeepingSource {
  private static final Logger LOG = Logger.getLogger(FixedDelayRepair.class);

  private static final String REPAIR =
      """
      update trigger t set next_fire_at = date_trunc('milliseconds', statement_timestamp()) + t.delay
      from job j join job_version v on v.id = j.version_id join app p on p.id = j.app_id
      where t.delay is not null and t.next_fire_at is null and j.id = t.job_id
        and v.enabled and not j.paused and not p.paused
        and (t.until_at is null or statement_timestamp() + t.delay <= t.until_at)
        and not exists (select from instance i where i.job_id = t.job_id and i.drives_fixed_delay)
      """;

  private final EngineDatabase database;
  private final HintBus hints;

  FixedDelayRepair(EngineDatabase database, HintBus hints) {
    this.database = database;
    this.hints = hints;
  }

  /**
   * Makes such triggers fire after one delay from now; blocks.
   *
   * @return the number of repaired triggers
   */
  public int repair() {
    int repaired = setMissingFires(database);
    if (repaired > 0) {
      LOG.errorf(
          "Fixed-delay triggers had no active instance and no next fire; scheduled their next fire: count=%d",
          repaired);
      hints.dueIn(Duration.ZERO);
    }
    return repaired;
  }

  static int setMissingFires(EngineDatabase database) {
    return database.maintenance(connection -> SqlStatement.of(connection, REPAIR).update());
  }

  @Override
  public List<HousekeepingChore> chores(RetentionConfig retention) {
    return List.of(new HousekeepingChore("fixed delays", Schedule.REPAIR, this::repair));
  }
}
