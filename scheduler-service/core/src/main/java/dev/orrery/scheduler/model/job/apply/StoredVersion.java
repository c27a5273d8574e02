package dev.orrery.scheduler.model.job.apply;

import dev.orrery.scheduler.model.job.Job;

/** The version of a stored job, without its document. */
record StoredVersion(long id, int version, String etag) {
  static StoredVersion of(Job job) {
    return new StoredVersion(job.id(), job.version(), job.etag());
  }
}
