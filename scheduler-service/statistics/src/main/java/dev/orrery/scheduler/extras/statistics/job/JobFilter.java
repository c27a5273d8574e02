package dev.orrery.scheduler.extras.statistics.job;

/** The states of jobs by which a list selects them. */
enum JobFilter {
  /** Neither paused nor disabled. */
  ENABLED,
  /** Disabled, and not paused. */
  DISABLED,
  /** Paused itself; a pause of the app does not count. */
  PAUSED,
  /** The newest end that counts is a failure or a time-out, whether the job is paused or not. */
  FAILING,
  /** It has not succeeded for as long as its alerts say, whether the job is paused or not. */
  OVERDUE;

  boolean selects(JobKey job, JobFigures figures) {
    return switch (this) {
      case ENABLED -> !job.paused() && !job.disabled();
      case DISABLED -> !job.paused() && job.disabled();
      case PAUSED -> job.paused();
      case FAILING -> figures.failingSince() != null;
      case OVERDUE -> job.overdue();
    };
  }

  /** Returns true if the document of a job decides. */
  boolean readsVersions() {
    return this == ENABLED || this == DISABLED;
  }
}
