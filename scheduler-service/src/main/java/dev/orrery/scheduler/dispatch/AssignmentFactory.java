package dev.orrery.scheduler.dispatch;

import dev.orrery.protocol.message.Assignment;
import dev.orrery.scheduler.instance.InstanceService;
import dev.orrery.scheduler.job.JobVersion;
import dev.orrery.scheduler.job.JobVersionCache;
import dev.orrery.scheduler.job.document.ParameterRules;
import jakarta.enterprise.context.ApplicationScoped;
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

  /** Returns assignments in the order of the rows. May block: one statement reads new versions. */
  List<Assignment> of(List<ClaimedInstance> rows) {
    Map<Long, JobVersion> known =
        versions.getAll(rows.stream().map(ClaimedInstance::versionId).collect(Collectors.toSet()));
    return rows.stream().map(row -> of(row, known.get(row.versionId()))).toList();
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
