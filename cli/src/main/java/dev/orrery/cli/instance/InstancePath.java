package dev.orrery.cli.instance;

import dev.orrery.cli.client.SchedulerClient;

/** Builds the API path of an instance from its id. */
final class InstancePath {
  private InstancePath() {}

  /**
   * @throws dev.orrery.cli.UserException if this is not an id, such as the name of a job
   */
  static String of(String id) {
    return "/instances/"
        + SchedulerClient.encodedId(
            id,
            "./orrery ps --job JOB lists the instances of a job, ./orrery get job JOB shows it.");
  }
}
