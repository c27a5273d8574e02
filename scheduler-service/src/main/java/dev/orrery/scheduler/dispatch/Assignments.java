package dev.orrery.scheduler.dispatch;

import dev.orrery.protocol.message.Assignment;
import dev.orrery.scheduler.instance.Instances;
import dev.orrery.scheduler.job.JobVersion;
import dev.orrery.scheduler.job.JobVersions;
import dev.orrery.scheduler.job.Parameters;
import jakarta.enterprise.context.ApplicationScoped;

/** Turns claimed rows into what a worker is told. */
@ApplicationScoped
class Assignments {
  private final JobVersions versions;
  private final Instances instances;

  Assignments(JobVersions versions, Instances instances) {
    this.versions = versions;
    this.instances = instances;
  }

  /** May block, the first time that a job version is met. */
  Assignment of(Claimed claimed) {
    JobVersion version = versions.get(claimed.versionId());
    return new Assignment(
        claimed.attempt().instance(),
        claimed.attempt().attempt(),
        version.name(),
        version.version(),
        version.document().processor(),
        Parameters.merge(
            version.document().parameters(), instances.ownParameters(claimed.parameters())),
        claimed.fireTime() == null ? null : claimed.fireTime().toString(),
        claimed.timeLeft() == null ? null : claimed.timeLeft().toMillis());
  }
}
