package dev.orrery.scheduler.extras.notification;

import java.util.Optional;

/**
 * Creates links to the pages of runs and jobs in the console.
 *
 * @param console without a slash at the end; empty if {@code orrery.public-url} is not set
 */
record RunLinks(Optional<String> console) {
  static RunLinks of(PublicUrlConfig config) {
    return new RunLinks(PublicUrlCheck.base(config));
  }

  /** Returns the page of a run; null if the address of the console is not known. */
  String of(String app, long instance) {
    return console.map(base -> base + "/console/apps/" + app + "/runs/" + instance).orElse(null);
  }

  /** Returns the page of a job; null if the address of the console is not known. */
  String ofJob(String app, String job) {
    return console.map(base -> base + "/console/apps/" + app + "/jobs/" + job).orElse(null);
  }
}
