package dev.orrery.worker.binding.declare;

import java.net.URI;
import java.util.List;

/**
 * Where an application declares its jobs.
 *
 * @param api the address of the scheduler's API, such as {@code http://localhost:7700}
 * @param token of the app with the role {@code operator}
 * @param owner of the jobs; the scheduler deletes those of the same owner that are not declared
 */
public record DeclareSettings(
    URI api, String app, String token, String owner, List<JobDeclaration> jobs) {
  public DeclareSettings {
    jobs = List.copyOf(jobs);
  }

  URI target() {
    String base = api.toString().replaceAll("/+$", "");
    return URI.create(base + "/api/v1/apps/" + app + "/jobs:apply");
  }

  /** Returns the body of the call. */
  String body() {
    return "{\"owner\":"
        + JsonText.of(owner)
        + ",\"prune\":true,\"jobs\":["
        + String.join(",", jobs.stream().map(JobDeclaration::document).toList())
        + "]}";
  }

  @Override
  public String toString() {
    return "DeclareSettings[api=" + api + ", app=" + app + ", owner=" + owner + "]";
  }
}
