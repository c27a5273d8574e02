package dev.orrery.scheduler.engine.dispatch;

import dev.orrery.protocol.message.Assignment;
import dev.orrery.scheduler.engine.dispatch.PartStore.PartOrigin;
import dev.orrery.scheduler.model.instance.InstanceService;
import dev.orrery.scheduler.model.job.JobVersion;
import dev.orrery.scheduler.model.job.JobVersionCache;
import dev.orrery.scheduler.model.job.JobVersionCache.Budget;
import dev.orrery.scheduler.model.job.JobVersionKey;
import dev.orrery.scheduler.model.job.document.ParameterRules;
import dev.orrery.scheduler.model.job.document.ShardParameters;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jboss.logging.Logger;

/** Creates assignments for workers from claimed rows. */
@ApplicationScoped
class AssignmentFactory {
  private static final Logger LOG = Logger.getLogger(AssignmentFactory.class);

  /** The next row is left for later once a batch exceeds it. Several claims are in flight. */
  static final long MAX_CHARACTERS = 8 * 1024 * 1024;

  private final JobVersionCache versions;
  private final InstanceService instances;
  private final PartStore parts;

  AssignmentFactory(JobVersionCache versions, InstanceService instances, PartStore parts) {
    this.versions = versions;
    this.instances = instances;
    this.parts = parts;
  }

  /**
   * Makes assignments: of the first rows only, if all together would take too much memory. May
   * block: statements read new versions.
   */
  AssignmentBatch of(List<ClaimedInstance> claimed) {
    Map<JobVersionKey, JobVersion> known =
        versions.load(
            claimed.stream().map(ClaimedInstance::version).distinct().toList(), Budget.CLAIM);
    Map<Long, PartOrigin> origins = parts.origins(partsAmong(claimed, known));
    List<AssignmentBatch.Made> made = new ArrayList<>();
    List<AssignmentBatch.Unreadable> unreadable = new ArrayList<>();
    List<ClaimedInstance> later = new ArrayList<>();
    ResponseSize size = new ResponseSize();
    long characters = 0;
    for (ClaimedInstance one : claimed) {
      PartOrigin origin = origins.get(one.attempt().instance());
      ClaimedInstance row = completed(one, origin);
      JobVersion version = known.get(row.version());
      if (version == null || characters > MAX_CHARACTERS) {
        later.add(row);
        continue;
      }
      Optional<Map<String, String>> own = ownParameters(row, origin);
      if (!version.isReadable()) {
        unreadable.add(
            new AssignmentBatch.Unreadable(
                row, "the scheduler could not read the document of the job"));
      } else if (!row.consistent()) {
        LOG.errorf(
            "Skipped an instance whose job version belongs to another job or lane: instance=%d"
                + " app=%s job=%s version=%d",
            row.attempt().instance(), version.app(), version.name(), version.version());
        unreadable.add(
            new AssignmentBatch.Unreadable(
                row, "the version of the instance belongs to another job or lane"));
      } else if (own.isEmpty()) {
        unreadable.add(
            new AssignmentBatch.Unreadable(
                row, "the scheduler could not read the parameters of the instance"));
      } else {
        Assignment assignment = of(row, version, own.get());
        characters += size.characters(assignment);
        made.add(new AssignmentBatch.Made(row.session(), assignment));
      }
    }
    return new AssignmentBatch(made, unreadable, later, characters);
  }

  private static List<Long> partsAmong(
      List<ClaimedInstance> claimed, Map<JobVersionKey, JobVersion> known) {
    return claimed.stream()
        .filter(
            row -> {
              JobVersion version = known.get(row.version());
              return version != null && version.isPartIn(row.laneId());
            })
        .map(row -> row.attempt().instance())
        .toList();
  }

  /** The claim knows only lanes of whole instances, so it takes a part for inconsistent. */
  private static ClaimedInstance completed(ClaimedInstance row, PartOrigin origin) {
    return origin == null ? row : row.ofPart(origin);
  }

  private Optional<Map<String, String>> ownParameters(ClaimedInstance row, PartOrigin origin) {
    return origin == null
        ? instances.ownParameters(row.parameters())
        : instances
            .ownParameters(origin.parameters())
            .map(parent -> ShardParameters.of(parent, origin.part(), origin.total()));
  }

  private static Assignment of(
      ClaimedInstance claimed, JobVersion version, Map<String, String> ownParameters) {
    return new Assignment(
        claimed.attempt().instance(),
        claimed.attempt().attempt(),
        version.name(),
        version.version(),
        version.document().processor(),
        ParameterRules.merge(version.parameters(), ownParameters),
        claimed.fireTime() == null ? null : claimed.fireTime().toString(),
        claimed.timeLeft() == null ? null : claimed.timeLeft().toMillis());
  }
}
