package dev.orrery.scheduler.dispatch;

import dev.orrery.protocol.message.Assignment;
import dev.orrery.scheduler.instance.InstanceService;
import dev.orrery.scheduler.job.JobVersion;
import dev.orrery.scheduler.job.JobVersionCache;
import dev.orrery.scheduler.job.document.ParameterRules;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Makes the assignments that a worker gets from claimed rows. */
@ApplicationScoped
class AssignmentFactory {
  private final JobVersionCache versions;
  private final InstanceService instances;

  AssignmentFactory(JobVersionCache versions, InstanceService instances) {
    this.versions = versions;
    this.instances = instances;
  }

  /** Makes assignments. May block: one statement reads new versions. */
  AssignmentBatch of(List<ClaimedInstance> rows) {
    Map<Long, JobVersion> known =
        versions.getAll(rows.stream().map(ClaimedInstance::versionId).collect(Collectors.toSet()));
    List<AssignmentBatch.Made> made = new ArrayList<>();
    List<ClaimedInstance> unreadable = new ArrayList<>();
    for (ClaimedInstance row : rows) {
      JobVersion version = known.get(row.versionId());
      if (version.isReadable()) {
        made.add(new AssignmentBatch.Made(row.session(), of(row, version)));
      } else {
        unreadable.add(row);
      }
    }
    return new AssignmentBatch(made, unreadable);
  }

  private Assignment of(ClaimedInstance claimed, JobVersion version) {
    return new Assignment(
        claimed.attempt().instance(),
        claimed.attempt().attempt(),
        version.name(),
        version.version(),
        version.document().processor(),
        ParameterRules.merge(
            version.document().parameters(), instances.ownParameters(claimed.parameters())),
        claimed.fireTime() == null ? null : claimed.fireTime().toString(),
        claimed.timeLeft() == null ? null : claimed.timeLeft().toMillis());
  }
}
